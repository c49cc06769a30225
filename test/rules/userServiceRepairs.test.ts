/** What repairs of a user service go by on the machine: what they must not take, and what they put back. */
import { expect, test } from 'vitest';
import { known, unknown } from '../../extension/model/evidence.ts';
import type { UnitSystem } from '../../extension/model/unit/unitSystem.ts';
import {
  systemUnitRepair,
  userServiceRepairs,
} from '../../extension/rules/unit/userServiceRepairs.ts';
import type { JudgedUnit } from '../../extension/rules/unit/unitRule.ts';
import { judgedUnit } from './judgedUnit.ts';

const wanting = (operation: string): JudgedUnit =>
  judgedUnit({ scope: 'user', lines: [`# capwright: wants ${operation}`] });

const on = (judged: JudgedUnit, change: Partial<UnitSystem>): JudgedUnit => ({
  ...judged,
  system: { ...judged.system, ...change },
});

const titles = (judged: JudgedUnit): readonly string[] =>
  userServiceRepairs(judged).map(({ title }) => title);

const own = 'Make it a system unit';

test('no unit of the system manager is replaced by one of the same name', () => {
  const judged = wanting('tun.create');
  const vendor = '/usr/lib/systemd/system/test.service';
  const taken = on(judged, {
    paths: new Map([[vendor, { kind: 'other', real: vendor, namespace: null }]]),
  });
  const free = on(judged, { paths: new Map([[vendor, { kind: 'missing' }]]) });
  expect([titles(free).includes(own), systemUnitRepair(free).length]).toEqual([true, 1]);
  expect([titles(taken).includes(own), systemUnitRepair(taken).length]).toEqual([false, 0]);
});

test('a device gets a name that no network interface has', () => {
  const judged = wanting('tun.create');
  const { tun } = judged.system;
  const busy = on(judged, {
    tun: { ...tun, interfaces: known(['lo', 'tun0', 'tun2'], 'a machine') },
  });
  expect(titles(judged)).toContain('Have a system unit make tun0 for alice');
  expect(titles(busy)).toContain('Have a system unit make tun1 for alice');
});

test('the first port that is free for all is put back as it was, not as it is by default', () => {
  const judged = wanting('bind.low-port');
  const inverse = (portStart: UnitSystem['portStart']) =>
    userServiceRepairs(on(judged, { portStart })).find(({ title }) =>
      title.startsWith('Let everyone'),
    )?.inverse;
  expect(inverse(known(512, 'a machine'))).toContainEqual({
    kind: 'command',
    argv: ['sudo', 'sysctl', '-w', 'net.ipv4.ip_unprivileged_port_start=512'],
  });
  expect(inverse(unknown('hidden', 'a machine'))?.at(-1)?.kind).toBe('advice');
});

test.each([
  ['Let everyone bind', 'bind.low-port'],
  ['Have a system unit make', 'tun.create'],
])('“%s” is for %s alone: it takes out what else is asked for', (beginning, operation) => {
  const offered = (...lines: readonly string[]): boolean =>
    titles(
      judgedUnit({ scope: 'user', lines: [`# capwright: wants ${operation}`, ...lines] }),
    ).some((title) => title.startsWith(beginning));
  expect([offered(), offered('AmbientCapabilities=CAP_SYS_NICE')]).toEqual([true, false]);
});
