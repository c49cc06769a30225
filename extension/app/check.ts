import { resolve } from 'node:path';
import { findOperation, type OperationId } from '../model/operations.ts';
import type { OperationRequest, Program } from '../model/system.ts';
import type { Host } from '../probe/host.ts';
import {
  collectProgram,
  type FileIdentity,
  type ProgramProblem,
} from '../probe/programEvidence.ts';
import type { Sightings } from '../probe/sightings.ts';
import type { FileFacts } from '../protocol/probe.ts';
import { checkReport, type CheckReport } from '../report/checkReport.ts';
import type { Failure } from './failure.ts';
import { beginGathering, type LauncherChoices } from './surroundings.ts';

export interface CheckRequest extends OperationRequest, LauncherChoices {
  /** The program's path; a relative one counts from the working directory. */
  readonly program: string;
  /** What is judged, once the program was seen. */
  readonly operations: (program: Program) => readonly OperationId[];
}

export type CheckOutcome =
  | { readonly kind: 'report'; readonly report: CheckReport; readonly identity: FileIdentity }
  | { readonly kind: 'failure'; readonly failure: Failure };

/**
 * Gathers the evidence about a program and judges it on every launch path.
 * @param gathering of the same launchers, where it was begun before
 */
export async function checkProgram(
  host: Host,
  sightings: Sightings,
  request: CheckRequest,
  gathering = beginGathering(host, request),
): Promise<CheckOutcome> {
  const begun = await gathering;
  if (begun.kind === 'failure') return begun;
  const { program: name, operations, tunDevice, tunLayer, multiQueue, port } = request;
  const asked: OperationRequest = { tunDevice, tunLayer, multiQueue, port };
  const [collected, surroundings] = await Promise.all([
    collectProgram(host, begun.view, sightings, name, resolve(name)),
    begun.surroundings,
  ]);
  if (collected.kind === 'problem') return failed(programFailure(name, collected.problem));
  const { program, identity } = collected;
  const found = operations(program)
    .map(findOperation)
    .filter((operation) => operation !== null);
  const system = { ...surroundings, request: asked, program };
  return { kind: 'report', report: checkReport(system, found), identity };
}

function failed(failure: Failure): CheckOutcome {
  return { kind: 'failure', failure };
}

const typeNames: Readonly<Record<FileFacts['type'], string>> = {
  regular: 'a regular file',
  directory: 'a directory',
  fifo: 'a named pipe',
  socket: 'a socket',
  character: 'a device',
  block: 'a device',
};

/** Why there is nothing to look at, in words. */
export function programFailure(name: string, problem: ProgramProblem): Failure {
  const quoted = JSON.stringify(name);
  switch (problem.kind) {
    case 'not-regular':
      return {
        blame: 'user',
        message: `${quoted} is ${typeNames[problem.type]}, not a program.`,
        remedy: 'Name the executable file itself.',
      };
    case 'replaced':
      return {
        blame: 'environment',
        message: `${quoted} was replaced while it was being checked.`,
        remedy: 'Wait for the build to end, then check again.',
      };
    case 'not-found':
      return missingProgram(quoted, problem.failure);
  }
}

function missingProgram(
  quoted: string,
  failure: Extract<ProgramProblem, { kind: 'not-found' }>['failure'],
): Failure {
  if (failure.kind !== 'call') {
    return {
      blame: 'ours',
      message: `${quoted} could not be looked at: ${failure.reason}.`,
      remedy: 'Run the check again; if it stays so, report it with the log.',
    };
  }
  const { errno } = failure.error;
  switch (errno) {
    case 'ENOENT':
      return {
        blame: 'user',
        message: `${quoted} does not exist.`,
        remedy: 'Build the program first, or name the file that the build makes.',
      };
    case 'ENOTDIR':
    case 'ELOOP':
    case 'ENAMETOOLONG':
      return {
        blame: 'user',
        message: `${quoted} is not a path that leads to a file (${errno}).`,
        remedy: 'Check the path for a file in the place of a directory, or a loop of links.',
      };
    case 'EACCES':
      return {
        blame: 'environment',
        message: `${quoted} lies in a directory that may not be searched (EACCES).`,
        remedy: 'Give yourself x permission on every directory of the path.',
      };
    default:
      return {
        blame: 'environment',
        message: `${quoted} could not be looked at: ${failure.reason}.`,
        remedy: 'Check the filesystem that it lies on.',
      };
  }
}
