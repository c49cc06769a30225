/** What comments in a unit’s files do to its findings. */
import { expect, test } from 'vitest';
import { findingsOfUnit } from '../../extension/rules/unit/evaluateUnit.ts';
import type { UnitSituation } from '../../extension/rules/unit/unitRule.ts';
import { judgedUnit } from './judgedUnit.ts';

function read(situation: UnitSituation) {
  const { told, ignored } = findingsOfUnit(judgedUnit(situation));
  return {
    told: told.map(({ rule }) => rule),
    ignored: ignored.map(({ finding, reason }) => [finding.rule, reason]),
  };
}

const misspelt = 'CapabilityBoundingSet=CAP_NET_ADMN';

test('with a reason, the finding on the line below is not told', () => {
  const lines = ['# capwright: ignore unknown-capability-name: of our own kernel', misspelt];
  expect(read({ lines })).toEqual({
    told: [],
    ignored: [['unknown-capability-name', 'of our own kernel']],
  });
});

test('without a reason it is told, and so is the comment', () => {
  const lines = ['# capwright: ignore unknown-capability-name', misspelt];
  expect(read({ lines })).toEqual({
    told: ['ignore-without-reason', 'unknown-capability-name'],
    ignored: [],
  });
});

test('findings on other lines, of other rules and in other files are told', () => {
  const comment = '# capwright: ignore unknown-capability-name: of our own kernel';
  const other = 'AmbientCapabilities=CAP_MINE';
  expect(read({ lines: [comment, misspelt, other], dropIns: [[misspelt]] })).toEqual({
    told: ['unknown-capability-name', 'unknown-capability-name'],
    ignored: [['unknown-capability-name', 'of our own kernel']],
  });
  const wrong = '# capwright: ignore misspelt-setting: of our own kernel';
  expect(read({ lines: [wrong, misspelt] })).toEqual({
    told: ['ignore-of-nothing', 'unknown-capability-name'],
    ignored: [],
  });
});

test('several comments speak of one line, and one of several rules', () => {
  const lines = [
    '# capwright: ignore unknown-capability-name: one',
    '# capwright: ignore misspelt-setting, unknown-capability-name: two',
    misspelt,
  ];
  expect(read({ lines })).toEqual({
    told: ['ignore-of-nothing', 'ignore-of-nothing'],
    ignored: [['unknown-capability-name', 'one']],
  });
});

test('for a whole file, also what is said of its comments', () => {
  const head =
    '# capwright: ignore-file unknown-capability-name, ignore-of-nothing: as of 252\n' +
    '# capwright: ignore-file misspelt-setting: as of 252\n';
  expect(read({ lines: [], dropInFiles: [`${head}[Service]\n${misspelt}\n`] })).toEqual({
    told: [],
    ignored: [
      ['ignore-of-nothing', 'as of 252'],
      ['unknown-capability-name', 'as of 252'],
    ],
  });
});
