import type { Capability } from './capability.ts';
import type { CapabilitySet } from './capabilitySet.ts';
import type { Errno } from './errno.ts';
import type { FeatureId } from './feature.ts';
import type { CapabilityLoss, FileStamp } from './sighting.ts';
import type { SettingObservation, UnitReason } from './unit/unitReason.ts';

/**
 * One step of the chain that leads to a verdict, as data: what was looked at and what followed.
 * The words for it are in `report/reasonText.ts`, the kernel's source in `reasonSource` below.
 */
export type Reason = ExecReason | AbsenceReason | LaunchReason | UnitReason | GateReason;

/** Steps of execve(2). */
export type ExecReason =
  | {
      readonly rule: 'file-grants';
      readonly path: string;
      readonly permitted: CapabilitySet;
      readonly inheritable: CapabilitySet;
      readonly effective: boolean;
      readonly revision: 1 | 2 | 3;
    }
  | { readonly rule: 'file-without-capabilities'; readonly path: string }
  | { readonly rule: 'file-capabilities-empty'; readonly path: string }
  | { readonly rule: 'file-capabilities-malformed'; readonly path: string; readonly errno: Errno }
  | {
      readonly rule: 'file-capabilities-of-other-namespace';
      readonly path: string;
      readonly rootId: number | null;
    }
  | { readonly rule: 'interpreter-decides'; readonly script: string; readonly interpreter: string }
  | {
      readonly rule: 'interpreter-registered';
      readonly path: string;
      readonly interpreter: string;
      /** Whether the credentials are those of the file, not of the interpreter (flag `C`). */
      readonly ownCredentials: boolean;
    }
  | {
      readonly rule: 'mount-ignores-privilege';
      readonly path: string;
      readonly mountPoint: string;
      readonly mountId: number | null;
      readonly cause: 'nosuid' | 'foreign' | 'user-namespace';
    }
  | {
      readonly rule: 'beyond-bounding-set';
      readonly missing: CapabilitySet;
      readonly refused: boolean;
    }
  | { readonly rule: 'inheritable-met'; readonly capabilities: CapabilitySet }
  | { readonly rule: 'inheritable-unmet'; readonly capabilities: CapabilitySet }
  | { readonly rule: 'effective-flag-missing'; readonly capabilities: CapabilitySet }
  | {
      readonly rule: 'root-gains-all';
      readonly capabilities: CapabilitySet;
      readonly uid: 'real' | 'effective';
    }
  | { readonly rule: 'root-limited-to-file-capabilities' }
  | { readonly rule: 'set-user-id'; readonly uid: number }
  | { readonly rule: 'set-group-id'; readonly gid: number }
  | {
      readonly rule: 'set-id-ignored';
      readonly cause: 'mount' | 'no-new-privs' | 'not-executable' | 'unmapped';
    }
  | {
      readonly rule: 'downgraded';
      readonly causes: readonly UnsafeExec[];
      readonly lost: CapabilitySet;
    }
  | { readonly rule: 'held-before'; readonly causes: readonly UnsafeExec[] }
  | { readonly rule: 'tracer-privileged' }
  | { readonly rule: 'ambient-kept'; readonly capabilities: CapabilitySet }
  | {
      readonly rule: 'ambient-cleared';
      readonly capabilities: CapabilitySet;
      readonly cause: 'file-capabilities' | 'id-change';
    }
  | { readonly rule: 'ambient-empty' }
  | { readonly rule: 'permitted-not-passed-on'; readonly capabilities: CapabilitySet }
  | {
      readonly rule: 'not-executable';
      readonly path: string;
      readonly mode: number;
      readonly uid: number;
      readonly gid: number;
    }
  | {
      readonly rule: 'noexec-mount';
      readonly path: string;
      readonly mountPoint: string;
      readonly mountId: number | null;
    }
  | {
      readonly rule: 'format-refused';
      readonly path: string;
      readonly problem: string;
      readonly errno: Errno;
    }
  | { readonly rule: 'too-many-interpreters' }
  | { readonly rule: 'interpreter-takes-no-file'; readonly path: string };

/** Instead of `file-without-capabilities`, where that the file has none is what refuses. */
export type AbsenceReason =
  | {
      readonly rule: 'file-lost-capabilities';
      readonly path: string;
      /** What it had when it was last seen with any. */
      readonly permitted: CapabilitySet;
      readonly inheritable: CapabilitySet;
      readonly effective: boolean;
      readonly loss: CapabilityLoss;
      readonly before: FileStamp;
      readonly after: FileStamp;
    }
  | {
      readonly rule: 'filesystem-without-capabilities';
      readonly path: string;
      readonly mountPoint: string;
      readonly fsType: string;
      /** Whether a program or another machine keeps the files and decides. */
      readonly served: boolean;
    };

/** Why the kernel will not let an exec gain anything (`bprm->unsafe`). */
export type UnsafeExec = 'ptrace' | 'no-new-privs' | 'shared-fs';

/** Steps before execve(2): how the launch path sets up the process. */
export type LaunchReason =
  | {
      readonly rule: 'launched-by';
      readonly name: string;
      readonly pid: number | null;
      readonly traced: boolean;
    }
  | { readonly rule: 'ambient-raised'; readonly capabilities: CapabilitySet }
  | {
      readonly rule: 'ambient-not-raised';
      readonly missing: CapabilitySet;
      readonly cause: 'bounding-set' | 'no-new-privs' | 'securebits' | 'no-root-in-namespace';
    }
  | {
      readonly rule: 'trace-refused';
      /** `kernel.yama.ptrace_scope`. */
      readonly scope: number;
      readonly call: string;
      readonly errno: Errno;
    }
  | { readonly rule: 'sandbox-created' }
  | {
      readonly rule: 'sandbox-refused';
      readonly cause:
        | 'max-user-namespaces'
        | 'max-net-namespaces'
        | 'unprivileged-userns-clone'
        | 'apparmor-restriction'
        | 'chrooted'
        | 'attempt'
        | 'unmapped-ids'
        | 'root-without-setfcap';
      readonly call: string;
      readonly errno: Errno;
    }
  | { readonly rule: 'parent-holds'; readonly capabilities: CapabilitySet }
  | { readonly rule: 'parent-raises-ambient'; readonly capabilities: CapabilitySet };

export interface GateReason {
  readonly rule: 'gate';
  readonly gate: GateId;
  /** The man page or kernel function that asks. */
  readonly source: string;
  /** The system call that meets the gate, such as `ioctl(TUNSETIFF)`. */
  readonly call: string;
  readonly outcome: 'passes' | 'refuses' | 'unknown';
  /** What the call answers where the gate refuses. */
  readonly errno: Errno | null;
  readonly looked: GateObservation;
}

export type GateId =
  | 'device-node-exists'
  | 'device-node-mount'
  | 'device-node-permission'
  | 'device-cgroup'
  | 'device-driver'
  | 'tun-kind-matches'
  | 'tun-queues-match'
  | 'tun-owner'
  | 'tun-not-busy'
  | 'tun-net-admin'
  | 'tun-lsm'
  | 'tun-name'
  | 'tun-attached'
  | 'network-capability'
  | 'initial-capability'
  | 'own-capability'
  | 'opener-capability'
  | 'feature'
  | 'ping-group-range'
  | 'low-port'
  | 'user-namespace'
  | 'network-namespace'
  | 'sysctl-owner'
  | 'sysctl-mount'
  | 'xtables-lock'
  | 'unit-system-calls'
  | 'unit-address-families'
  | 'unit-device-view'
  | 'unit-device-policy'
  | 'unit-socket-bind';

/** What a gate looked at. */
export type GateObservation =
  | {
      readonly kind: 'capability';
      readonly capability: Capability;
      /** Another one that is as good; null where there is none. */
      readonly alternative: Capability | null;
      readonly held: boolean;
      /** Where it is asked: over the network namespace, over the whole machine, or of the process itself. */
      readonly scope: 'network' | 'initial' | 'own';
      /** The user namespace in which the capability counts, and the process's own. */
      readonly namespace: string;
      readonly ownNamespace: string;
    }
  | { readonly kind: 'node'; readonly path: string; readonly detail: string }
  | { readonly kind: 'attempt'; readonly path: string; readonly errno: Errno | null }
  | {
      readonly kind: 'tun-device';
      readonly name: string;
      readonly owner: number | null;
      readonly group: number | null;
      /** The effective user id of the process, and its effective and supplementary groups. */
      readonly uid: number;
      readonly groups: readonly number[];
      readonly detail: string;
    }
  | {
      readonly kind: 'sysctl';
      readonly name: string;
      readonly value: string;
      readonly detail: string;
    }
  | {
      readonly kind: 'feature';
      readonly feature: FeatureId;
      readonly title: string;
      /** Where it was seen that the kernel has it, or has it not. */
      readonly source: string;
    }
  | {
      readonly kind: 'namespace';
      readonly cause: Extract<LaunchReason, { rule: 'sandbox-refused' }>['cause'];
    }
  /** Of the LSM that labels processes; null where none does. */
  | { readonly kind: 'security-label'; readonly label: string | null }
  | { readonly kind: 'request'; readonly detail: string }
  | SettingObservation
  | { readonly kind: 'unseen'; readonly what: string };

/** The man page or kernel function that implements the step. */
export function reasonSource(reason: Reason): string {
  return reason.rule === 'gate' ? reason.source : source[reason.rule];
}

const source: Readonly<Record<Exclude<Reason, GateReason>['rule'], string>> = {
  'file-grants': 'get_vfs_caps_from_disk() in security/commoncap.c',
  'file-without-capabilities': 'get_file_caps() in security/commoncap.c',
  'file-lost-capabilities': 'capabilities(7), file capabilities',
  'filesystem-without-capabilities': 'xattr(7), filesystem differences',
  'file-capabilities-empty': 'bprm_caps_from_vfs_caps() in security/commoncap.c',
  'file-capabilities-malformed': 'get_vfs_caps_from_disk() in security/commoncap.c',
  'file-capabilities-of-other-namespace': 'rootid_owns_currentns() in security/commoncap.c',
  'interpreter-decides': 'bprm_creds_from_file() in fs/exec.c',
  'interpreter-registered': 'load_misc_binary() in fs/binfmt_misc.c',
  'mount-ignores-privilege': 'mnt_may_suid() in fs/namespace.c',
  'beyond-bounding-set': 'bprm_caps_from_vfs_caps() in security/commoncap.c',
  'inheritable-met': 'bprm_caps_from_vfs_caps() in security/commoncap.c',
  'inheritable-unmet': 'bprm_caps_from_vfs_caps() in security/commoncap.c',
  'effective-flag-missing': 'cap_bprm_creds_from_file() in security/commoncap.c',
  'root-gains-all': 'handle_privileged_root() in security/commoncap.c',
  'root-limited-to-file-capabilities': 'handle_privileged_root() in security/commoncap.c',
  'set-user-id': 'bprm_fill_uid() in fs/exec.c',
  'set-group-id': 'bprm_fill_uid() in fs/exec.c',
  'set-id-ignored': 'bprm_fill_uid() in fs/exec.c',
  downgraded: 'cap_bprm_creds_from_file() in security/commoncap.c',
  'held-before': 'cap_bprm_creds_from_file() in security/commoncap.c',
  'tracer-privileged': 'ptracer_capable() in kernel/capability.c',
  'ambient-kept': 'cap_bprm_creds_from_file() in security/commoncap.c',
  'ambient-cleared': 'cap_bprm_creds_from_file() in security/commoncap.c',
  'ambient-empty': 'cap_bprm_creds_from_file() in security/commoncap.c',
  'permitted-not-passed-on': 'capabilities(7), transformation during execve()',
  'not-executable': 'generic_permission() in fs/namei.c',
  'noexec-mount': 'path_noexec() in fs/exec.c',
  'format-refused': 'search_binary_handler() in fs/exec.c',
  'too-many-interpreters': 'exec_binprm() in fs/exec.c',
  'interpreter-takes-no-file': 'exec_binprm() in fs/exec.c',
  'launched-by': 'proc_pid_status(5)',
  'ambient-raised': 'PR_CAP_AMBIENT_RAISE in prctl(2)',
  'ambient-not-raised': 'cap_task_prctl() in security/commoncap.c',
  'trace-refused': 'yama_ptrace_traceme() in security/yama/yama_lsm.c',
  'sandbox-created': 'create_user_ns() in kernel/user_namespace.c',
  'sandbox-refused': 'create_user_ns() in kernel/user_namespace.c',
  'parent-holds': 'capabilities(7), transformation during execve()',
  'parent-raises-ambient': 'PR_CAP_AMBIENT_RAISE in prctl(2)',
  'unit-runs-as': 'systemd.exec(5), User=',
  'unit-start-refused': 'systemd.exec(5), “Process Exit Codes”',
  'unit-fully-privileged': 'systemd.service(5), “Command lines”',
  'unit-bounds': 'systemd.exec(5), CapabilityBoundingSet=',
  'unit-raises-ambient': 'systemd.exec(5), AmbientCapabilities=',
  'unit-ambient-outside-bounding-set': 'capability_ambient_set_apply() in systemd',
  'unit-no-new-privs': 'context_has_no_new_privileges() in systemd',
  'unit-user-namespace': 'exec_context_need_unprivileged_private_users() in systemd',
  'unit-network-namespace': 'systemd.exec(5), PrivateNetwork=',
  'unit-mount-nosuid': 'apply_mount_namespace() in systemd',
};
