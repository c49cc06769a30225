/** What `capwright can` says: gate by gate for a few operations, a table for many. */
import { describe, expect, it } from 'vitest';
import { CAP_NET_ADMIN, CAP_SYS_ADMIN } from '../../extension/model/capability.ts';
import { setOf } from '../../extension/model/capabilitySet.ts';
import { known, unknown } from '../../extension/model/evidence.ts';
import { judgeProcess } from '../../extension/model/judge.ts';
import { operations, type Operation } from '../../extension/model/operations.ts';
import type { System } from '../../extension/model/system.ts';
import { initialUserNamespace, type UserNamespace } from '../../extension/model/userNamespace.ts';
import { canText } from '../../extension/report/canText.ts';
import { canJson } from '../../extension/report/json.ts';
import type { TextStyle } from '../../extension/report/text.ts';
import { exampleDevice } from '../../extension/rules/exampleDevice.ts';
import {
  exampleOperation,
  exampleSystem,
  exampleUser,
  tunCreate,
} from '../../extension/rules/exampleSystem.ts';

const same = (text: string): string => text;
const plain: TextStyle = { strong: same, good: same, bad: same, faint: same, width: 120 };

const own: UserNamespace = {
  id: '4026532801',
  parent: initialUserNamespace,
  ownerUid: 1000,
  uidMap: [{ inside: 0, base: 1000, count: 1 }],
  gidMap: [{ inside: 0, base: 1000, count: 1 }],
};
const holder = { ...exampleUser, effective: setOf(CAP_NET_ADMIN, CAP_SYS_ADMIN) };
const unshared = exampleSystem({
  launcher: { credentials: known({ ...holder, userNamespace: own }, 'an example') },
});
const container = exampleSystem({
  launcher: { credentials: known(holder, 'an example'), seccomp: 2 },
});
const tunAttach = exampleOperation('tun.attach');
const others = exampleDevice({ owner: 7, group: 2000 });

const answers: readonly (readonly [string, System, readonly Operation[]])[] = [
  ['can-create', unshared, [tunCreate]],
  ['can-attach', others, [tunAttach]],
  ['can-all', container, operations],
];

describe.each(answers)('%s', (name, system, asked) => {
  const answer = { launcher: system.launcher, verdicts: judgeProcess(system, asked) };

  it('reads as it always did', async () => {
    const text = canText(answer, plain);
    expect(text.split('\n').filter((line) => line.length > 120)).toEqual([]);
    await expect(text).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it('keeps its JSON', async () => {
    const json = canJson({ ...answer, verdicts: answer.verdicts.slice(0, 1) });
    await expect(`${JSON.stringify(json, null, 2)}\n`).toMatchFileSnapshot(`golden/${name}.json`);
  });
});

it('says that nothing stands before it, or could be seen', () => {
  const tell = (system: System, operation: Operation) =>
    canText({ launcher: system.launcher, verdicts: judgeProcess(system, [operation]) }, plain);
  expect(tell(exampleSystem({}), exampleOperation('netlink.read'))).toContain(
    'no gate stands before it',
  );
  const dark = exampleSystem({ launcher: { credentials: unknown('it is dark', 'a test') } });
  expect(tell(dark, tunCreate)).toContain('could not be seen: the credentials of bash: it is dark');
});
