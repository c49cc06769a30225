import { CAP_SETPCAP, CAP_SETUID, CAP_SYS_ADMIN } from '../../capability.ts';
import { emptySet, has, isSubset, setOf } from '../../capabilitySet.ts';
import { sameIds, SECBIT_KEEP_CAPS, type Credentials } from '../../credentials.ts';
import { isMapped } from '../../userNamespace.ts';
import { valueOf } from '../unit.ts';
import { referenceTo } from '../unitReason.ts';
import { raiseAmbient } from './ambientSet.ts';
import { dropAll } from './boundingSet.ts';
import { may, refuse, type Child, type Ending } from './child.ts';

/** `enforce_user()`, with which the ambient set goes and has to be raised again. */
export function changeUser(child: Child): Ending | null {
  const { account, changesIds, reasons, sandbox, system } = child;
  const { settings, dynamicUser } = sandbox;
  const { user, uid } = account;
  if (changesIds && uid !== null) {
    const ending = keepCapabilities(child, uid) ?? setUser(child, uid);
    if (ending !== null) return ending;
  }
  if (user !== null && changesIds && uid !== null) {
    const setting = referenceTo(settings, dynamicUser ? 'DynamicUser' : 'User');
    reasons.push({ rule: 'unit-runs-as', user, uid, setting });
  } else {
    const own = system.credentials.uid.effective;
    reasons.push({ rule: 'unit-runs-as', user: '', uid: own, setting: null });
  }
  return null;
}

function keepCapabilities(child: Child, uid: number): Ending | null {
  const { ambient, keepsPrivileges, sandbox } = child;
  const { securebits, permitted } = child.credentials;
  const secureBits = valueOf(sandbox.settings, 'SecureBits');
  const wanted = uid !== 0 && (ambient !== emptySet || secureBits !== 0);
  if (wanted && (securebits & SECBIT_KEEP_CAPS) === 0 && !has(permitted, CAP_SETPCAP)) {
    const directive = secureBits === 0 ? 'AmbientCapabilities' : 'SecureBits';
    return refuse(child, '217/USER', 'secure-bits-not-permitted', directive);
  }
  if (wanted || keepsPrivileges) {
    child.credentials = { ...child.credentials, securebits: securebits | SECBIT_KEEP_CAPS };
  }
  return null;
}

function setUser(child: Child, uid: number): Ending | null {
  const { ambient, keepsPrivileges, sandbox } = child;
  const { real, effective, saved } = child.credentials.uid;
  const known = isMapped(child.credentials.userNamespace.uidMap, uid);
  if (!known || (!may(child, CAP_SETUID) && ![real, effective, saved].includes(uid))) {
    return refuse(child, '217/USER', 'another-user', 'User');
  }
  child.credentials = changeIds(child.credentials, uid);
  if (keepsPrivileges) {
    const kept = setOf(CAP_SYS_ADMIN, CAP_SETPCAP);
    const { permitted, inheritable, effective: before } = child.credentials;
    if (!isSubset(kept, permitted)) {
      return refuse(child, '217/USER', 'privileges-not-kept', sandbox.filters[0] ?? 'User');
    }
    child.credentials = {
      ...child.credentials,
      inheritable: inheritable | kept,
      effective: before | kept,
    };
    if (!has(ambient, CAP_SETUID)) {
      child.credentials = dropAll(child.credentials, setOf(CAP_SETUID));
    }
  }
  return ambient === emptySet ? null : raiseAmbient(child);
}

/** setresuid(2), `cap_emulate_setxuid()`. */
function changeIds(credentials: Credentials, uid: number): Credentials {
  const { uid: before, securebits, userNamespace } = credentials;
  const changed = { ...credentials, uid: sameIds(uid) };
  const root = isMapped(userNamespace.uidMap, 0) ? 0 : null;
  const wasRoot = [before.real, before.effective, before.saved].includes(root ?? -1);
  if (!wasRoot || uid === root) return changed;
  const kept = (securebits & SECBIT_KEEP_CAPS) !== 0;
  return {
    ...changed,
    permitted: kept ? credentials.permitted : emptySet,
    effective: emptySet,
    ambient: emptySet,
  };
}
