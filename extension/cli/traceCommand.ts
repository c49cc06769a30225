import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findAlongPath } from '../app/alongPath.ts';
import { preflightDebug } from '../app/debugging/debugPreflight.ts';
import type { Failure } from '../app/failure.ts';
import { openFifo } from '../app/fifo.ts';
import { openPrivateFolder } from '../app/privateFolder.ts';
import { elevates, planRun, type RunRequest } from '../app/launcher/run.ts';
import { DenialReader, tracing } from '../app/refusal/traceDenials.ts';
import { emptySet } from '../model/capabilitySet.ts';
import type { Host } from '../probe/host.ts';
import { userSightings } from '../probe/sightings.ts';
import { denialText, lossLines } from '../report/debugText.ts';
import {
  denialJson,
  traceJson,
  type CountedDenial,
  type TracedDenial,
} from '../report/traceJson.ts';
import { shellWords } from '../report/shellWords.ts';
import { endOf } from './childProgram.ts';
import { withHost } from './commandHost.ts';
import { tellFailure, type Output } from './output.ts';
import { parseRunOptions } from './runOptions.ts';
import { UsageError } from './usage.ts';

/**
 * `capwright trace`: the exit status is the program's, unless nothing was run. With `--json` the answer alone
 * is on standard output, and what the program writes there goes to standard error.
 */
export async function runTrace(args: readonly string[], output: Output): Promise<number> {
  const { request, outside, dryRun, json } = parseRunOptions('trace', args);
  if (outside) throw new UsageError('trace has no --outside');
  if (dryRun) throw new UsageError('trace has no --dry-run');
  const { capabilities, sandbox, via, variables } = request;
  if (capabilities === emptySet && !sandbox && (via !== null || variables.length > 0)) {
    throw new UsageError(
      '--via and --env belong to --caps or --sandbox: without, trace runs it as it is',
    );
  }
  return withHost((host) => trace(host, request, json, output));
}

async function trace(
  host: Host,
  request: Omit<RunRequest, 'options'>,
  json: boolean,
  output: Output,
): Promise<number> {
  const { command, capabilities, sandbox } = request;
  const [name = ''] = command;
  const program = name.includes('/') ? name : await findAlongPath(name, process.env);
  if (program === null) return tellFailure(output, notFound(name), json);
  const preflight = await preflightDebug(host, userSightings(process.env), {
    program,
    sandbox,
    capabilities,
  });
  if (preflight.kind === 'failure') return tellFailure(output, preflight.failure, json);
  const { expectation } = preflight;
  const losses = lossLines(expectation);
  if (!json) for (const line of losses) output.problem(`capwright: ${line}\n`);

  if ((await findAlongPath('strace', process.env)) === null) {
    return tellFailure(output, straceMissing, json);
  }
  const folder = await openPrivateFolder(process.env);
  try {
    const denials = new Map<string, CountedDenial>();
    const reader = new DenialReader(host, expectation, (denial) => {
      const key = JSON.stringify(denialJson(denial));
      const before = denials.get(key);
      denials.set(key, { denial, count: (before?.count ?? 0) + 1 });
      if (before === undefined && !json) tellDenial(denial, output);
    });
    const fifo = await openFifo(join(folder.path, 'strace'), (text) => reader.read(text));
    const traced = tracing(command, fifo.path);
    const plan =
      capabilities === emptySet && !sandbox
        ? ({ kind: 'plan', way: 'held', argv: traced } as const)
        : await planRun(host, { ...request, command: traced, options: [] });
    if (plan.kind === 'failure') return tellFailure(output, plan.failure, json);
    const [file = '', ...rest] = plan.argv;
    if (elevates(plan.way)) {
      output.problem(
        `capwright: runs as root, which becomes you again:\n  ${shellWords(plan.argv)}\n`,
      );
    }
    const stdio = ['inherit', json ? process.stderr : 'inherit', 'inherit'] as const;
    const status = await endOf(spawn(file, rest, { stdio: [...stdio] }));
    await fifo.drained();
    fifo.close();
    await reader.told();
    const all = [...denials.values()];
    if (json) output.answer(`${JSON.stringify(traceJson(command, losses, status, all))}\n`);
    else tellSum(all, output);
    return status;
  } finally {
    await folder.dispose();
  }
}

function notFound(name: string): Failure {
  return {
    blame: 'user',
    message: `There is no program ${JSON.stringify(name)} along PATH.`,
    remedy: 'Name its path: directories such as /usr/sbin are often not in PATH.',
  };
}

const straceMissing: Failure = {
  blame: 'environment',
  message: 'strace is not installed, and trace looks at the program through it.',
  remedy: 'Debian: apt install strace.',
};

function tellDenial({ call: { wanted, errno }, verdicts }: TracedDenial, output: Output): void {
  const { title, details } = denialText(wanted, errno, verdicts);
  const lines = [title, ...details.map((line) => `  ${line}`)].join('\n');
  output.problem(`capwright: ${lines}\n`);
}

function tellSum(denials: readonly CountedDenial[], output: Output): void {
  const sum = denials.reduce((all, { count }) => all + count, 0);
  const refused =
    sum === 0
      ? 'no call that a capability is asked for was refused'
      : `${String(sum)} ${sum === 1 ? 'call was' : 'calls were'} refused`;
  output.problem(`capwright: ${refused}.\n`);
}
