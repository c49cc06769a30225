import { expect, it } from 'vitest';
import { honoursPrivilege } from '../../extension/model/mount.ts';
import { exampleMount } from '../../extension/rules/exampleSystem.ts';
import { child, grandchild, initial, sibling } from './namespaces.ts';

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
  expect(honoursPrivilege({ ...exampleMount, ...change }, namespace)).toBe(counts);
});
