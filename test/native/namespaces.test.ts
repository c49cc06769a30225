import { statSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { initialUserNamespaceInode } from '../../extension/protocol/probe.ts';
import {
  ask,
  errnoOf,
  isRoot,
  nobody,
  sandboxAllowed,
  unprivileged,
  useStage,
  valueOf,
} from './vantage.ts';

const stage = useStage();

const inodeOf = (kind: string) => String(statSync(`/proc/self/ns/${kind}`, { bigint: true }).ino);

test('of the helper itself are those that it inherited', async () => {
  const facts = await ask(stage.client(), { kind: 'namespaces', pid: 'self' });
  expect(valueOf(facts.user).inode).toBe(inodeOf('user'));
  expect(valueOf(facts.net).inode).toBe(inodeOf('net'));
  expect(valueOf(facts.mount).inode).toBe(inodeOf('mnt'));
  expect(['allow', 'deny']).toContain(valueOf(facts.setgroups));
});

describe.skipIf(!isRoot)('from the initial user namespace (needs root)', () => {
  test('the chain ends there', async () => {
    const facts = await ask(stage.client(), { kind: 'namespaces', pid: 'self' });
    expect(valueOf(facts.user)).toEqual({
      inode: initialUserNamespaceInode,
      chain: [{ inode: initialUserNamespaceInode, ownerUid: { value: 0 } }],
      end: 'initial',
    });
    expect(valueOf(facts.uidMap)).toEqual([[0, 0, 4294967295]]);
  });

  test.skipIf(!sandboxAllowed)(
    'a sandbox in a sandbox is seen whole, with who made which',
    async () => {
      const inner = stage.client([
        ...unprivileged,
        'unshare',
        '-Ur',
        '--',
        'unshare',
        '-Urn',
        '--',
      ]);
      const { pid } = await ask(inner, { kind: 'process', pid: 'self' });
      const facts = await ask(stage.client(), { kind: 'namespaces', pid });
      const { chain, end } = valueOf(facts.user);
      expect(chain.map(({ ownerUid }) => valueOf(ownerUid))).toEqual([nobody, nobody, 0]);
      expect(chain[2]?.inode).toBe(initialUserNamespaceInode);
      expect(end).toBe('initial');
      expect(valueOf(valueOf(facts.net).owner)).toBe(chain[0]?.inode);
      expect(valueOf(facts.uidMap)).toEqual([[0, nobody, 1]]);
      expect(valueOf(facts.setgroups)).toBe('deny');
    },
  );

  test('of a process that may not be traced are EACCES, its maps are not', async () => {
    const facts = await ask(stage.client(unprivileged), { kind: 'namespaces', pid: process.pid });
    expect(errnoOf(facts.user)).toBe('EACCES');
    expect(errnoOf(facts.net)).toBe('EACCES');
    expect(errnoOf(facts.mount)).toBe('EACCES');
    expect(valueOf(facts.uidMap)).toEqual([[0, 0, 4294967295]]);
  });
});

describe.skipIf(!sandboxAllowed)('from a sandbox (needs user namespaces)', () => {
  test('with a network of its own, which it owns; what is outside is hidden', async () => {
    const client = stage.client([...unprivileged, 'unshare', '-Urn', '--']);
    const facts = await ask(client, { kind: 'namespaces', pid: 'self' });
    const user = valueOf(facts.user);
    expect(user.inode).not.toBe(inodeOf('user'));
    expect(user.chain).toHaveLength(1);
    expect(user.end).toBe('hidden');
    expect(valueOf(valueOf(facts.net).owner)).toBe(user.inode);
  });

  test('without one, the network belongs to an ancestor', async () => {
    const client = stage.client([...unprivileged, 'unshare', '-Ur', '--']);
    const facts = await ask(client, { kind: 'namespaces', pid: 'self' });
    expect(valueOf(facts.net).inode).toBe(inodeOf('net'));
    expect(errnoOf(valueOf(facts.net).owner)).toBe('EPERM');
  });

  test('without maps there is an empty map', async () => {
    const client = stage.client([...unprivileged, 'unshare', '--user', '--']);
    const facts = await ask(client, { kind: 'namespaces', pid: 'self' });
    expect(valueOf(facts.uidMap)).toEqual([]);
    const chain = valueOf(facts.user).chain.map(({ ownerUid }) => valueOf(ownerUid));
    expect(chain).toEqual([65534]);
  });
});
