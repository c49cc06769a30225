/**
 * A file that stays the one that was looked at, whatever its path comes to mean.
 *
 * setcap(8) takes a path and refuses a symbolic link, so no descriptor can be handed to it. The file is given
 * a second name instead, in a folder of our own that nobody else can enter, and the command is started with
 * that folder as its working directory: who swaps the path, or a folder of it, changes nothing for it.
 */
import {
  closeSync,
  constants,
  fstatSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  openSync,
  rmdirSync,
  unlinkSync,
  type BigIntStats,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { deviceNumber } from './helper/descriptor.ts';
import { isSystemError } from './helper/outcome.ts';
import type { FileIdentity } from './programEvidence.ts';

/** O_PATH of asm-generic/fcntl.h, which Node does not name. */
const O_PATH = 0o10000000;

export interface PinnedFile {
  /** The working directory for a command. */
  readonly folder: string;
  /** What a command started there calls the file. */
  readonly operand: string;
  /** Leads to the file from any process that may look at the descriptors of this one (proc(5)). */
  readonly path: string;
  /** Whether the path that was asked for still leads to the file. */
  readonly isInPlace: () => boolean;
  readonly release: () => void;
}

export type Pinning =
  | { readonly kind: 'pinned'; readonly file: PinnedFile }
  | { readonly kind: 'refused'; readonly refusal: PinRefusal };

export type PinRefusal =
  | { readonly why: 'missing'; readonly errno: string }
  | { readonly why: 'symbolic-link' | 'not-regular' | 'changed' | 'swapped' }
  /** It belongs to another user, who would have been given what it gets. */
  | { readonly why: 'owner'; readonly uid: number }
  /** It can get no second name, and this folder lets another user swap its path. */
  | { readonly why: 'folder'; readonly folder: string };

/**
 * @param path absolute
 * @param expected what it has to be still; null takes what is there
 */
export function pinFile(path: string, expected: FileIdentity | null): Pinning {
  const held = attempt(() => openSync(path, O_PATH | constants.O_NOFOLLOW));
  if ('errno' in held) return refused({ why: 'missing', errno: held.errno });
  const stats = fstatSync(held.value, { bigint: true });
  const refusal = unfit(stats, expected);
  const close = (): void => closeSync(held.value);
  if (refusal !== null) {
    close();
    return refused(refusal);
  }
  const pinning = secondName(path, stats) ?? byItsPath(path, stats);
  if (pinning.kind === 'refused') {
    close();
    return pinning;
  }
  const { file } = pinning;
  const release = (): void => {
    file.release();
    close();
  };
  return { kind: 'pinned', file: { ...file, release } };
}

function unfit(stats: BigIntStats, expected: FileIdentity | null): PinRefusal | null {
  if (stats.isSymbolicLink()) return { why: 'symbolic-link' };
  if (!stats.isFile()) return { why: 'not-regular' };
  if (expected !== null && !isIdentity(stats, expected)) return { why: 'changed' };
  return isTrusted(stats) ? null : { why: 'owner', uid: Number(stats.uid) };
}

function isIdentity(stats: BigIntStats, { inode, device, changed }: FileIdentity): boolean {
  const { major, minor } = deviceNumber(stats.dev);
  return (
    String(stats.ino) === inode &&
    `${String(major)}:${String(minor)}` === device &&
    String(stats.ctimeNs) === changed
  );
}

/** Null where the file can have no second name: a read-only folder, a bind mount, someone else's file (fs.protected_hardlinks). */
function secondName(path: string, stats: BigIntStats): Pinning | null {
  const made = attempt(() => mkdtempSync(join(dirname(path), '.capwright-')));
  if ('errno' in made) return null;
  const flags = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;
  const opened = attempt(() => openSync(made.value, flags));
  if ('errno' in opened) return refused({ why: 'swapped' });
  const folder = opened.value;
  const inside = `/proc/self/fd/${String(folder)}`;
  const name = basename(path);
  const release = (): void => {
    attempt(() => unlinkSync(join(inside, name)));
    attempt(() => rmdirSync(made.value));
    closeSync(folder);
  };
  if (!isOwn(fstatSync(folder, { bigint: true }))) {
    release();
    return refused({ why: 'swapped' });
  }
  const linked = attempt(() => linkSync(path, join(inside, name)));
  const problem = 'errno' in linked ? linked.errno : null;
  // link(2) does not follow a link either, so what the path meant just now is looked at here.
  if (problem === null && !isSameFile(lstatSync(join(inside, name), { bigint: true }), stats)) {
    release();
    return refused({ why: 'swapped' });
  }
  if (problem !== null) {
    release();
    return problem === 'ENOENT' ? refused({ why: 'swapped' }) : null;
  }
  return {
    kind: 'pinned',
    file: {
      folder: inside,
      operand: `./${name}`,
      path: `/proc/${String(process.pid)}/fd/${String(folder)}/${name}`,
      isInPlace: () => leadsTo(path, stats),
      release,
    },
  };
}

/** Enough where no other user can change any folder of the path: nobody but root could swap it. */
function byItsPath(path: string, stats: BigIntStats): Pinning {
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    const found = attempt(() => lstatSync(folder, { bigint: true }));
    if ('errno' in found) return refused({ why: 'swapped' });
    const open = (found.value.mode & 0o022n) !== 0n && (found.value.mode & 0o1000n) === 0n;
    if (!found.value.isDirectory() || !isTrusted(found.value) || open) {
      return refused({ why: 'folder', folder });
    }
    if (folder === '/') break;
  }
  if (!leadsTo(path, stats)) return refused({ why: 'swapped' });
  return {
    kind: 'pinned',
    file: {
      folder: '/',
      operand: path,
      path,
      isInPlace: () => leadsTo(path, stats),
      release: () => undefined,
    },
  };
}

function leadsTo(path: string, stats: BigIntStats): boolean {
  const now = attempt(() => lstatSync(path, { bigint: true }));
  return 'value' in now && isSameFile(now.value, stats);
}

function isSameFile(one: BigIntStats, other: BigIntStats): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}

/** Root may act on anybody's file; whoever asks root to act is answered for their own files and root's. */
function isTrusted({ uid }: BigIntStats): boolean {
  const own = process.geteuid?.() ?? 0;
  return own === 0 || uid === 0n || uid === BigInt(own);
}

function isOwn({ uid, mode }: BigIntStats): boolean {
  return uid === BigInt(process.geteuid?.() ?? 0) && (mode & 0o077n) === 0n;
}

function refused(refusal: PinRefusal): { readonly kind: 'refused'; readonly refusal: PinRefusal } {
  return { kind: 'refused', refusal };
}

type Attempt<T> = { readonly value: T } | { readonly errno: string };

function attempt<T>(action: () => T): Attempt<T> {
  try {
    return { value: action() };
  } catch (error) {
    if (isSystemError(error)) return { errno: error.code };
    throw error;
  }
}
