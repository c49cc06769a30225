import { isInGroup, type Credentials } from './credentials.ts';
import type { Mount } from './mount.ts';
import { CAP_DAC_READ_SEARCH } from './capability.ts';
import { overridesFileAccess } from './capable.ts';

/** The file that execve(2) is given, with all that decides the credentials afterwards. */
export interface ProgramFile {
  readonly path: string;
  /** The permission and set-id bits, 0 to 07777. */
  readonly mode: number;
  /** Owner and group as the file system has them, before an idmapped mount shifts them. */
  readonly uid: number;
  readonly gid: number;
  readonly capability: CapabilityAttribute;
  readonly mount: Mount;
  readonly format: ProgramFormat;
}

/**
 * The `security.capability` attribute: absent, its raw bytes, or one that belongs to the root of
 * a user namespace unknown here (getxattr answers EOVERFLOW, `cap_inode_getsecurity()`).
 */
export type CapabilityAttribute =
  | { readonly kind: 'none' }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'other-namespace' };

/** What the kernel makes of the first bytes. */
export type ProgramFormat =
  | { readonly kind: 'native' }
  /** Starts with `#!`: the kernel runs the interpreter, and only the last one's credentials count. */
  | { readonly kind: 'script'; readonly interpreter: ProgramFile }
  /** An entry of binfmt_misc takes it: the kernel runs the interpreter of the entry. */
  | {
      readonly kind: 'registered';
      readonly interpreter: ProgramFile;
      readonly flags: BinfmtFlags;
    }
  /** No format handler takes it; `problem` says why, in words. */
  | {
      readonly kind: 'refused';
      readonly errno: 'ENOEXEC' | 'ENOENT' | 'EACCES';
      readonly problem: string;
    };

/** The flags of a binfmt_misc entry that matter here; see Documentation/admin-guide/binfmt-misc.rst. */
export interface BinfmtFlags {
  /** `C`: the credentials are computed from the file that matched, and it is opened as by `O`. */
  readonly credentials: boolean;
  /** `O`: the interpreter gets the open file. */
  readonly openBinary: boolean;
  /** `F`: the interpreter was opened when the entry was made; nothing is asked about it now. */
  readonly fixBinary: boolean;
}

/** The file whose credentials count: the last interpreter, but for an entry of binfmt_misc with flag `C`. */
export function credentialFile(file: ProgramFile): ProgramFile {
  const { format } = file;
  switch (format.kind) {
    case 'script':
      return credentialFile(format.interpreter);
    case 'registered':
      return format.flags.credentials ? file : credentialFile(format.interpreter);
    default:
      return file;
  }
}

export const S_ISUID = 0o4000;
export const S_ISGID = 0o2000;
export const S_IXGRP = 0o010;

/** `generic_permission()` for MAY_EXEC on a regular file; CAP_DAC_OVERRIDE needs at least one x bit. */
export function mayExecute(credentials: Credentials, file: ProgramFile): boolean {
  return (
    allows(credentials, file, 0o1) ||
    ((file.mode & 0o111) !== 0 && overridesFileAccess(credentials, file))
  );
}

/** `generic_permission()` for MAY_READ. */
export function mayRead(credentials: Credentials, file: ProgramFile): boolean {
  return (
    allows(credentials, file, 0o4) ||
    overridesFileAccess(credentials, file) ||
    overridesFileAccess(credentials, file, CAP_DAC_READ_SEARCH)
  );
}

/** The class of permission bits that applies: the owner's, else the group's, else the others'. */
export function allows(
  credentials: Credentials,
  file: { readonly mode: number; readonly uid: number; readonly gid: number },
  bits: number,
): boolean {
  const shift =
    credentials.uid.effective === file.uid ? 6 : isInGroup(credentials, file.gid) ? 3 : 0;
  return ((file.mode >> shift) & bits) === bits;
}

/** The paths of what the kernel runs for a script, in their order; none for others. */
export function interpretersOf({ format }: ProgramFile): readonly string[] {
  if (format.kind !== 'script') return [];
  return [format.interpreter.path, ...interpretersOf(format.interpreter)];
}
