import { homedir } from 'node:os';
import type { Accounts } from '../../model/unit/accounts.ts';
import { managerComment } from '../../model/unit/managerComment.ts';
import type { Manager } from '../../model/unit/specifiers.ts';
import { collectUnitText, type UnitTree } from '../../probe/unitEvidence.ts';

/**
 * A user manager is that of whoever asks; where root does, as in CI, that of an ordinary user: no unit is meant for
 * root’s own, which may do what others may not.
 */
export function managerOf(scope: Manager['scope'], { users, groups }: Accounts): Manager {
  if (scope === 'system') return { scope };
  const asking = process.getuid?.() ?? 0;
  const uid = asking === 0 ? (users.find(isOrdinary)?.uid ?? firstOrdinaryUid) : asking;
  const own = users.find((user) => user.uid === uid) ?? { name: String(uid), uid, gid: uid };
  return {
    scope,
    user: own.name,
    uid,
    group: groups.find(({ gid }) => gid === own.gid)?.name ?? String(own.gid),
    gid: own.gid,
    home: homedir(),
    runtimeDirectory: `/run/user/${String(uid)}`,
  };
}

/** UID_MIN and what is left of UID_MAX before the ranges of systemd, login.defs(5). */
const firstOrdinaryUid = 1000;
const lastOrdinaryUid = 60000;

function isOrdinary({ uid }: Accounts['users'][number]): boolean {
  return uid >= firstOrdinaryUid && uid <= lastOrdinaryUid;
}

export async function scopeOf(outside: UnitTree, path: string): Promise<Manager['scope']> {
  const found = await collectUnitText(outside, path);
  const named = found.kind === 'text' ? managerComment(found.text) : null;
  return named ?? (isUserPath(path) ? 'user' : 'system');
}

/** systemd.unit(5): `…/systemd/user/` is for user managers, whatever WantedBy= says. */
function isUserPath(path: string): boolean {
  return path.includes('/systemd/user/');
}
