import { CAP_SETPCAP } from '../../capability.ts';
import { has, setOf } from '../../capabilitySet.ts';
import { valueOf } from '../unit.ts';
import { refuse, type Child, type Ending } from './child.ts';

/** prctl(PR_SET_SECUREBITS). */
export function setSecureBits(child: Child): Ending | null {
  const { credentials, sandbox, sandboxed } = child;
  const securebits = valueOf(sandbox.settings, 'SecureBits');
  if (!sandboxed || credentials.securebits === securebits) return null;
  if (!has(credentials.permitted, CAP_SETPCAP)) {
    return refuse(child, '213/SECUREBITS', 'secure-bits-not-permitted', 'SecureBits');
  }
  const effective = credentials.effective | setOf(CAP_SETPCAP);
  child.credentials = { ...credentials, effective, securebits };
  return null;
}
