import type { Credentials } from '../../credentials.ts';
import type { NetworkNamespace } from '../../system.ts';
import type { MountTree } from '../mountView.ts';
import type { StartStatus } from '../startStatus.ts';
import { pathText } from '../sandbox.ts';
import { valueOf } from '../unit.ts';
import type { UnitReason } from '../unitReason.ts';
import type { UnitProgram } from '../unitSystem.ts';
import { boundCapabilities } from './boundCapabilities.ts';
import { changeDirectory } from './changeDirectory.ts';
import { changeRoot } from './changeRoot.ts';
import { changeUser } from './changeUser.ts';
import { fork, type Child, type Step, type Task } from './child.ts';
import { delegateControlGroup } from './delegateControlGroup.ts';
import { dropKeptPrivileges } from './dropKeptPrivileges.ts';
import { enterNetworkNamespace } from './enterNetworkNamespace.ts';
import { enterUserNamespaceFirst, enterUserNamespaceLate } from './enterUserNamespace.ts';
import { findAccounts } from './findAccounts.ts';
import { findHome } from './findHome.ts';
import { findProgram, findProgramInRoot, seenInSandbox } from './findProgram.ts';
import { forbidNewPrivileges } from './forbidNewPrivileges.ts';
import { lookOutside } from './lookOutside.ts';
import { mountSandbox } from './mountSandbox.ts';
import { openIpcNamespace } from './openIpcNamespace.ts';
import { openNetworkNamespace } from './openNetworkNamespace.ts';
import { openRoot } from './openRoot.ts';
import { openSession } from './openSession.ts';
import { openUserNamespace } from './openUserNamespace.ts';
import { openStandardInput } from './openStandardInput.ts';
import { setGroups } from './setGroups.ts';
import { setScheduling } from './setScheduling.ts';
import { setSecureBits } from './setSecureBits.ts';
import { setUpKeyring } from './setUpKeyring.ts';

/** How far a command comes, up to its execve(2). */
export interface Invocation {
  readonly start: StartStatus;
  /** The process that calls execve(2); null where there is none, or it cannot be told. */
  readonly process: UnitProcess | null;
  /** Whether its user namespace owns the namespaces that it made for the unit, also where it fails later. */
  readonly ownsNamespaces: boolean;
  /** What could not be seen; a start that hangs on it is `unknown`. */
  readonly unseen: readonly string[];
  /** What was taken for granted, in words for the user. */
  readonly assumptions: readonly string[];
  readonly reasons: readonly UnitReason[];
}

export interface UnitProcess {
  readonly credentials: Credentials;
  readonly network: NetworkNamespace;
  /** Whether it is not the manager’s network namespace. */
  readonly privateNetwork: boolean;
  readonly program: UnitProgram;
  /** Its root, and the mounts of its sandbox: none where it shares those of the manager. */
  readonly tree: MountTree;
  /** Whether the seccomp filters of the unit hold for it. */
  readonly filtered: boolean;
  /** Whether a PAM session was opened for it, which may have moved it to a control group of its own. */
  readonly inSession: boolean;
}

/** The steps of `exec_invoke()` in `src/core/exec-invoke.c`, in their order: the first that fails decides. */
const steps: readonly Step[] = [
  findAccounts,
  findHome,
  lookOutside,
  openUserNamespace,
  openNetworkNamespace,
  openIpcNamespace,
  openStandardInput,
  setScheduling,
  delegateControlGroup,
  setUpKeyring,
  openSession,
  openRoot,
  enterUserNamespaceFirst,
  enterNetworkNamespace,
  mountSandbox,
  setGroups,
  enterUserNamespaceLate,
  findProgram,
  boundCapabilities,
  changeRoot,
  changeUser,
  changeDirectory,
  setSecureBits,
  forbidNewPrivileges,
  dropKeptPrivileges,
  findProgramInRoot,
];

export function invoke(task: Task): Invocation {
  const child = fork(task);
  for (const step of steps) {
    const start = step(child);
    if (start !== null) return told(child, start, null);
  }
  return told(child, 'ok', processOf(child));
}

function told(
  { ownsNamespaces, unseen, assumptions, reasons }: Child,
  start: StartStatus,
  process: UnitProcess | null,
): Invocation {
  return { start, process, ownsNamespaces, unseen, assumptions, reasons };
}

function processOf(child: Child): UnitProcess {
  const { credentials, network, privateNetwork, tree, sandboxed } = child;
  const session = valueOf(child.sandbox.settings, 'PAMName');
  const program = seenInSandbox(child);
  if (program.kind === 'unseen') {
    const path = pathText(child.command.program) ?? 'the program';
    child.assumptions.push(`that ${path} is there, without file capabilities: ${program.reason}`);
  }
  return {
    ...{ credentials, network, privateNetwork, program },
    tree,
    filtered: sandboxed,
    inSession: session !== null && child.changesIds,
  };
}
