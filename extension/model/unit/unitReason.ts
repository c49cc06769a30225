import type { CapabilitySet } from '../capabilitySet.ts';
import type { Directive } from './directives.ts';
import type { Origin, Settings } from './unit.ts';

/** The setting that a step of a unit’s start is due to, and the lines that made it. */
export interface SettingReference {
  readonly directive: Directive;
  /** Empty where another setting implies it. */
  readonly origins: readonly Origin[];
}

export function referenceTo(settings: Settings, directive: Directive): SettingReference {
  return { directive, origins: settings[directive]?.origins ?? [] };
}

/** Steps of systemd before a command’s execve(2), in `src/core/exec-invoke.c`. */
export type UnitReason =
  | {
      readonly rule: 'unit-runs-as';
      readonly user: string;
      readonly uid: number;
      readonly setting: SettingReference | null;
    }
  | {
      readonly rule: 'unit-start-refused';
      readonly status: string;
      readonly cause: StartRefusal;
      readonly setting: SettingReference | null;
    }
  /** `+`, or PermissionsStartOnly=. */
  | { readonly rule: 'unit-fully-privileged'; readonly setting: SettingReference | null }
  | {
      readonly rule: 'unit-bounds';
      readonly lost: CapabilitySet;
      readonly setting: SettingReference;
    }
  | {
      readonly rule: 'unit-raises-ambient';
      readonly capabilities: CapabilitySet;
      readonly setting: SettingReference;
    }
  | {
      readonly rule: 'unit-ambient-outside-bounding-set';
      readonly missing: CapabilitySet;
      readonly setting: SettingReference;
    }
  | {
      readonly rule: 'unit-no-new-privs';
      /** `filters`: seccomp filters cannot be loaded without it. */
      readonly cause: 'asked' | 'filters';
      readonly setting: SettingReference;
    }
  | {
      readonly rule: 'unit-user-namespace';
      readonly implied: boolean;
      readonly setting: SettingReference;
    }
  | {
      readonly rule: 'unit-network-namespace';
      /** `host`: the manager may not make one, and goes on without. */
      readonly outcome: 'private' | 'joined' | 'host';
      readonly setting: SettingReference;
    }
  | {
      readonly rule: 'unit-mount-nosuid';
      readonly path: string;
      readonly mountPoint: string;
      readonly setting: SettingReference;
    };

/** Why systemd gives up before the command runs. */
export type StartRefusal =
  | 'fatal-setting'
  | 'no-command'
  | 'several-commands'
  | 'home-of-dynamic-user'
  | 'dynamic-user-in-user-manager'
  | 'two-user-namespaces'
  | 'session-in-private-pids'
  | 'forking-in-private-pids'
  | 'unknown-user'
  | 'unknown-group'
  | 'name-of-no-dynamic-user'
  | 'groups-of-another-user'
  | 'another-group'
  | 'supplementary-groups'
  | 'session-groups'
  | 'session-of-another-user'
  | 'session-of-unknown-user'
  | 'control-group-of-another-user'
  | 'keyring-of-another-user'
  | 'real-time-not-permitted'
  | 'priority-of-another-class'
  | 'network-namespace-missing'
  | 'standard-input-closed'
  | 'user-namespace'
  | 'mount-missing'
  | 'working-directory'
  | 'mounts-not-permitted'
  | 'program-missing'
  | 'program-hidden'
  | 'program-not-executable'
  | 'bounding-set-not-permitted'
  | 'ambient-not-permitted'
  | 'secure-bits-not-permitted'
  | 'another-user'
  | 'privileges-not-kept'
  | 'exec';

/** What a gate of a unit’s own looked at. */
export interface SettingObservation {
  readonly kind: 'setting';
  readonly setting: SettingReference;
  /** The device, address family or system call that is meant. */
  readonly subject: string;
}
