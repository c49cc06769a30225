import { describe, expect, it } from 'vitest';
import {
  hiddenUserNamespace,
  isMapped,
  isSameOrDescendant,
  level,
  toBase,
  type IdExtent,
} from '../../extension/model/userNamespace.ts';
import { child, grandchild, initial, sibling } from './namespaces.ts';

describe('an id', () => {
  const map: readonly IdExtent[] = [
    { inside: 0, base: 1000, count: 1 },
    { inside: 1, base: 100000, count: 65536 },
  ];

  it.each([
    [0, 1000],
    [1, 100000],
    [65536, 165535],
    [65537, null],
  ])('%i inside is %s outside', (inside, base) => {
    expect(toBase(map, inside)).toBe(base);
  });

  it.each([
    [1000, true],
    [999, false],
    [1001, false],
    [100000, true],
    [165535, true],
    [165536, false],
  ])('%i outside has a name inside: %s', (base, mapped) => {
    expect(isMapped(map, base)).toBe(mapped);
  });

  it('below the first of an extent is not in it', () => {
    expect(toBase([{ inside: 5, base: 1000, count: 2 }], 4)).toBeNull();
  });

  it('is itself in the initial namespace, up to (uid_t)-1', () => {
    expect(toBase(initial.uidMap, 0xfffffffe)).toBe(0xfffffffe);
    expect(toBase(initial.uidMap, 0xffffffff)).toBeNull();
    expect(isMapped(initial.gidMap, 0)).toBe(true);
  });
});

describe('a namespace is the same or below', () => {
  it.each([
    [initial, initial, true],
    [child, initial, true],
    [grandchild, initial, true],
    [grandchild, child, true],
    [initial, child, false],
    [child, grandchild, false],
    [sibling, child, false],
    [child, hiddenUserNamespace, false],
  ] as const)('$0.id, $1.id: %#', (namespace, ancestor, expected) => {
    expect(isSameOrDescendant(namespace, ancestor)).toBe(expected);
  });
});

it('a namespace lies as deep as it has namespaces above it', () => {
  expect([initial, child, sibling, grandchild].map(level)).toEqual([0, 1, 1, 2]);
});

it('nothing is known of the namespace that cannot be seen, and all ids are mapped in it', () => {
  expect(hiddenUserNamespace).toEqual({ ...initial, id: 'hidden' });
});
