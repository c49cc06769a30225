import type { LaunchPath } from '../model/launchPath.ts';
import type { CapabilityAttribute, ProgramFile } from '../model/programFile.ts';
import type { SourceLanguage } from '../model/sourceLanguage.ts';
import type { Launcher, Limits, System, TunEvidence, XtablesLock } from '../model/system.ts';
import type { TunDevice } from '../model/tunDevice.ts';
import { known, unknown } from '../model/evidence.ts';

/** A repair as data: shown in full before anything of it runs. */
export interface Fix {
  readonly id: FixId;
  /** An imperative: `Run it in a sandbox`. */
  readonly title: string;
  /** What it costs, and after ` · ` what it brings, in one line. */
  readonly remark: string;
  /** `safe`: as it stands; `review`: look before running it; `template`: to be filled in by the user. */
  readonly applicability: 'safe' | 'review' | 'template';
  /** What it asks for, on the privilege ladder. */
  readonly needs: 'nothing' | 'root' | 'restart';
  readonly steps: readonly FixStep[];
  /** The steps that undo it; empty where nothing lasting is done. */
  readonly inverse: readonly FixStep[];
  /** What it changes, in order, for the model to judge again. */
  readonly effects: readonly FixEffect[];
}

export type FixId =
  | 'run-in-sandbox'
  | 'run-with-ambient-capabilities'
  | 'run-parent-with-ambient-capabilities'
  | 'raise-ambient-in-parent'
  | 'debug-with-ambient-capabilities'
  | 'own-tun-device'
  | 'set-file-capabilities'
  | 'remove-file-capabilities'
  | 'move-off-mount'
  | 'make-executable'
  | 'create-device-node'
  | 'open-device-node'
  | 'honour-device-nodes'
  | 'load-tun-driver'
  | 'allow-device-in-cgroup'
  | 'release-tun-device'
  | 'widen-ping-group-range'
  | 'lower-unprivileged-port-start'
  | 'allow-user-namespaces'
  | 'allow-tracing'
  | 'enter-group'
  | 'log-in-again';

export type FixStep =
  /** Run as an argument vector, never through a shell. */
  | { readonly kind: 'command'; readonly argv: readonly string[] }
  | { readonly kind: 'advice'; readonly text: string }
  /** For the user to put into a source of theirs; lines without a final line feed. */
  | { readonly kind: 'code'; readonly language: SourceLanguage; readonly text: string };

export type FixEffect =
  /** The program stays as it is and is started another way. */
  | { readonly kind: 'start-with'; readonly path: LaunchPath }
  /** The program that starts it passes its capabilities on. */
  | { readonly kind: 'parent-raises-ambient' }
  | {
      readonly kind: 'program';
      readonly capability?: CapabilityAttribute;
      readonly mode?: number;
      readonly honouredMount?: true;
    }
  | { readonly kind: 'tun-device'; readonly device: TunDevice }
  | { readonly kind: 'device-node' }
  /** Legacy iptables is told another lock file, one of the user's. */
  | { readonly kind: 'xtables-lock'; readonly lock: XtablesLock }
  /** The launcher, or whatever starts programs, is in these groups as well. */
  | { readonly kind: 'groups'; readonly gids: readonly number[]; readonly of: 'launcher' | 'all' }
  | {
      readonly kind: 'limit';
      readonly name: keyof Limits;
      readonly value: number | readonly [number, number];
    };

/** One repair after another, where neither alone is enough. */
export function combine(first: Fix, second: Fix): Fix {
  return {
    id: first.id,
    title: `${first.title}, then ${second.title.charAt(0).toLowerCase()}${second.title.slice(1)}`,
    remark: `${costOf(first)}, then ${second.remark}`,
    applicability: later(['safe', 'review', 'template'], first.applicability, second.applicability),
    needs: later(['nothing', 'root', 'restart'], first.needs, second.needs),
    steps: [...first.steps, ...second.steps],
    inverse: [...second.inverse, ...first.inverse],
    effects: [...first.effects, ...second.effects],
  };
}

function costOf({ remark }: Fix): string {
  const [cost = remark] = remark.split(' · ');
  return cost;
}

/** The system as it would be found after the fix. */
export function applyFix(system: System, fix: Fix): System {
  return fix.effects.reduce(applyEffect, system);
}

/** The file as an effect leaves it. */
export function programAfter(
  file: ProgramFile,
  { capability, mode, honouredMount }: Extract<FixEffect, { kind: 'program' }>,
): ProgramFile {
  const mount =
    honouredMount === true
      ? { ...file.mount, nosuid: false, noexec: false, foreign: false }
      : file.mount;
  return { ...file, mount, capability: capability ?? file.capability, mode: mode ?? file.mode };
}

/** With the device there, and asked for by its name. */
export function withTunDevice<S extends Pick<System, 'tun' | 'request'>>(
  system: S,
  device: TunDevice,
  source = 'the fix',
): S {
  const { devices } = system.tun;
  const others =
    devices.kind === 'known' ? devices.value.filter(({ name }) => name !== device.name) : [];
  return {
    ...system,
    tun: { ...system.tun, devices: known([...others, device], source) },
    request: { ...system.request, tunDevice: device.name },
  };
}

export function withLimit(
  limits: Limits,
  { name, value }: Extract<FixEffect, { kind: 'limit' }>,
): Limits {
  return { ...limits, [name]: known(value, 'the fix') };
}

/** Of two steps of a ladder, the one further up. */
function later<T>(ladder: readonly T[], one: T, other: T): T {
  return ladder.indexOf(one) > ladder.indexOf(other) ? one : other;
}

function applyEffect(system: System, effect: FixEffect): System {
  switch (effect.kind) {
    case 'start-with':
      return system;
    case 'parent-raises-ambient':
      return { ...system, parent: { raisesAmbient: true } };
    case 'program':
      return {
        ...system,
        program: {
          ...system.program,
          file: programAfter(system.program.file, effect),
          capabilityStorage:
            effect.honouredMount === true ? 'possible' : system.program.capabilityStorage,
          capabilityUnseen:
            effect.capability === undefined ? system.program.capabilityUnseen : null,
        },
      };
    case 'tun-device':
      return withTunDevice(system, effect.device);
    case 'device-node':
      return withUsableNode(system);
    case 'xtables-lock':
      return {
        ...system,
        limits: { ...system.limits, xtablesLock: known(effect.lock, 'the fix') },
      };
    case 'groups': {
      const { launcher, debugLauncher } = system;
      return {
        ...system,
        tun: asGroupMember(system.tun, effect.gids),
        launcher: inGroups(launcher, effect.gids),
        debugLauncher:
          debugLauncher === null || effect.of === 'launcher'
            ? debugLauncher
            : inGroups(debugLauncher, effect.gids),
      };
    }
    case 'limit':
      return {
        ...system,
        // What was tried under another limit tells nothing any more.
        launcher: { ...system.launcher, sandboxAttempt: unknown('not tried since', 'the fix') },
        limits: withLimit(system.limits, effect),
      };
  }
}

function inGroups(launcher: Launcher, gids: readonly number[]): Launcher {
  const { credentials } = launcher;
  if (credentials.kind === 'unknown') return launcher;
  const groups = [...credentials.value.groups, ...gids];
  return { ...launcher, credentials: known({ ...credentials.value, groups }, 'the fix') };
}

/** A node that did not open for want of its group would open. */
function asGroupMember(tun: TunEvidence, gids: readonly number[]): TunEvidence {
  const { node, attempt } = tun;
  const wasOutside =
    attempt.kind === 'known' &&
    attempt.value.errno === 'EACCES' &&
    node.kind === 'known' &&
    node.value !== null &&
    gids.includes(node.value.gid);
  if (!wasOutside) return tun;
  const groups = [...attempt.value.groups, ...gids];
  return { ...tun, attempt: known({ ...attempt.value, errno: null, groups }, 'the fix') };
}

function withUsableNode(system: System): System {
  const { mount } = system.program.file;
  const node = {
    path: '/dev/net/tun',
    type: 'character',
    major: 10,
    minor: 200,
    mode: 0o666,
    uid: 0,
    gid: 0,
    mount: { ...mount, nodev: false },
  } as const;
  return {
    ...system,
    tun: {
      ...system.tun,
      node: known(node, 'the fix'),
      attempt: known({ errno: null, uid: 0, groups: [0] }, 'the fix'),
    },
  };
}
