import { describe, expect, it } from 'vitest';
import { isCapable, overridesFileAccess } from '../../extension/model/capable.ts';
import {
  CAP_DAC_OVERRIDE,
  CAP_DAC_READ_SEARCH,
  CAP_NET_ADMIN,
} from '../../extension/model/capability.ts';
import { allNamed, setOf } from '../../extension/model/capabilitySet.ts';
import { ordinaryUser, sameIds, type Credentials } from '../../extension/model/credentials.ts';
import { hiddenUserNamespace } from '../../extension/model/userNamespace.ts';
import { child, grandchild, initial, sibling, unmapped } from './namespaces.ts';

const user = ordinaryUser(1000, 1000, allNamed);
const holding = (change: Partial<Credentials>): Credentials => ({
  ...user,
  effective: setOf(CAP_NET_ADMIN),
  ...change,
});

describe('a process is capable (cap_capable)', () => {
  it.each([
    ['in its own namespace by its effective bit', holding({}), initial, true],
    ['not by another bit', holding({ effective: setOf(1) }), initial, false],
    ['not by the permitted bit', holding({ effective: 0n, permitted: allNamed }), initial, false],
    ['in the namespace below by its effective bit', holding({ uid: sameIds(5) }), child, true],
    ['two below by its effective bit', holding({ uid: sameIds(5) }), grandchild, true],
    ['in the namespace it made, without a bit', user, child, true],
    ['below the namespace it made, without a bit', user, grandchild, true],
    ['not in one that another made', user, sibling, false],
    [
      'in the one it made by its effective id',
      { ...user, uid: { real: 1, effective: 1000, saved: 1 } },
      child,
      true,
    ],
    [
      'not by its real id',
      { ...user, uid: { real: 1000, effective: 1, saved: 1000 } },
      child,
      false,
    ],
    ['not above its own', holding({ userNamespace: child }), initial, false],
    ['not beside its own', holding({ userNamespace: child }), sibling, false],
    [
      'in a child of its own namespace that is not the initial one',
      holding({ userNamespace: child, uid: sameIds(7) }),
      grandchild,
      true,
    ],
    [
      'not as owner from a namespace that is not the parent',
      { ...user, userNamespace: sibling },
      grandchild,
      false,
    ],
    [
      'not where nothing of the kind is above',
      holding({}),
      { ...hiddenUserNamespace, parent: null },
      false,
    ],
  ] as const)('%s', (_, credentials, target, expected) => {
    expect(isCapable(credentials, target, CAP_NET_ADMIN)).toBe(expected);
  });

  it('not as the owner of a namespace further down that another made', () => {
    const below = { ...grandchild, ownerUid: 1000, parent: { ...child, ownerUid: 2000 } };
    expect(isCapable(user, below, CAP_NET_ADMIN)).toBe(false);
  });
});

describe('file permissions are overridden', () => {
  const root = { ...user, effective: setOf(CAP_DAC_OVERRIDE) };

  it.each([
    ['with CAP_DAC_OVERRIDE', root, { uid: 7, gid: 8 }, true],
    ['not without it', user, { uid: 7, gid: 8 }, false],
    [
      'where both ids are mapped',
      { ...root, userNamespace: child },
      { uid: 1000, gid: 1000 },
      true,
    ],
    ['not where the owner is not', { ...root, userNamespace: child }, { uid: 0, gid: 1000 }, false],
    ['not where the group is not', { ...root, userNamespace: child }, { uid: 1000, gid: 0 }, false],
    [
      'not in a namespace without a map',
      { ...root, userNamespace: unmapped },
      { uid: 1000, gid: 1000 },
      false,
    ],
  ] as const)('%s', (_, credentials, file, expected) => {
    expect(overridesFileAccess(credentials, file)).toBe(expected);
  });

  it('with the capability that is asked for', () => {
    const file = { uid: 0, gid: 0 };
    expect(overridesFileAccess(root, file, CAP_DAC_READ_SEARCH)).toBe(false);
    expect(
      overridesFileAccess(
        { ...root, effective: setOf(CAP_DAC_READ_SEARCH) },
        file,
        CAP_DAC_READ_SEARCH,
      ),
    ).toBe(true);
  });
});
