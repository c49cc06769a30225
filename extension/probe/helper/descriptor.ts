import { closeSync, constants, fstatSync, openSync, readSync, type BigIntStats } from 'node:fs';

import type { FileFacts, Outcome } from '../../protocol/probe.ts';
import { outcomeOf, withValue } from './outcome.ts';

/** O_PATH of asm-generic/fcntl.h, which Node does not name: a handle that opens nothing. */
const O_PATH = 0o10000000;

/**
 * Holds a file by an O_PATH descriptor while `use` runs: found, following symbolic links, but not
 * opened, so neither a FIFO nor a device notices.
 */
export function whileHeld<T>(path: string, use: (held: HeldFile) => T): Outcome<T> {
  return whileOpen(path, path, O_PATH, (fd) => use({ fd, path, link: `/proc/self/fd/${fd}` }));
}

export interface HeldFile {
  readonly fd: number;
  readonly path: string;
  /** Leads to the held file itself, whatever its name has come to mean. */
  readonly link: string;
}

/** Opens the held file for real while `use` runs. Never blocks, never takes a terminal. */
export function whileReopened<T>(
  held: HeldFile,
  access: 'read' | 'readWrite',
  use: (fd: number) => T,
): Outcome<T> {
  const flags = access === 'read' ? constants.O_RDONLY : constants.O_RDWR;
  return whileOpen(held.link, held.path, flags | constants.O_NONBLOCK | constants.O_NOCTTY, use);
}

export type FileType = FileFacts['type'];

/** Undefined for what has no type, such as the anonymous inodes under /proc/PID/fd. */
export function fileType(stats: BigIntStats): FileType | undefined {
  if (stats.isFile()) return 'regular';
  if (stats.isDirectory()) return 'directory';
  if (stats.isFIFO()) return 'fifo';
  if (stats.isSocket()) return 'socket';
  if (stats.isCharacterDevice()) return 'character';
  if (stats.isBlockDevice()) return 'block';
  return undefined;
}

export function statsOf(fd: number): BigIntStats {
  return fstatSync(fd, { bigint: true });
}

/** The inverse of makedev(3) in its 64-bit form, as in <sys/sysmacros.h>. */
export function deviceNumber(device: bigint): { readonly major: number; readonly minor: number } {
  return {
    major: Number(((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n)),
    minor: Number((device & 0xffn) | ((device >> 12n) & 0xffffff00n)),
  };
}

/** At most `limit` bytes of the held file, and whether there are more. */
export function readHeldUpTo(
  held: HeldFile,
  limit: number,
): Outcome<{ readonly bytes: Buffer; readonly truncated: boolean }> {
  const read = whileReopened(held, 'read', (fd) =>
    outcomeOf(held.path, () => readUpTo(fd, limit + 1)),
  );
  return withValue(read, (outcome) =>
    withValue(outcome, (bytes) => ({
      value: { bytes: bytes.subarray(0, limit), truncated: bytes.length > limit },
    })),
  );
}

/** At most `limit` bytes from where the descriptor stands. Throws Node's system error. */
export function readUpTo(fd: number, limit: number): Buffer {
  const buffer = Buffer.alloc(limit);
  let length = 0;
  while (length < limit) {
    const count = readSync(fd, buffer, length, limit - length, null);
    if (count === 0) break;
    length += count;
  }
  return buffer.subarray(0, length);
}

function whileOpen<T>(
  opened: string,
  named: string,
  flags: number,
  use: (fd: number) => T,
): Outcome<T> {
  const fd = outcomeOf(named, () => openSync(opened, flags));
  if (!('value' in fd)) return fd;
  try {
    return { value: use(fd.value) };
  } finally {
    closeSync(fd.value);
  }
}
