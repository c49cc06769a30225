import type { Credentials } from '../credentials.ts';
import type { Evidence } from '../evidence.ts';
import type { Features } from '../feature.ts';
import type { ProgramFile } from '../programFile.ts';
import type { Limits, NetworkNamespace, OperationRequest, TunEvidence } from '../system.ts';
import type { Accounts } from './accounts.ts';
import type { Manager } from './specifiers.ts';
import type { SystemdRules } from './systemdRules.ts';

/** All that was observed, or is supposed, about the manager that runs a unit and the machine below it. */
export interface UnitSystem {
  /** The release of the running kernel, such as `6.18.44`. */
  readonly kernelRelease: string;
  readonly manager: Manager;
  readonly rules: SystemdRules;
  /** The manager’s own. */
  readonly credentials: Credentials;
  readonly networkNamespace: NetworkNamespace;
  readonly accounts: Accounts;
  /** By the path that a command names. */
  readonly programs: ReadonlyMap<string, UnitProgram>;
  /**
   * What lies at the paths that the settings and commands name. One that is not here is taken to be
   * there, without links, and open to all.
   */
  readonly paths: ReadonlyMap<string, PathFacts>;
  /** Without the restrictions of the unit. */
  readonly tun: TunEvidence;
  readonly limits: Limits;
  /** `net.ipv4.ip_unprivileged_port_start` as it is where repairs are made, whatever `limits` supposes. */
  readonly portStart: Evidence<number>;
  readonly features: Features;
  readonly request: OperationRequest;
  /** Whether systemd was built to filter sockets (`+BPF_FRAMEWORK`). */
  readonly filtersSockets: boolean;
  /** Whether this machine was looked at: a tree of another’s may lack what its packages bring. */
  readonly isThisMachine: boolean;
}

export type UnitProgram =
  | {
      readonly kind: 'file';
      readonly file: ProgramFile;
      /** Why the file’s capabilities could not be read; null when they were. */
      readonly capabilityUnseen: string | null;
    }
  | { readonly kind: 'missing' }
  /** It is not on this machine, or may not be looked at. */
  | { readonly kind: 'unseen'; readonly reason: string };

export type PathFacts =
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'other';
      /** Without symbolic links. */
      readonly real: string;
      /** Of which kind the namespace is that it stands for, such as `net`; null where it stands for none. */
      readonly namespace: string | null;
    }
  | {
      readonly kind: 'directory';
      readonly real: string;
      /** Of itself and the directories above it, those that not everybody may enter. */
      readonly closed: readonly FolderAccess[];
    };

/** Who may enter a directory. */
export interface FolderAccess {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}
