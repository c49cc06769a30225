import { resolve } from 'node:path';
import { findOperation, type Operation, type OperationId } from '../model/operations.ts';
import type { System } from '../model/system.ts';
import type { Host } from '../probe/host.ts';
import { idViewOf } from '../probe/idView.ts';
import { collectLauncher } from '../probe/launcherEvidence.ts';
import { collectLimits } from '../probe/limitsEvidence.ts';
import {
  collectProgram,
  type FileIdentity,
  type ProgramProblem,
} from '../probe/programEvidence.ts';
import { collectTun } from '../probe/tunEvidence.ts';
import type { FileFacts } from '../protocol/probe.ts';
import { checkReport, type CheckReport } from '../report/checkReport.ts';
import type { Failure } from './failure.ts';

export interface CheckRequest {
  /** The program's path; a relative one counts from the working directory. */
  readonly program: string;
  readonly operations: readonly OperationId[];
  /** The device name that the program gives to TUNSETIFF; null lets the kernel choose. */
  readonly tunDevice: string | null;
  readonly tunLayer: 'tun' | 'tap';
  /** The port of `bind.low-port`. */
  readonly port: number;
  readonly launcher: LauncherChoice;
}

/** The process from which the program would be started. */
export type LauncherChoice =
  | { readonly kind: 'self'; readonly process: 'extension-host' | 'command-line' }
  | {
      readonly kind: 'process';
      readonly pid: number;
      readonly process: 'terminal' | 'named-process';
    };

export type CheckOutcome =
  | { readonly kind: 'report'; readonly report: CheckReport; readonly identity: FileIdentity }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** Gathers the evidence about a program and judges it on every launch path. */
export async function checkProgram(host: Host, request: CheckRequest): Promise<CheckOutcome> {
  const own = await host.request({ kind: 'namespaces', pid: 'self' });
  if (!own.ok) {
    return failed({
      blame: 'ours',
      message: `The probe helper does not answer: ${own.error.reason}.`,
      remedy: 'Run the check again; if it stays so, report it with the log.',
    });
  }
  const view = idViewOf(own.result);
  const pid = request.launcher.kind === 'self' ? process.pid : request.launcher.pid;
  const path = resolve(request.program);
  const helper = await host.request({ kind: 'process', pid: 'self' });
  const helperFacts = helper.ok ? helper.result : null;
  const [collected, launcher, tun, limits, release] = await Promise.all([
    collectProgram(host, view, request.program, path),
    collectLauncher(host, view, pid, request.launcher.process, helperFacts),
    collectTun(host, view, helperFacts),
    collectLimits(host, view),
    host.request({ kind: 'read', path: '/proc/sys/kernel/osrelease' }),
  ]);
  if (collected.kind === 'problem') {
    return failed(programFailure(request.program, collected.problem));
  }
  const system: System = {
    kernelRelease: release.ok ? release.result.text.trim() : 'unknown',
    program: collected.program,
    launcher,
    tun,
    limits,
    request: { tunDevice: request.tunDevice, tunLayer: request.tunLayer, port: request.port },
  };
  const operations = request.operations.map(findOperation).filter((each) => each !== null);
  return {
    kind: 'report',
    report: checkReport(system, operations satisfies readonly Operation[]),
    identity: collected.identity,
  };
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

function programFailure(name: string, problem: ProgramProblem): Failure {
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
