import { readlinkSync, statSync, type BigIntStats } from 'node:fs';

import type { FileFacts, Outcome, ProbeReply } from '../../protocol/probe.ts';
import {
  deviceNumber,
  fileType,
  readUpTo,
  statsOf,
  whileHeld,
  whileReopened,
  type FileType,
  type HeldFile,
} from './descriptor.ts';
import { mountById, mountIdOf } from './mountInfo.ts';
import type { NativeProbe } from './nativeProbe.ts';
import { about, failureOf, outcomeOf, withValue } from './outcome.ts';

const headLength = 4096;

/**
 * Everything that exec asks about a file. It is looked up once and held; each fact is read through
 * that one handle, so that they are all of the same file, and `replaced` says if the path is not.
 */
export function fileFacts(path: string, probe: NativeProbe): ProbeReply<'file'> {
  const reply = whileHeld(path, (held) => factsOf(held, probe));
  return 'value' in reply ? reply.value : { ok: false, error: failureOf(reply) };
}

function factsOf(held: HeldFile, probe: NativeProbe): ProbeReply<'file'> {
  const stats = statsOf(held.fd);
  const type = fileType(stats);
  if (type === undefined) {
    return { ok: false, error: { kind: 'refused', reason: `${held.path} is no file of any type` } };
  }
  const mountId = about(held.path, mountIdOf(held.fd));
  const result: FileFacts = {
    path: held.path,
    realPath: realPath(held, stats),
    type,
    mode: Number(stats.mode & 0o7777n),
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    size: Number(stats.size),
    inode: String(stats.ino),
    device: deviceNumber(stats.dev),
    rdev: deviceNumber(stats.rdev),
    mtimeNs: String(stats.mtimeNs),
    ctimeNs: String(stats.ctimeNs),
    // Node leaves 0 where statx(2) does not answer STATX_BTIME.
    birthNs: stats.birthtimeNs > 0n ? String(stats.birthtimeNs) : null,
    mountId,
    mount: withValue(mountId, mountById),
    ...capability(held, probe),
    head: head(held, type),
    access: about(held.path, probe.checkAccess(held.fd)),
    replaced: isReplaced(held.path, stats),
  };
  return { ok: true, result };
}

function realPath(held: HeldFile, stats: BigIntStats): Outcome<string> {
  return withValue(
    outcomeOf(held.path, () => readlinkSync(held.link)),
    (text) => {
      // The kernel marks a removed name so, and a file may really be called so.
      if (text.endsWith(' (deleted)') && isReplaced(text, stats)) {
        return { unavailable: `the name was removed while the file was held: ${text}` };
      }
      return { value: text };
    },
  );
}

function capability(
  held: HeldFile,
  probe: NativeProbe,
): Pick<FileFacts, 'capability' | 'capabilityAbsence'> {
  const bytes = about(held.path, probe.readAttribute(held.fd, 'security.capability'));
  if ('error' in bytes) {
    const { errno } = bytes.error;
    if (errno === 'ENODATA' || errno === 'EOPNOTSUPP') {
      return { capability: { value: null }, capabilityAbsence: errno };
    }
  }
  return {
    capability: withValue(bytes, (raw) => ({ value: Buffer.from(raw).toString('hex') })),
    capabilityAbsence: null,
  };
}

function head(held: HeldFile, type: FileType): Outcome<string> {
  if (type !== 'regular') return { unavailable: `only regular files are read, this is: ${type}` };
  return withValue(
    whileReopened(held, 'read', (fd) =>
      outcomeOf(held.path, () => readUpTo(fd, headLength).toString('hex')),
    ),
    (text) => text,
  );
}

/** Whether the path leads to another inode than before, to a changed one, or nowhere. */
function isReplaced(path: string, before: BigIntStats): boolean {
  const now = outcomeOf(path, () => statSync(path, { bigint: true }));
  return !(
    'value' in now &&
    now.value.dev === before.dev &&
    now.value.ino === before.ino &&
    now.value.ctimeNs === before.ctimeNs
  );
}
