import { CAP_SETGID, CAP_SETUID } from '../../capability.ts';
import { valueOf } from '../unit.ts';
import { may, refuse, type Child, type Ending } from './child.ts';

/** `setup_keyring()`: joined as the unit’s user, whatever the command’s prefix. */
export function setUpKeyring(child: Child): Ending | null {
  const { account, credentials, sandbox } = child;
  const mode = valueOf(sandbox.settings, 'KeyringMode');
  if (mode === null || mode === 'inherit') return null;
  const { uid, gid } = credentials;
  const ofOther = (id: number | null, own: number): boolean => id !== null && id !== own;
  const changesUser = ofOther(account.uid, uid.real) && !may(child, CAP_SETUID);
  const changesGroup = ofOther(account.gid, gid.real) && !may(child, CAP_SETGID);
  if (!changesUser && !changesGroup) return null;
  return refuse(child, '237/KEYRING', 'keyring-of-another-user', 'KeyringMode');
}
