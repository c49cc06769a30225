import {
  emptySet,
  fromHex,
  isSubset,
  names,
  without,
  type CapabilitySet,
} from '../../model/capabilitySet.ts';
import type { Host } from '../../probe/host.ts';
import type { Failure } from '../failure.ts';
import { findInstalledLauncher } from './launcherInstallation.ts';

/** How a program gets its capabilities, least privilege first. */
export const runWays = ['held', 'installed', 'sudo', 'pkexec'] as const;

export type RunWay = (typeof runWays)[number];

export interface RunRequest {
  readonly command: readonly string[];
  /** Empty only in a sandbox, where it stands for all. */
  readonly capabilities: CapabilitySet;
  readonly sandbox: boolean;
  /** Null: the first that will do. */
  readonly via: RunWay | null;
  /** `NAME=VALUE`, to be set for the program. */
  readonly variables: readonly string[];
  /** Further options of the launcher, such as `--supervise`. */
  readonly options: readonly string[];
  /** The launcher that came with Capwright. */
  readonly launcher: string;
  /** The working directory and environment of the one who asks. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export type RunPlan =
  | {
      readonly kind: 'plan';
      readonly way: RunWay | 'root' | 'sandbox';
      readonly argv: readonly string[];
    }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** Chooses how to run a program: the argument vector that becomes it. */
export async function planRun(host: Host, request: RunRequest): Promise<RunPlan> {
  const { capabilities, sandbox, launcher, via } = request;
  const options = optionsOf(request);
  if (sandbox) return plan('sandbox', [launcher, '--sandbox', ...options]);

  const reply = await host.request({ kind: 'process', pid: 'self' });
  const thread = reply.ok ? reply.result.threads[0] : undefined;
  if (thread === undefined) {
    return failed(
      'ours',
      `The credentials of this process cannot be read${reply.ok ? '' : `: ${reply.error.reason}`}.`,
      'Run it again; if it stays so, report it with the log.',
    );
  }
  const {
    uid: [uid],
    noNewPrivs,
  } = thread;
  const held = fromHex(thread.permitted) ?? emptySet;
  if (uid === 0) return plan('root', [launcher, ...asRoot(request.environment), ...options]);
  if ((via === null && isSubset(capabilities, held)) || via === 'held') {
    return plan('held', [launcher, ...options]);
  }
  if (noNewPrivs) {
    return failed(
      'environment',
      'no_new_privs is set here, so neither a file nor sudo can give capabilities.',
      'Use --sandbox, which needs none, or another terminal.',
    );
  }
  if (via === null || via === 'installed') {
    const installed = await findInstalledLauncher(host, uid);
    if (installed !== null && isSubset(capabilities, installed.capabilities)) {
      return plan('installed', [installed.path, ...options]);
    }
    if (via === 'installed') return notInstalled(capabilities, installed?.capabilities ?? null);
  }
  const dropping = [launcher, '--drop-to-caller', ...inheritedOptions(request), ...options];
  return via === 'pkexec'
    ? plan('pkexec', ['pkexec', launcher, '--cwd', request.directory, ...dropping.slice(1)])
    : plan('sudo', ['sudo', '--', ...dropping]);
}

function optionsOf({ capabilities, variables, options, command }: RunRequest): readonly string[] {
  const caps = capabilities === emptySet ? [] : ['--caps', names(capabilities).join(',')];
  return [
    ...[...caps, ...options, ...variables.flatMap((variable) => ['--env', variable])],
    ...['--', ...command],
  ];
}

/** Behind sudo the caller is meant, not root. */
function asRoot(environment: RunRequest['environment']): readonly string[] {
  const called = ['SUDO_UID', 'PKEXEC_UID'].some((name) => (environment[name] ?? '0') !== '0');
  return called ? ['--drop-to-caller'] : ['--as-root'];
}

/** sudo puts its secure_path in the place of PATH, and pkexec leaves next to nothing. */
function inheritedOptions({ environment }: RunRequest): readonly string[] {
  return ['PATH', 'TERM', 'LANG'].flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : ['--env', `${name}=${value}`];
  });
}

function notInstalled(wanted: CapabilitySet, installed: CapabilitySet | null): RunPlan {
  const list = names(wanted).join(',');
  const has =
    installed === null
      ? 'No launcher is installed for you'
      : `The launcher that is installed for you lacks ${names(without(wanted, installed)).join(',')}`;
  return failed('user', `${has}.`, `capwright launcher install --caps ${list} installs one.`);
}

/** Whether root starts it, and becomes the user again. */
export function elevates(way: Extract<RunPlan, { kind: 'plan' }>['way']): boolean {
  return way === 'sudo' || way === 'pkexec';
}

function plan(way: Extract<RunPlan, { kind: 'plan' }>['way'], argv: readonly string[]): RunPlan {
  return { kind: 'plan', way, argv };
}

function failed(blame: Failure['blame'], message: string, remedy: string): RunPlan {
  return { kind: 'failure', failure: { blame, message, remedy } };
}
