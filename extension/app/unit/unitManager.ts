import { homedir } from 'node:os';
import type { Accounts } from '../../model/unit/accounts.ts';
import { managerComment } from '../../model/unit/managerComment.ts';
import type { Manager } from '../../model/unit/specifiers.ts';
import { collectUnitText, type UnitTree } from '../../probe/unitEvidence.ts';

/** A user manager is that of whoever asks. */
export function managerOf(scope: Manager['scope'], { users, groups }: Accounts): Manager {
  if (scope === 'system') return { scope };
  const uid = process.getuid?.() ?? 0;
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

export async function scopeOf(outside: UnitTree, path: string): Promise<Manager['scope']> {
  const found = await collectUnitText(outside, path);
  const named = found.kind === 'text' ? managerComment(found.text) : null;
  return named ?? (isUserPath(path) ? 'user' : 'system');
}

/** systemd.unit(5): `…/systemd/user/` is for user managers, whatever WantedBy= says. */
function isUserPath(path: string): boolean {
  return path.includes('/systemd/user/');
}
