import { isSubset, type CapabilitySet } from '../../model/capabilitySet.ts';
import type { Expectation } from '../../model/expectation.ts';
import { collectInstances } from '../../probe/instanceEvidence.ts';
import type { Host } from '../../probe/host.ts';
import type { Sightings } from '../../probe/sightings.ts';
import { checkLines, clearedBy } from '../../report/debugText.ts';
import { findAlongPath } from '../alongPath.ts';
import { preflightDebug } from './debugPreflight.ts';
import { liveThreads } from './liveThreads.ts';
import { openView } from '../surroundings.ts';

/** A program that another extension's debugger starts with ambient capabilities. */
export interface AmbientLaunch {
  /** By its path, or along PATH. */
  readonly program: string;
  /** Whether it is an interpreter that is debugged from within, and traced by nobody. */
  readonly interpreted: boolean;
  readonly capabilities: CapabilitySet;
  readonly sandbox: boolean;
}

/** A launch of which is known what will come of it. */
export interface ForetoldLaunch {
  readonly path: string;
  readonly expectation: Expectation;
  /** Why the program would go without what it is to hold; null where it would not. */
  readonly loss: string | null;
  /** The processes that run the program already. */
  readonly running: readonly number[];
}

/** Null where there is no such program. */
export async function foretellLaunch(
  host: Host,
  sightings: Sightings,
  { program, interpreted, capabilities, sandbox }: AmbientLaunch,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ForetoldLaunch | null> {
  const path = await findAlongPath(program, environment);
  if (path === null) return null;
  const traced = !interpreted;
  const preflight = await preflightDebug(host, sightings, {
    ...{ program: path, sandbox, capabilities, traced },
  });
  if (preflight.kind === 'failure') return null;
  const { expectation } = preflight;
  const cleared = clearedBy(expectation);
  const keeps =
    traced &&
    expectation.kind === 'starts' &&
    isSubset(capabilities, expectation.credentials.effective);
  const running = await processesOf(host, path);
  return { path, expectation, loss: keeps ? null : cleared, running };
}

/**
 * Reads back what a program holds that has been launched, and compares it with what was foretold.
 * @param told what the debugger says; null: it is the process that runs the program and did not before, and
 *   of several the first, which started the others (js-debug has a watchdog of the same runtime)
 * @returns lines to be shown; null where it does not run yet
 */
export async function checkLaunch(
  host: Host,
  { path, expectation, running }: ForetoldLaunch,
  told: number | null,
): Promise<readonly string[] | null> {
  const pid =
    told ?? (await processesOf(host, path)).find((each) => !running.includes(each)) ?? null;
  if (pid === null) return null;
  const [main] = await liveThreads(host, pid);
  return checkLines(pid, expectation, main ?? null);
}

async function processesOf(host: Host, path: string): Promise<readonly number[]> {
  const opened = await openView(host);
  if (opened.kind === 'failure') return [];
  const found = await collectInstances(host, opened.view, path, []);
  return found.kind === 'known' ? found.value.map(({ pid }) => pid) : [];
}
