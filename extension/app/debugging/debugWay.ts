import type { CapabilitySet } from '../../model/capabilitySet.ts';
import type { Host } from '../../probe/host.ts';
import type { DebugWay } from '../../protocol/debug.ts';
import { findAlongPath } from '../alongPath.ts';
import type { Failure } from '../failure.ts';
import { planRun, type RunRequest, type RunWay } from '../launcher/run.ts';

/** The way of a launch configuration among those of `capwright run`; null: the first that will do. */
export const runWayOf: Readonly<Record<DebugWay, RunWay | null>> = {
  auto: null,
  launcher: 'installed',
  sudo: 'sudo',
  sandbox: null,
};

export interface DebugWayRequest extends Pick<RunRequest, 'launcher' | 'environment'> {
  readonly asked: DebugWay;
  readonly capabilities: CapabilitySet;
}

export type DebugWayChoice =
  | { readonly kind: 'way'; readonly way: DebugWay }
  | { readonly kind: 'failure'; readonly failure: Failure };

/**
 * The way by which a debugger can get its capabilities here. What was asked for stays; where it was left
 * open and there is neither a launcher nor sudo, a sandbox needs none of them.
 */
export async function chooseDebugWay(
  host: Host,
  { asked, capabilities, launcher, environment }: DebugWayRequest,
): Promise<DebugWayChoice> {
  if (asked === 'sandbox') return { kind: 'way', way: asked };
  const plan = await planRun(host, {
    command: [],
    capabilities,
    sandbox: false,
    via: runWayOf[asked],
    variables: [],
    options: [],
    launcher,
    directory: '/',
    environment,
  });
  const open = asked === 'auto';
  if (plan.kind === 'failure') return open ? { kind: 'way', way: 'sandbox' } : plan;
  if (plan.way !== 'sudo' || (await findAlongPath('sudo', environment)) !== null) {
    return { kind: 'way', way: asked };
  }
  return open ? { kind: 'way', way: 'sandbox' } : { kind: 'failure', failure: noSudo };
}

const noSudo: Failure = {
  blame: 'user',
  message: 'There is no sudo along PATH.',
  remedy: 'Install the launcher, or set "with" to "sandbox".',
};
