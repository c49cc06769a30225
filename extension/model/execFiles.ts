import type { Credentials } from './credentials.ts';
import type { Errno } from './errno.ts';
import { fileGrant } from './fileGrant.ts';
import type { KernelRules } from './kernel.ts';
import { honoursPrivilege, seenThrough } from './mount.ts';
import { mayExecute, mayRead, type ProgramFile, type ProgramFormat } from './programFile.ts';
import type { ExecReason } from './reason.ts';

/** The kernel rewrites an exec at most five times (`exec_binprm()` in fs/exec.c). */
const maximumRewrites = 5;

type OpenedFiles =
  | {
      /** The file whose credentials count, with the owner as it is seen through its mount. */
      readonly file: ProgramFile;
      /** Whether the caller may read what is mapped into the new process (`would_dump()`). */
      readonly readable: boolean;
    }
  | { readonly errno: Errno };

/**
 * Opens the program and its interpreters as `exec_binprm()` in fs/exec.c and the format handlers do.
 * @param reasons what decides is added, also before an error
 */
export function openExecFiles(
  old: Credentials,
  program: ProgramFile,
  kernel: KernelRules,
  reasons: ExecReason[],
): OpenedFiles {
  const refuse = (errno: Errno, reason: ExecReason): OpenedFiles => {
    reasons.push(reason);
    return { errno };
  };

  let file = seenThrough(program.mount, program, kernel);
  const refusal = openRefusal(old, file);
  if (refusal !== null) return refuse('EACCES', refusal);
  /** `bprm->executable`: the file that its interpreter gets as an open file. */
  let handedOver: ProgramFile | null = null;
  /** The file whose credentials count although it is not the last (`bprm->execfd_creds`). */
  let ownCredentials: ProgramFile | null = null;
  for (let rewrites = 1; ; rewrites += 1) {
    const { format } = file;
    if (format.kind === 'refused') {
      const { errno, problem } = format;
      return refuse(errno, { rule: 'format-refused', path: file.path, problem, errno });
    }
    if (format.kind === 'native') break;

    if (!kernel.credentialsFromFinalFile) {
      const privileged = honoursPrivilege(file.mount, old.userNamespace, kernel);
      const before: ExecReason[] = [];
      const grant = fileGrant(old, file, privileged, kernel, before);
      if ('errno' in grant) {
        reasons.push(...before);
        return grant;
      }
    }
    reasons.push(interpreterReason(file, format));
    const interpreter = seenThrough(format.interpreter.mount, format.interpreter, kernel);
    if (format.kind === 'script' || !format.flags.fixBinary) {
      const closed = openRefusal(old, interpreter);
      if (closed !== null) return refuse('EACCES', closed);
    }
    if (handedOver !== null) {
      return refuse('ENOEXEC', { rule: 'interpreter-takes-no-file', path: file.path });
    }
    if (format.kind === 'registered') {
      if (format.flags.openBinary || format.flags.credentials) handedOver = file;
      if (format.flags.credentials) ownCredentials = file;
    }
    // Each handler opens a file; only then does the kernel count.
    if (rewrites > maximumRewrites) return refuse('ELOOP', { rule: 'too-many-interpreters' });
    file = interpreter;
  }
  return {
    file: ownCredentials ?? file,
    readable: mayRead(old, file) && (handedOver === null || mayRead(old, handedOver)),
  };
}

function interpreterReason(
  file: ProgramFile,
  format: Extract<ProgramFormat, { interpreter: ProgramFile }>,
): ExecReason {
  const interpreter = format.interpreter.path;
  return format.kind === 'script'
    ? { rule: 'interpreter-decides', script: file.path, interpreter }
    : {
        rule: 'interpreter-registered',
        path: file.path,
        interpreter,
        ownCredentials: format.flags.credentials,
      };
}

/** `do_open_execat()`: permission and noexec are asked of every file of the interpreter chain. */
function openRefusal(credentials: Credentials, file: ProgramFile): ExecReason | null {
  if (!mayExecute(credentials, file)) {
    return {
      rule: 'not-executable',
      path: file.path,
      mode: file.mode,
      uid: file.uid,
      gid: file.gid,
    };
  }
  if (file.mount.noexec) {
    const { mountPoint, id } = file.mount;
    return { rule: 'noexec-mount', path: file.path, mountPoint, mountId: id };
  }
  return null;
}
