import { readlinkSync, statfsSync } from 'node:fs';

import type { ProbeReply } from '../../protocol/probe.ts';
import { fileType, readHeldUpTo, statsOf, whileHeld, type HeldFile } from './descriptor.ts';
import { failureOf, outcomeOf } from './outcome.ts';

const limit = 64 * 1024;

/** Magic numbers, linux/magic.h: the file systems that the kernel itself writes the text of. */
const pseudoFileSystems: ReadonlySet<number> = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x42494e4d, // binfmt_misc
  0x73636673, // securityfs
  0x27e0eb, // cgroup
  0x63677270, // cgroup2
]);

/** The text of a file below /proc or /sys, and of no other, whatever the path goes through. */
export function readPseudoFile(path: string): ProbeReply<'read'> {
  if (path.split('/').includes('..')) return refused(`${path} contains ".."`);
  const reply = whileHeld(path, readHeld);
  return 'value' in reply ? reply.value : { ok: false, error: failureOf(reply) };
}

function readHeld(held: HeldFile): ProbeReply<'read'> {
  // Judged by the handle, after all links are resolved: nothing can be put in its place any more.
  const real = outcomeOf(held.path, () => readlinkSync(held.link));
  if (!('value' in real)) return { ok: false, error: failureOf(real) };
  if (!/^\/(?:proc|sys)\//.test(real.value)) {
    return refused(`${held.path} is ${real.value}, which is not below /proc or /sys`);
  }
  if (!pseudoFileSystems.has(statfsSync(held.link).type)) {
    return refused(`${held.path} lies on a file system that is not the kernel's own`);
  }
  if (fileType(statsOf(held.fd)) !== 'regular') return refused(`${held.path} is no regular file`);
  // The one file there that a read empties, for whoever reads the kernel's log, proc_kmsg(5).
  if (real.value === '/proc/kmsg') return refused('/proc/kmsg would lose what is read from it');

  const text = readHeldUpTo(held, limit);
  if (!('value' in text)) return { ok: false, error: failureOf(text) };
  const { bytes, truncated } = text.value;
  return { ok: true, result: { text: bytes.toString('utf8'), truncated } };
}

function refused(reason: string): ProbeReply<'read'> {
  return { ok: false, error: { kind: 'refused', reason } };
}
