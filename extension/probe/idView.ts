import {
  hiddenUserNamespace,
  initialUserNamespace,
  initialUserNamespaceId,
  toBase,
  type IdExtent,
  type UserNamespace,
} from '../model/userNamespace.ts';
import type { NamespaceFacts, Outcome } from '../protocol/probe.ts';

/**
 * The kernel shows ids as the observer's user namespace sees them. This turns them into the base
 * ids of the model: those of the outermost namespace that can be seen.
 */
export interface IdView {
  readonly uid: (seen: number) => number;
  readonly gid: (seen: number) => number;
  /** The namespace in which the observer runs. */
  readonly namespace: UserNamespace;
}

/** No process and no file has this id: for one that has no name where we look. */
export const nobody = -1;

/** The view of the helper, from its own namespaces; the identity in the initial user namespace. */
export function idViewOf(own: NamespaceFacts): IdView {
  const inode = 'value' in own.user ? own.user.value.inode : null;
  if (inode === null || inode === initialUserNamespaceId) {
    return { uid: (seen) => seen, gid: (seen) => seen, namespace: initialUserNamespace };
  }
  const namespace: UserNamespace = {
    id: inode,
    parent: hiddenUserNamespace,
    ownerUid: nobody,
    uidMap: extents(own.uidMap),
    gidMap: extents(own.gidMap),
  };
  return {
    uid: (seen) => toBase(namespace.uidMap, seen) ?? nobody,
    gid: (seen) => toBase(namespace.gidMap, seen) ?? nobody,
    namespace,
  };
}

/**
 * The user namespace of a process as the observer sees it, with its ancestors. The maps of
 * ancestors between the process and the observer cannot be read and stay empty.
 */
export function userNamespaceOf(facts: NamespaceFacts, view: IdView): UserNamespace | null {
  if (!('value' in facts.user)) return null;
  const { chain, end } = facts.user.value;
  let namespace: UserNamespace | null = end === 'initial' ? null : hiddenUserNamespace;
  for (const [index, { inode, ownerUid }] of [...chain.entries()].reverse()) {
    if (inode === initialUserNamespaceId) namespace = initialUserNamespace;
    else if (inode === view.namespace.id) namespace = { ...view.namespace, parent: namespace };
    else {
      const own = index === 0;
      namespace = {
        id: inode,
        parent: namespace,
        ownerUid: 'value' in ownerUid ? view.uid(ownerUid.value) : nobody,
        uidMap: own ? rebased(extents(facts.uidMap), view.uid) : [],
        gidMap: own ? rebased(extents(facts.gidMap), view.gid) : [],
      };
    }
  }
  return namespace;
}

function extents(map: NamespaceFacts['uidMap'] | Outcome<never>): readonly IdExtent[] {
  if (!('value' in map)) return [];
  return map.value.map(([inside, base, count]) => ({ inside, base, count }));
}

function rebased(
  map: readonly IdExtent[],
  toBaseId: (seen: number) => number,
): readonly IdExtent[] {
  return map.map((extent) => ({ ...extent, base: toBaseId(extent.base) }));
}
