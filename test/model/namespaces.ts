/** User namespaces for the tests: the initial one, one below it whose root is user 1000, one below that. */
import { initialUserNamespace, type UserNamespace } from '../../extension/model/userNamespace.ts';

export const child: UserNamespace = {
  id: 'child',
  parent: initialUserNamespace,
  ownerUid: 1000,
  uidMap: [{ inside: 0, base: 1000, count: 1 }],
  gidMap: [{ inside: 0, base: 1000, count: 1 }],
};

export const grandchild: UserNamespace = { ...child, id: 'grandchild', parent: child };

export const sibling: UserNamespace = { ...child, id: 'sibling', ownerUid: 2000 };

/** Its root is user 2000, and user 1000 is user 5 in it. */
export const ofTwo: UserNamespace = {
  ...child,
  id: 'of two',
  uidMap: [
    { inside: 0, base: 2000, count: 1 },
    { inside: 5, base: 1000, count: 1 },
  ],
};

/** As unshare -U makes it where nobody writes a map: no id has a name. */
export const unmapped: UserNamespace = { ...child, id: 'unmapped', uidMap: [], gidMap: [] };

export { initialUserNamespace as initial };
