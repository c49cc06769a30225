import { resolve } from 'node:path';
import { emptySet, isSubset, type CapabilitySet } from '../../model/capabilitySet.ts';
import { expectUnderDebugger, type Expectation } from '../../model/expectation.ts';
import { findOperation, usualOperations } from '../../model/operations.ts';
import type { Host } from '../../probe/host.ts';
import type { Sightings } from '../../probe/sightings.ts';
import type { CheckReport } from '../../report/checkReport.ts';
import { checkProgram } from '../check.ts';
import type { Failure } from '../failure.ts';

export interface DebugPreflightRequest {
  /** The program's path; a relative one counts from the working directory. */
  readonly program: string;
  readonly sandbox: boolean;
  /** What the debugger will hold as its ambient set. */
  readonly capabilities: CapabilitySet;
  /** False for an interpreter that is debugged from within. */
  readonly traced?: boolean;
}

export type DebugPreflight =
  | {
      readonly kind: 'ready';
      readonly report: CheckReport;
      readonly expectation: Expectation;
    }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** Judges a program that a debugger with these capabilities is about to start. */
export async function preflightDebug(
  host: Host,
  sightings: Sightings,
  { program, sandbox, capabilities, traced = true }: DebugPreflightRequest,
): Promise<DebugPreflight> {
  const outcome = await checkProgram(host, sightings, {
    program: resolve(program),
    // The process that starts the debugger is this one.
    launcher: { kind: 'self', process: 'command-line' },
    debugLauncher: null,
    operations: () => usualOperations.filter((id) => isEnough(capabilities, id)),
    tunDevice: null,
    tunLayer: 'tun',
    multiQueue: false,
    port: 80,
  });
  if (outcome.kind === 'failure') return outcome;
  const { report } = outcome;
  const path = sandbox ? 'sandbox' : traced ? 'ambient-debugger' : 'ambient';
  const expectation = expectUnderDebugger(path, report.system, capabilities);
  return { kind: 'ready', report, expectation };
}

/** Whether a capability that is asked for is asked by this operation, which needs no other. */
function isEnough(capabilities: CapabilitySet, id: (typeof usualOperations)[number]): boolean {
  const needed = findOperation(id)?.capabilities ?? emptySet;
  return needed !== emptySet && isSubset(needed, capabilities);
}
