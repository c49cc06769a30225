import { interpretersOf, mayExecute, type ProgramFile } from '../../programFile.ts';
import { covers, insideOf, noExecMount, viewThrough, type MountTree } from '../mountView.ts';
import { pathText } from '../sandbox.ts';
import { referenceTo, type StartRefusal } from '../unitReason.ts';
import type { UnitProgram } from '../unitSystem.ts';
import type { Directive } from '../directives.ts';
import { cannotTell, refuse, type Child, type Ending } from './child.ts';

/** `find_executable_full()`, with the manager’s rights inside the unit’s mounts. */
export function findProgram(child: Child): Ending | null {
  const { command, system } = child;
  if (command.shell) return cannotTell(child, 'what the user’s shell makes of the command');
  const located = locate(child);
  if ('kind' in located) {
    child.program = located;
    return null;
  }
  const passesOver = command.ignoreFailure && system.rules.passesOverMissingProgram;
  return refuse(child, passesOver ? 'skipped' : '203/EXEC', located.cause, located.directive);
}

/** execve(2) after chroot(2): what lies at the same path there. */
export function findProgramInRoot(child: Child): null {
  const { sandbox, tree } = child;
  if (tree.root === '' || sandbox.mountNamespace) return null;
  const located = locate(child);
  if ('kind' in located) child.program = located;
  else {
    child.program = { kind: 'missing' };
    refuse(child, '203/EXEC', located.cause, located.directive);
  }
  return null;
}

interface NotFound {
  readonly cause: StartRefusal;
  readonly directive: Directive | null;
}

function locate(child: Child): UnitProgram | NotFound {
  const { command, credentials, tree, program, system } = child;
  const { programs, paths } = system;
  const path = pathText(command.program);
  if (path === null) return program;
  const lies = viewThrough(path, tree, paths);
  if (lies === null) {
    return { kind: 'unseen', reason: `where ${path} leads below RootDirectory= was not looked at` };
  }
  const { view, real } = lies;
  if (view.kind !== 'machine') return { cause: 'program-hidden', directive: view.by.directive };
  const found = programs.get(view.path);
  if (found?.kind === 'missing') return notThere(real, tree);
  // `do_open_execat()` asks it of each file of the chain.
  const interpreters = found?.kind === 'file' ? interpretersOf(found.file) : [];
  const reals = interpreters.map((each) => viewThrough(each, tree, paths)?.real ?? each);
  const [noExec] = [real, ...reals].flatMap((each) => noExecMount(each, tree.mounts) ?? []);
  if (noExec !== undefined) return { cause: 'program-not-executable', directive: noExec.directive };
  if (found?.kind === 'file' && !mayExecute(credentials, found.file)) {
    return { cause: 'program-not-executable', directive: null };
  }
  if (found?.kind !== 'file') {
    return found ?? { kind: 'unseen', reason: `${view.path} was not looked at` };
  }
  const file = interpreted(child, found.file);
  return typeof file === 'string' ? { kind: 'unseen', reason: file } : { ...found, file };
}

/** Where the unit sees something else in its place, that is what hides it. */
function notThere(real: string, { root, mounts }: MountTree): NotFound {
  const bound = mounts.some(({ kind, path }) => kind === 'bind' && covers(path, real));
  if (bound) return { cause: 'program-hidden', directive: 'BindPaths' };
  return root === ''
    ? { cause: 'program-missing', directive: null }
    : { cause: 'program-hidden', directive: 'RootDirectory' };
}

/**
 * The program with the interpreters that execve(2) finds for it, which it looks for after chroot(2) and inside the
 * mounts (`load_script()`); or words about one that was not looked at.
 */
function interpreted(child: Child, file: ProgramFile): ProgramFile | string {
  const { tree, system } = child;
  const { format } = file;
  if (tree.root !== '' && format.kind === 'refused' && format.errno === 'ENOENT') {
    return `which interpreter ${file.path} has below RootDirectory= was not looked at`;
  }
  if (format.kind !== 'script') return file;
  const { path } = format.interpreter;
  const unseen = `what ${path} is for the unit was not looked at`;
  const view = viewThrough(path, tree, system.paths)?.view;
  if (view === undefined) return unseen;
  const found =
    view.kind === 'machine' && view.path !== path ? system.programs.get(view.path) : null;
  if (view.kind !== 'machine' || found?.kind === 'missing') {
    const errno = view.kind === 'inaccessible' ? 'EACCES' : 'ENOENT';
    const problem = `its interpreter ${path} is hidden from the unit, or not there`;
    return { ...file, format: { kind: 'refused', errno, problem } };
  }
  if (found === undefined || found?.kind === 'unseen') return unseen;
  const interpreter = interpreted(child, found?.file ?? format.interpreter);
  if (typeof interpreter === 'string') return interpreter;
  return { ...file, format: { ...format, interpreter } };
}

/** With no_new_privs asked for, all mounts of the sandbox are made nosuid (`make_nosuid()`). */
export function seenInSandbox(child: Child): UnitProgram {
  const { tree, program, reasons, sandbox, sandboxed, system } = child;
  const { noNewPrivilegesMeansNosuid } = system.rules;
  if (program.kind !== 'file' || !sandboxed) return program;
  if (!sandbox.noNewPrivileges || !noNewPrivilegesMeansNosuid) return program;
  const seen = (file: ProgramFile): ProgramFile => {
    const { path, format } = file;
    const inside = insideOf(tree.root, path) ?? path;
    const real = viewThrough(inside, tree, system.paths)?.real ?? inside;
    const mount = tree.mounts.find((each) => covers(each.path, real));
    const chain =
      format.kind === 'script' ? { ...format, interpreter: seen(format.interpreter) } : format;
    if (mount === undefined) return { ...file, format: chain };
    const setting = referenceTo(sandbox.settings, mount.directive);
    reasons.push({ rule: 'unit-mount-nosuid', path, mountPoint: mount.path, setting });
    const nosuid = { ...file.mount, nosuid: true, mountPoint: mount.path };
    return { ...file, mount: nosuid, format: chain };
  };
  return { ...program, file: seen(program.file) };
}
