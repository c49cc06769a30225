/** Whatever keeps a unit's commands from starting, or refuses what it wants, a rule tells of it on a line. */
import * as fc from 'fast-check';
import process from 'node:process';
import { expect, test } from 'vitest';
import { evaluateUnit } from '../../extension/rules/unit/evaluateUnit.ts';
import type { JudgedUnit } from '../../extension/rules/unit/unitRule.ts';
import { judgedBy, type LabFacts } from '../systemd/execution/prediction.ts';
import { unitCase, unitOf } from '../systemd/execution/unitCase.ts';

function statusOf(uid: number, capabilities: string): string {
  const ids = Array.from({ length: 4 }, () => String(uid)).join('\t');
  const none = '0'.repeat(16);
  return [
    ...[`Uid:\t${ids}`, `Gid:\t${ids}`, `Groups:\t${String(uid)} `, `CapInh:\t${none}`],
    ...[`CapPrm:\t${capabilities}`, `CapEff:\t${capabilities}`, 'CapBnd:\t000001ffffffffff'],
    ...[`CapAmb:\t${none}`, 'NoNewPrivs:\t0', ''],
  ].join('\n');
}

/** As test/systemd has it of a booted one. */
function labOf(version: number): LabFacts {
  const missing = [
    '/nosuch',
    '/dev/nosuch',
    '/run/netns/nosuch',
    '/run/ipc-nosuch',
    '/run/user-nosuch',
  ];
  return {
    ...{ version, kernelRelease: '6.18.0', unprivilegedPortStart: 1024 },
    passwd:
      'root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\nbob:x:1001:1001:::\n',
    group: 'root:x:0:\nalice:x:1000:\nbob:x:1001:\ntunners:x:1002:alice\nstrangers:x:1003:\n',
    status: {
      system: statusOf(0, '000001ffffffffff'),
      user: statusOf(1000, '0'.repeat(16)),
    },
    paths: new Map(missing.map((path) => [path, { kind: 'missing' }])),
  };
}

/** What fails and no error is told of, by its cause. */
function untold(judged: JudgedUnit): readonly string[] {
  const found = evaluateUnit(judged);
  if (found.some(({ severity }) => severity === 'error')) return [];
  return judged.judgement.commands
    .filter(({ start }) => !['ok', 'skipped', 'unknown'].includes(start))
    .map(({ start, reasons }) => {
      const last = reasons.at(-1);
      return `${start} ${last?.rule === 'unit-start-refused' ? last.cause : String(last?.rule)}`;
    });
}

/** What is refused of what the unit says that it wants, and no rule tells of, by the gate. */
function unexplained(judged: JudgedUnit): readonly string[] {
  const found = evaluateUnit(judged).filter(({ rule }) => !isHint.has(rule));
  if (found.length > 0) return [];
  return judged.denials.map(({ verdict: { call, errno, refusal } }) =>
    [call, errno, refusal.rule === 'gate' ? refusal.gate : refusal.rule].join(' '),
  );
}

/** What is told whether or not anything is refused. */
const isHint: ReadonlySet<string> = new Set([
  'ambient-redundant-for-root',
  'more-capabilities-than-wanted',
]);

const wants = '# capwright: wants tun.create socket.packet socket.raw bind.low-port netlink.write';

/** Others on demand: CAPWRIGHT_SEED=7 vitest run --project unit test/rules/everyRefusal.test.ts */
const seed = Number(process.env['CAPWRIGHT_SEED'] ?? 1);

test.each([249, 252, 253, 255, 256, 257, 262])('with systemd %i', (version) => {
  const judge = judgedBy(labOf(version));
  const drawn = fc.sample(unitCase, { numRuns: 300, seed });
  const units = drawn.map((each) => ({ ...each, settings: [wants, ...each.settings] }));
  const judged = units.map((each, index) => judge(unitOf(each, `t${String(index)}`)));
  const all = judged.flatMap((each) => ('load' in each ? [] : [each]));
  expect(all.length).toBeGreaterThan(200);
  expect([...new Set(all.flatMap(untold))]).toEqual([]);
  expect([...new Set(all.flatMap(unexplained))]).toEqual([]);
});
