import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs';

import {
  initialUserNamespaceInode,
  type NamespaceFacts,
  type Outcome,
  type ProbeReply,
} from '../../protocol/probe.ts';
import { whileHeld } from './descriptor.ts';
import type { NativeProbe } from './nativeProbe.ts';
import { about, failureOf, outcomeOf, withValue } from './outcome.ts';

/**
 * The namespaces of a process and who owns them. `ns/*` of another process needs the right to trace
 * it (ptrace(2), PTRACE_MODE_READ); without it the outcome is EACCES. The id maps are for everyone.
 */
export function namespaceFacts(pid: number | 'self', probe: NativeProbe): ProbeReply<'namespaces'> {
  const facts = whileHeld(`/proc/${pid}`, ({ link }): NamespaceFacts => {
    const process: ProcessDirectory = { link, name: `/proc/${pid}` };
    return {
      user: userNamespace(process, probe),
      net: whileNamespaceOpen(process, 'net', (fd, inode) => ({
        inode,
        owner: about(`${process.name}/ns/net`, probe.owningUserNamespace(fd)),
      })),
      mount: outcomeOf(`${process.name}/ns/mnt`, () => ({
        inode: String(statSync(`${link}/ns/mnt`, { bigint: true }).ino),
      })),
      uidMap: idMap(process, 'uid_map'),
      gidMap: idMap(process, 'gid_map'),
      setgroups: withValue(text(process, 'setgroups'), (word) => ({ value: word.trim() })),
    };
  });
  return 'value' in facts
    ? { ok: true, result: facts.value }
    : { ok: false, error: failureOf(facts) };
}

interface ProcessDirectory {
  /** Leads to the held directory. */
  readonly link: string;
  /** What messages call it. */
  readonly name: string;
}

function userNamespace(process: ProcessDirectory, probe: NativeProbe): NamespaceFacts['user'] {
  return whileNamespaceOpen(process, 'user', (fd, inode) => {
    const walked = about(`${process.name}/ns/user`, probe.walkUserNamespaces(fd));
    if ('value' in walked) return { inode, ...walked.value };
    return {
      inode,
      chain: [{ inode, ownerUid: walked }],
      end: inode === initialUserNamespaceInode ? 'initial' : 'unknown',
    };
  });
}

function whileNamespaceOpen<T>(
  process: ProcessDirectory,
  kind: 'user' | 'net',
  use: (fd: number, inode: string) => T,
): Outcome<T> {
  const file = `ns/${kind}`;
  return withValue(
    outcomeOf(`${process.name}/${file}`, () =>
      openSync(`${process.link}/${file}`, constants.O_RDONLY),
    ),
    (fd) => {
      try {
        return { value: use(fd, String(fstatSync(fd, { bigint: true }).ino)) };
      } finally {
        closeSync(fd);
      }
    },
  );
}

function idMap(process: ProcessDirectory, file: 'uid_map' | 'gid_map'): NamespaceFacts['uidMap'] {
  return withValue(text(process, file), (lines) => ({
    value: Array.from(
      lines.matchAll(/(\d+)\s+(\d+)\s+(\d+)/g),
      ([, inside, outside, count]) => [Number(inside), Number(outside), Number(count)] as const,
    ),
  }));
}

function text(process: ProcessDirectory, file: string): Outcome<string> {
  return outcomeOf(`${process.name}/${file}`, () =>
    readFileSync(`${process.link}/${file}`, 'utf8'),
  );
}
