/** Every rule about files of systemd-networkd is complete, and its examples are true. */
import { basename, join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { filesOf } from '../../extension/model/unit/unitSources.ts';
import { rules } from '../../extension/rules/index.ts';
import { findingsOfNetworkd } from '../../extension/rules/networkd/evaluateNetworkd.ts';
import { findNetworkdRule, networkdRules } from '../../extension/rules/networkd/index.ts';
import { networkdAfter } from '../../extension/rules/networkd/networkdFindings.ts';
import { findingsOfRule } from '../../extension/rules/unit/evaluateUnit.ts';
import { unitRules } from '../../extension/rules/unit/index.ts';
import { testFindingForm } from './findingForm.ts';
import { judgedNetworkd } from './judgedNetworkd.ts';
import { judgedUnit } from './judgedUnit.ts';
import { testRuleForm } from './ruleForm.ts';

const folder = join(import.meta.dirname, '../../extension/rules/networkd');
testRuleForm(folder, networkdRules, findNetworkdRule);

test('no rule about networkd has the id of another', () => {
  const ids = [...rules, ...unitRules].map(({ id }) => id);
  expect(networkdRules.filter(({ id }) => ids.includes(id))).toEqual([]);
});

describe.each(networkdRules)('$id', (rule) => {
  describe.each(rule.examples)('$title', (example) => {
    const judged = judgedNetworkd(example);
    const findings = rule.check(judged);

    it(example.finds ? 'finds' : 'does not find', () => {
      expect(findings.length > 0).toBe(example.finds);
    });

    if (!example.finds) {
      it('is nothing that another rule warns of', () => {
        const { told } = findingsOfNetworkd(judged);
        expect(told.filter(({ severity }) => severity !== 'information')).toEqual([]);
      });
      return;
    }

    testFindingForm(rule, {
      findings,
      files: filesOf(judged.file),
      all: findingsOfNetworkd(judged).told,
      countAfter: (fix) => {
        const after = networkdAfter(judged, fix);
        return after === null ? Infinity : rule.check(after).length;
      },
    });
  });
});

test('the device that a repair of a user service has made is its user’s, and nothing is found on its file', () => {
  const made = unitRules
    .flatMap((rule) => rule.examples.map((example) => ({ rule, judged: judgedUnit(example) })))
    .flatMap(({ rule, judged }) => findingsOfRule(rule, judged))
    .flatMap(({ fixes }) => fixes.flatMap(({ creates = [] }) => creates))
    .filter(({ path }) => path.endsWith('.netdev'));
  expect(made.length).toBeGreaterThan(0);
  for (const { path, text } of made) {
    const judged = judgedNetworkd({ name: basename(path), lines: text.trimEnd().split('\n') });
    expect(findingsOfNetworkd(judged).told).toEqual([]);
    expect(judged.subject).toMatchObject({ outcome: { kind: 'made', device: { owner: 1000 } } });
  }
});

test('a comment ignores a finding, with its reason', () => {
  const lines = ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=nosuch'];
  const comment = '# capwright: ignore netdev-user-unknown: sysusers.d makes it';
  const judged = judgedNetworkd({ lines: lines.toSpliced(4, 0, comment) });
  const { told, ignored } = findingsOfNetworkd(judged);
  expect(told).toEqual([]);
  expect(ignored.map(({ finding, reason }) => [finding.rule, reason])).toEqual([
    ['netdev-user-unknown', 'sysusers.d makes it'],
  ]);
});

test.each([
  ['ignore netdev-user-unknown: mended', 'ignore-of-nothing'],
  ['ignore netdev-usr-unknown: misspelt', 'ignore-of-unknown-rule'],
  ['ignore netdev-user-unknown', 'ignore-without-reason'],
])('# capwright: %s is found to ignore nothing', (comment, rule) => {
  const lines = [
    '[NetDev]',
    'Name=vpn0',
    'Kind=tun',
    '[Tun]',
    `# capwright: ${comment}`,
    'User=alice',
  ];
  const { told } = findingsOfNetworkd(judgedNetworkd({ lines }));
  expect(told.map((finding) => finding.rule)).toEqual([rule]);
});

test('the findings of all examples read as they always did', async () => {
  const told = networkdRules.flatMap((rule) => [
    `${rule.id}\n`,
    ...rule.examples
      .filter(({ finds }) => finds)
      .flatMap((example) => {
        const judged = judgedNetworkd(example);
        return [
          `  ${example.title}`,
          ...rule
            .check(judged)
            .flatMap(({ severity, confidence, message, fixes }) => [
              `    ${severity} (${confidence})`,
              `    ${message}`,
              ...fixes.flatMap((fix) => [
                `      · ${fix.title} (${fix.applicability})`,
                ...linesOf(networkdAfter(judged, fix)).map((line) => `          ${line}`),
              ]),
            ]),
          '',
        ];
      }),
  ]);
  await expect(told.join('\n')).toMatchFileSnapshot('golden/networkdFindings.txt');
});

function linesOf(judged: ReturnType<typeof networkdAfter>): readonly string[] {
  return judged === null
    ? []
    : filesOf(judged.file)
        .flatMap(({ text }) => text.split('\n'))
        .filter((line) => line !== '');
}
