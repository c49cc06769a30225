import { readFileSync } from 'node:fs';

import type { AccountFacts, ProbeReply } from '../../protocol/probe.ts';
import { failureOf, outcomeOf } from './outcome.ts';

/**
 * What /etc/passwd and /etc/group say of a user: passwd(5), group(5). They are read here, and not
 * asked of getgrouplist(3), which may wait for a directory server.
 */
export function accountFacts(uid: number): ProbeReply<'account'> {
  const [passwd, group] = [lines('/etc/passwd'), lines('/etc/group')];
  if (!('value' in passwd)) return { ok: false, error: failureOf(passwd) };
  if (!('value' in group)) return { ok: false, error: failureOf(group) };
  return { ok: true, result: accountOf(uid, passwd.value, group.value) };
}

function accountOf(
  uid: number,
  passwd: readonly (readonly string[])[],
  group: readonly (readonly string[])[],
): AccountFacts | null {
  const entry = passwd.find(([, , id]) => id === String(uid));
  const [name, , , primary] = entry ?? [];
  if (name === undefined || name === '') return null;
  const groups = group.flatMap(([groupName = '', , gid = '', members = '']) =>
    /^\d+$/.test(gid) && (gid === primary || members.split(',').includes(name))
      ? [{ name: groupName, gid: Number(gid) }]
      : [],
  );
  return { name, groups };
}

function lines(path: string) {
  return outcomeOf(path, () =>
    readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.split(':')),
  );
}
