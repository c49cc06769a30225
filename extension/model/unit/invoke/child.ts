import { has, type CapabilitySet } from '../../capabilitySet.ts';
import type { Credentials } from '../../credentials.ts';
import { kernelRules, type KernelRules } from '../../kernel.ts';
import type { NetworkNamespace } from '../../system.ts';
import type { UnitCommand } from '../commandAssignments.ts';
import type { Directive } from '../directives.ts';
import type { MountTree } from '../mountView.ts';
import type { Sandbox } from '../sandbox.ts';
import type { StartStatus } from '../startStatus.ts';
import { valueOf } from '../unit.ts';
import type { UnitName } from '../unitName.ts';
import { referenceTo, type StartRefusal, type UnitReason } from '../unitReason.ts';
import type { UnitProgram, UnitSystem } from '../unitSystem.ts';

/** A command that a manager is to run. */
export interface Task {
  /** Under which the manager keeps the unit. */
  readonly unit: UnitName;
  readonly command: UnitCommand;
  /** Whether it is of ExecStart=. */
  readonly main: boolean;
  readonly sandbox: Sandbox;
  readonly system: UnitSystem;
  /** Whether an earlier command’s user namespace owns the namespaces that the unit’s commands share. */
  readonly namespacesTaken: boolean;
  /** Whether the unit ran no command before it. */
  readonly first: boolean;
}

/** The process that a manager has forked, on its way to execve(2). The steps change it. */
export interface Child extends Task {
  readonly kernel: KernelRules;
  /** Whether the unit’s sandbox is for it: not with `+`. */
  readonly sandboxed: boolean;
  /** Whether User= and Group= are for it: not with `!` either. */
  readonly changesIds: boolean;
  account: Account;
  /** What is to be ambient: AmbientCapabilities=, and what a PAM session brings. */
  ambient: CapabilitySet;
  credentials: Credentials;
  network: NetworkNamespace;
  /** Whether `network` is not the manager’s. */
  privateNetwork: boolean;
  /** Whether its user namespace owns the namespaces that it made for the unit. */
  ownsNamespaces: boolean;
  /** Its root, and the mounts of its sandbox: none where it shares those of the manager. */
  tree: MountTree;
  /** Whether it keeps what it needs to load its filters until they are loaded. */
  keepsPrivileges: boolean;
  program: UnitProgram;
  readonly unseen: string[];
  readonly assumptions: string[];
  readonly reasons: UnitReason[];
}

/** As whom the unit is to run; null for what no setting changes. */
export interface Account {
  readonly user: string | null;
  readonly uid: number | null;
  readonly gid: number | null;
  /** SupplementaryGroups=, with those of the user. */
  readonly groups: readonly number[] | null;
}

/** One step of `exec_invoke()`. What it answers ends the start; with null the next step follows. */
export type Step = (child: Child) => Ending | null;

export type Ending = Exclude<StartStatus, 'ok'>;

export function fork(task: Task): Child {
  const { command, main, sandbox, system } = task;
  const { settings } = sandbox;
  const permissionsStartOnly = valueOf(settings, 'PermissionsStartOnly') && !main;
  const sandboxed = !permissionsStartOnly && command.privilege !== '+';
  const setting = permissionsStartOnly ? referenceTo(settings, 'PermissionsStartOnly') : null;
  return {
    ...task,
    kernel: kernelRules(system.kernelRelease),
    sandboxed,
    changesIds: sandboxed && command.privilege !== '!',
    account: { user: null, uid: null, gid: null, groups: null },
    ambient: valueOf(settings, 'AmbientCapabilities'),
    credentials: system.credentials,
    network: system.networkNamespace,
    privateNetwork: false,
    ownsNamespaces: false,
    tree: { root: '', mounts: [] },
    keepsPrivileges: false,
    program: { kind: 'unseen', reason: 'which program the command names' },
    unseen: [],
    assumptions: [],
    reasons: sandboxed ? [] : [{ rule: 'unit-fully-privileged', setting }],
  };
}

/** systemd gives up, because of a setting or null. */
export function refuse(
  { sandbox: { settings }, reasons }: Child,
  status: Ending,
  cause: StartRefusal,
  directive: Directive | null,
): Ending {
  const setting = directive === null ? null : referenceTo(settings, directive);
  reasons.push({ rule: 'unit-start-refused', status, cause, setting });
  return status;
}

/** @param what could not be seen */
export function cannotTell({ unseen }: Child, what: string): Ending {
  unseen.push(what);
  return 'unknown';
}

export function may({ credentials }: Child, capability: number): boolean {
  return has(credentials.effective, capability);
}

/** Whether it is in a user namespace of its own. */
export function hasEnteredUserNamespace({ credentials, system }: Child): boolean {
  return credentials.userNamespace.id !== system.credentials.userNamespace.id;
}
