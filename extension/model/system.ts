import type { Confinement } from './confinement.ts';
import type { Credentials } from './credentials.ts';
import type { Errno } from './errno.ts';
import type { Evidence, Vantage } from './evidence.ts';
import type { Features } from './feature.ts';
import type { ProgramFile } from './programFile.ts';
import type { FileStamp, Sighting } from './sighting.ts';
import type { SourceLanguage } from './sourceLanguage.ts';
import type { DeviceNode, TunDevice } from './tunDevice.ts';
import type { UserNamespace } from './userNamespace.ts';

/** All that was observed about one program and the process that would start it: what the rules judge. */
export interface System {
  /** The release of the running kernel, such as `6.18.44`. */
  readonly kernelRelease: string;
  readonly program: Program;
  readonly launcher: Launcher;
  /** The process that starts the program under a debugger; null where that is the launcher too. */
  readonly debugLauncher: Launcher | null;
  readonly parent: Parent;
  readonly tun: TunEvidence;
  readonly limits: Limits;
  /** The active security modules, in order. */
  readonly securityModules: Evidence<readonly string[]>;
  readonly features: Features;
  readonly request: OperationRequest;
}

export interface Program {
  /** As the user named it. */
  readonly name: string;
  readonly file: ProgramFile;
  /** Why the file's capabilities could not be read; null when they were. */
  readonly capabilityUnseen: string | null;
  /** What was assumed for want of evidence, in words for the user. */
  readonly assumptions: readonly string[];
  /** Whether the filesystem can keep file capabilities at all. */
  readonly capabilityStorage: 'possible' | 'unsupported';
  readonly stamp: FileStamp;
  /** What it was when it was last seen with capabilities, before now; null: never. */
  readonly previous: Evidence<Sighting | null>;
  /** What it was written in; null where the file does not tell. */
  readonly language: SourceLanguage | null;
}

/** The program that starts this one on the launch path `child`: supposed, not observed. */
export interface Parent {
  /** Whether it raises what it holds into its ambient set before it execs. */
  readonly raisesAmbient: boolean;
}

/** A parent that knows nothing of capabilities. */
export const unawareParent: Parent = { raisesAmbient: false };

/** The process from which the program is started, and where it stands. */
export interface Launcher {
  readonly vantage: Vantage;
  readonly credentials: Evidence<Credentials>;
  readonly networkNamespace: Evidence<NetworkNamespace>;
  /** The groups that the user database gives its user: a session takes them over when it begins. */
  readonly accountGroups: Evidence<readonly AccountGroup[]>;
  /** The snap, container or the like that it runs in; null for none. */
  readonly confinement: Evidence<Confinement | null>;
  readonly sandboxAttempt: Evidence<SandboxAttempt>;
  /** What the security module calls it, such as `unconfined`; null where none gives labels. */
  readonly securityLabel: string | null;
  /** The threads whose credentials are not those of the main thread: each program starts as its own thread. */
  readonly otherThreads: readonly string[];
  /** SECCOMP_MODE of its main thread: 0 none, 1 strict, 2 filter. */
  readonly seccomp: number;
}

/** What came of creating a user namespace with the ids of the launcher, from where it stands. */
export interface SandboxAttempt {
  /** The call that failed; null where none did. */
  readonly refusal: { readonly call: string; readonly errno: Errno } | null;
  /** Whether its root directory is not that of its mount namespace, for which the kernel refuses it. */
  readonly chrooted: boolean;
}

/** A line of group(5). */
export interface AccountGroup {
  readonly name: string;
  /** As a base id. */
  readonly gid: number;
}

export interface NetworkNamespace {
  readonly id: string;
  /** The user namespace in which capabilities over this network namespace are asked. */
  readonly owner: UserNamespace;
}

export interface TunEvidence {
  /** The node at `/dev/net/tun`; null when nothing is there. */
  readonly node: Evidence<DeviceNode | null>;
  readonly attempt: Evidence<OpenAttempt>;
  readonly devices: Evidence<readonly TunDevice[]>;
  /** The names of all network devices, of whatever kind. */
  readonly interfaces: Evidence<readonly string[]>;
}

/** What opening the node answered at the launcher's vantage. */
export interface OpenAttempt {
  /** Null when it opened. */
  readonly errno: Errno | null;
  /** The effective user id, as a base id, that tried. */
  readonly uid: number;
  /** Its effective group and its supplementary ones, as base ids. */
  readonly groups: readonly number[];
}

/** The sysctls that gates ask. */
export interface Limits {
  /** `net.ipv4.ip_unprivileged_port_start`. */
  readonly unprivilegedPortStart: Evidence<number>;
  /** `net.ipv4.ping_group_range` as base ids, both ends included. */
  readonly pingGroupRange: Evidence<readonly [number, number]>;
  /** `user.max_net_namespaces`. */
  readonly maxNetworkNamespaces: Evidence<number>;
  /** `user.max_user_namespaces`. */
  readonly maxUserNamespaces: Evidence<number>;
  /** Debian's `kernel.unprivileged_userns_clone`; 1 where the kernel has no such switch. */
  readonly unprivilegedUserNamespaces: Evidence<number>;
  /** Ubuntu's `kernel.apparmor_restrict_unprivileged_userns`; 0 where the kernel has no such switch. */
  readonly appArmorUserNamespaces: Evidence<number>;
  /** `kernel.yama.ptrace_scope`; 0 where the kernel has no Yama. */
  readonly ptraceScope: Evidence<number>;
  /** `kernel.unprivileged_bpf_disabled`; 0 where the kernel has no bpf. */
  readonly unprivilegedBpfDisabled: Evidence<number>;
  /** Whether the mount at `/proc/sys/net` is read-only, as containers have it. */
  readonly networkSysctlsReadOnly: Evidence<boolean>;
  readonly xtablesLock: Evidence<XtablesLock>;
}

/** The lock file of legacy iptables, or the folder in which it would be made. Ids are base ids. */
export interface XtablesLock {
  readonly path: string;
  readonly folder: boolean;
  readonly readOnly: boolean;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** What exactly the program asks for, where an operation leaves a choice. */
export interface OperationRequest {
  /** The device name given to TUNSETIFF; null lets the kernel choose. */
  readonly tunDevice: string | null;
  readonly tunLayer: 'tun' | 'tap';
  /** IFF_MULTI_QUEUE. */
  readonly multiQueue: boolean;
  /** The port of the operations that bind one. */
  readonly port: number;
}
