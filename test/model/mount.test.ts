import { describe, expect, it } from 'vitest';
import { kernelRules } from '../../extension/model/kernel.ts';
import { attributeRoot, honoursPrivilege, seenThrough } from '../../extension/model/mount.ts';
import { exampleMount } from '../../extension/rules/exampleSystem.ts';
import { child, grandchild, initial, ofTwo, sibling } from './namespaces.ts';

const nobody = { uid: 0xffffffff, gid: 0xffffffff };

it.each([
  ['an ordinary mount', {}, initial, true],
  ['an ordinary mount, seen from below', {}, grandchild, true],
  ['nosuid', { nosuid: true }, initial, false],
  ['foreign', { foreign: true }, initial, false],
  ['noexec and nodev are another matter', { noexec: true, nodev: true }, initial, true],
  ['mounted in the namespace itself', { superblockNamespace: child }, child, true],
  ['mounted in one above', { superblockNamespace: child }, grandchild, true],
  ['mounted in one below', { superblockNamespace: child }, initial, false],
  ['mounted in one beside', { superblockNamespace: child }, sibling, false],
])('set-id bits and file capabilities count (mnt_may_suid): %s', (_, change, namespace, counts) => {
  expect(honoursPrivilege({ ...exampleMount, ...change }, namespace, kernelRules('6.18'))).toBe(
    counts,
  );
});

it.each([
  ['foreign', { foreign: true }, true],
  ['of another user namespace', { superblockNamespace: child }, true],
  ['nosuid', { nosuid: true }, false],
])('before 4.8 only the flag decides: %s', (_, change, counts) => {
  const mount = { ...exampleMount, ...change };
  expect(honoursPrivilege(mount, initial, kernelRules('4.7'))).toBe(counts);
});

describe('through an idmapped mount', () => {
  const idmap = {
    uidMap: [{ inside: 0, base: 1000, count: 2 }],
    gidMap: [{ inside: 5, base: 0, count: 1 }],
  };
  const mount = { ...exampleMount, idmap };
  const now = kernelRules('6.18');

  it.each([
    ['are shifted', mount, { uid: 1, gid: 5 }, { uid: 1001, gid: 0 }],
    ['are nobody’s where it does not map them', mount, { uid: 2, gid: 0 }, nobody],
    [
      'are first what the file system stores',
      { ...mount, superblockNamespace: ofTwo },
      { uid: 2000, gid: 1000 },
      { uid: 1000, gid: 0xffffffff },
    ],
    [
      'are nobody’s where the file system cannot store them',
      { ...mount, superblockNamespace: child },
      { uid: 0, gid: 5 },
      nobody,
    ],
    ['are as they are without', exampleMount, { uid: 1, gid: 5 }, { uid: 1, gid: 5 }],
  ])('ids of files %s', (_, each, file, seen) => {
    expect(seenThrough(each, file, now)).toEqual(seen);
  });

  it.each([
    ['is shifted', mount, 1, 1001],
    ['is nobody where it does not map it', mount, 2, null],
    ['is an id of the file system’s namespace', { ...mount, superblockNamespace: ofTwo }, 0, 1000],
    ['is nobody where it is nobody’s id', mount, 0xffffffff, null],
    ['is nobody where that does not map it', { ...mount, superblockNamespace: ofTwo }, 1, null],
    ['is as it is without', { ...exampleMount, superblockNamespace: ofTwo }, 5, 1000],
  ])('the root of an attribute %s', (_, each, stored, root) => {
    expect(attributeRoot(each, stored, now)).toBe(root);
  });

  it('nothing is shifted before 5.12, which has none', () => {
    const before = kernelRules('5.11');
    expect(seenThrough(mount, { uid: 1, gid: 5 }, before)).toEqual({ uid: 1, gid: 5 });
    expect(attributeRoot(mount, 1, before)).toBe(1);
  });
});
