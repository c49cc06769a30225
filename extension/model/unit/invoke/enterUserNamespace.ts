import { CAP_SETFCAP, CAP_SETGID, CAP_SETUID, CAP_SYS_ADMIN } from '../../capability.ts';
import { emptySet } from '../../capabilitySet.ts';
import type { IdExtent, UserNamespace } from '../../userNamespace.ts';
import type { Directive } from '../directives.ts';
import { readOnlyMount } from '../mountView.ts';
import { isOwnRoot, pathText } from '../sandbox.ts';
import { valueOf } from '../unit.ts';
import { referenceTo } from '../unitReason.ts';
import {
  cannotTell,
  hasEnteredUserNamespace,
  may,
  refuse,
  type Child,
  type Ending,
} from './child.ts';

/** `setup_private_users()`, before anything else where the manager could do nothing without it. */
export function enterUserNamespaceFirst(child: Child): Ending | null {
  const { sandbox, sandboxed, system } = child;
  if (sandboxed && system.manager.scope === 'user' && pathOf(child) !== null) {
    return refuse(child, '217/USER', 'user-namespace', 'UserNamespacePath');
  }
  const asked = sandbox.privateUsers !== 'no';
  const wanted = system.rules.sandboxImpliesUserNamespace
    ? system.manager.scope === 'user' && sandbox.needUserNamespace.length > 0
    : asked && !may(child, CAP_SYS_ADMIN);
  if (!sandboxed || !wanted) return null;
  const created = newUserNamespace(child);
  if (created.kind === 'unseen') return cannotTell(child, created.what);
  if (created.kind === 'refused') {
    return asked ? refuse(child, '217/USER', 'user-namespace', sandbox.privateUsersBy) : null;
  }
  const [first = 'PrivateUsers'] = sandbox.needUserNamespace;
  enter(child, created.namespace, asked ? sandbox.privateUsersBy : first, !asked);
  child.ownsNamespaces = true;
  return null;
}

/** `setup_private_users()`, after the namespaces that are made with the manager’s own rights. */
export function enterUserNamespaceLate(child: Child): Ending | null {
  const { sandbox, sandboxed } = child;
  const { privateUsers, privateUsersBy } = sandbox;
  const joined = sandboxed ? pathOf(child) : null;
  if (joined !== null) return join(child, joined);
  if (!sandboxed || privateUsers === 'no' || hasEnteredUserNamespace(child)) return null;
  const created = newUserNamespace(child);
  if (created.kind === 'unseen') return cannotTell(child, created.what);
  if (created.kind === 'refused') {
    return refuse(child, '217/USER', 'user-namespace', privateUsersBy);
  }
  const closing = sandbox.delegatesNamespaces ? null : closesMaps(child);
  if (closing !== null) return refuse(child, '217/USER', 'user-namespace', closing);
  enter(child, created.namespace, privateUsersBy, false);
  own(child, created.namespace);
  return null;
}

/** The network namespace was made by the user namespace that owns it. */
function own(child: Child, owner: UserNamespace): void {
  if (child.privateNetwork && child.sandbox.ownsNetworkNamespace) {
    child.network = { ...child.network, owner };
  }
}

function pathOf({ sandbox }: Child): string | null {
  const path = valueOf(sandbox.settings, 'UserNamespacePath');
  return path === null ? null : (pathText(path) ?? 'the path');
}

/** setns(2). Which ids it has is seen only by those inside. */
function join(child: Child, path: string): null {
  const { assumptions, credentials } = child;
  assumptions.push(`that the user namespace at ${path} has the ids that are outside`);
  const map = [{ inside: 0, base: 0, count: 0xffffffff }];
  const namespace: UserNamespace = {
    ...{ id: 'joined', parent: credentials.userNamespace, ownerUid: 0 },
    ...{ uidMap: map, gidMap: map },
  };
  enter(child, namespace, 'UserNamespacePath', false);
  own(child, namespace);
  return null;
}

/** The maps are written in the unit’s own /proc by then. */
function closesMaps({ sandbox, system, tree }: Child): Directive | null {
  const readOnly = readOnlyMount('/proc', tree.mounts);
  if (readOnly !== null) return readOnly.directive;
  const inPlace = isOwnRoot(sandbox.settings) && sandbox.mountNamespace;
  const hasNoProc = tree.root !== '' && sandbox.kernelViews.length === 0;
  return hasNoProc || (inPlace && system.rules.ownRootClosesMaps) ? 'RootDirectory' : null;
}

function enter(
  child: Child,
  userNamespace: UserNamespace,
  directive: Directive,
  implied: boolean,
): void {
  const full = child.kernel.validCapabilities;
  child.credentials = {
    ...child.credentials,
    permitted: full,
    effective: full,
    inheritable: emptySet,
    bounding: full,
    ambient: emptySet,
    securebits: 0,
    userNamespace,
  };
  const setting = referenceTo(child.sandbox.settings, directive);
  child.reasons.push({ rule: 'unit-user-namespace', implied, setting });
}

type NewUserNamespace =
  | { readonly kind: 'created'; readonly namespace: UserNamespace }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unseen'; readonly what: string };

/** One with the manager’s own ids and, with the right to, those of the unit. */
function newUserNamespace(child: Child): NewUserNamespace {
  const { account, credentials, sandbox, system } = child;
  const { privateUsers } = sandbox;
  const { limits, credentials: own } = system;
  const { maxUserNamespaces, unprivilegedUserNamespaces } = limits;
  if (maxUserNamespaces.kind === 'known' && maxUserNamespaces.value === 0) {
    return { kind: 'refused' };
  }
  if (!may(child, CAP_SYS_ADMIN)) {
    if (unprivilegedUserNamespaces.kind === 'unknown') {
      return { kind: 'unseen', what: 'whether users may create user namespaces' };
    }
    if (unprivilegedUserNamespaces.value === 0) return { kind: 'refused' };
  }
  const everyone = privateUsers === 'identity' || privateUsers === 'full';
  if (everyone && !(may(child, CAP_SETUID) && may(child, CAP_SETGID))) return { kind: 'refused' };
  if (privateUsers === 'managed') {
    return { kind: 'unseen', what: 'which ids systemd-nsresourced gives' };
  }
  const wide = { inside: 0, base: 0, count: privateUsers === 'full' ? 0xffffffff : 65536 };
  const mapOf = (ownId: number, id: number | null, capable: boolean): readonly IdExtent[] => {
    if (everyone) return [wide];
    const ownExtent = { inside: ownId, base: ownId, count: 1 };
    return id === null || id === ownId || !capable
      ? [ownExtent]
      : [ownExtent, { inside: id, base: id, count: 1 }];
  };
  if (own.uid.real === 0 && !may(child, CAP_SETFCAP)) return { kind: 'refused' };
  return {
    kind: 'created',
    namespace: {
      id: 'unit',
      parent: credentials.userNamespace,
      ownerUid: credentials.uid.effective,
      uidMap: mapOf(own.uid.real, account.uid, may(child, CAP_SETUID)),
      gidMap: mapOf(own.gid.real, account.gid, may(child, CAP_SETGID)),
    },
  };
}
