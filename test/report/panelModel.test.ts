import * as v from 'valibot';
import { expect, test } from 'vitest';
import { operations } from '../../extension/model/operations.ts';
import { toPanelSchema } from '../../extension/protocol/webview.ts';
import { checkReport } from '../../extension/report/checkReport.ts';
import { findRepair, panelModel } from '../../extension/report/panelModel.ts';
import { shellWords } from '../../extension/report/shellWords.ts';
import { exampleProgram, exampleSystem } from '../../extension/rules/exampleSystem.ts';
import { rules } from '../../extension/rules/index.ts';

const asked = operations.filter(({ id }) => id !== 'tun.attach');
const nosuid = checkReport(
  exampleSystem({ program: exampleProgram({ capability: 'cap_net_admin=ep', nosuid: true }) }),
  asked,
);
const asShown = (argv: readonly string[]): readonly string[] => argv;

test('what the panel is told is what its schema takes, for every example of every rule', () => {
  const told = rules
    .flatMap(({ examples }) => examples)
    .map(({ system, operations: some }) => {
      const report = panelModel(checkReport(system, some), asShown);
      return v.safeParse(toPanelSchema, { kind: 'report', report, trusted: true }).issues;
    });
  expect(told.length).toBeGreaterThan(1);
  expect(told.filter((issues) => issues !== undefined)).toEqual([]);
});

test('the first operation from the terminal is the headline', () => {
  const [terminal] = panelModel(nosuid, asShown).paths;
  expect(terminal?.operations[0]).toMatchObject({
    operation: 'tun.create',
    verdict: 'denied',
    word: 'EPERM',
    headline: 'Creating a TUN device will fail with EPERM when started from the terminal.',
    because: '/home is mounted nosuid, so exec skips the file’s capabilities.',
  });
});

test('a gate that lets a denied operation pass is not among its reasons', () => {
  const [terminal] = panelModel(nosuid, asShown).paths;
  expect(
    terminal?.operations[0]?.reasons.filter(({ stage }) => stage === 'kernel-check'),
  ).toHaveLength(1);
});

test('capabilities that could not be read are not said to be absent', () => {
  const seen = exampleSystem({});
  const program = { ...seen.program, capabilityUnseen: 'getxattr answered EACCES' };
  const model = panelModel(checkReport({ ...seen, program }, asked), asShown);
  expect(model.program.capability).toBe('file capabilities unknown');
  const picture = model.paths[0]?.operations[0]?.picture;
  expect(picture?.stages[0]?.lines[0]).toBe('capabilities not seen');
  expect(picture?.lanes[0]?.story).toBe('Nothing that was seen brings cap_net_admin.');
});

test('each repair is found again by its key, with the commands that were shown', () => {
  const shown = panelModel(nosuid, asShown)
    .paths.flatMap((path) => path.operations)
    .flatMap(({ repairs }) => repairs);
  expect(shown.length).toBeGreaterThan(10);
  for (const { key, title, steps } of shown) {
    const fix = findRepair(nosuid, key);
    expect(fix?.title).toBe(title);
    expect(
      fix?.steps.map((step) => (step.kind === 'command' ? shellWords(step.argv) : step.text)),
    ).toEqual(steps.map(({ text }) => text));
  }
});

test.each([
  '',
  'terminal',
  'terminal tun.create 99',
  'terminal tun.create x',
  'nowhere tun.create 0',
])('the key %j leads to no repair', (key) => {
  expect(findRepair(nosuid, key)).toBeNull();
});

test('commands are shown as they will be run', () => {
  const elevated = panelModel(nosuid, (argv) =>
    argv[0] === 'sudo' ? ['pkexec', ...argv.slice(1)] : argv,
  );
  const commands = elevated.paths
    .flatMap((path) => path.operations)
    .flatMap(({ repairs }) => repairs)
    .flatMap(({ steps }) => steps)
    .map(({ text }) => text);
  expect(commands.some((text) => text.startsWith('pkexec setpriv '))).toBe(true);
  expect(commands.filter((text) => text.startsWith('sudo '))).toEqual([]);
});
