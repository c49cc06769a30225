import { isInGroup, type Credentials } from './credentials.ts';
import type { Mount } from './mount.ts';
import { CAP_DAC_READ_SEARCH } from './capability.ts';
import { overridesFileAccess } from './capable.ts';

/** The file that execve(2) is given, with all that decides the credentials afterwards. */
export interface ProgramFile {
  readonly path: string;
  /** The permission and set-id bits, 0 to 07777. */
  readonly mode: number;
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
  /** No format handler takes it; `problem` says why, in words. */
  | {
      readonly kind: 'refused';
      readonly errno: 'ENOEXEC' | 'ENOENT' | 'EACCES';
      readonly problem: string;
    };

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
