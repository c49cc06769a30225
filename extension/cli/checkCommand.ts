import { checkProgram } from '../app/check.ts';
import type { Verdict } from '../model/verdict.ts';
import { userSightings } from '../probe/sightings.ts';
import { checkJson } from '../report/json.ts';
import { checkText, type TextStyle } from '../report/text.ts';
import { withHost } from './commandHost.ts';
import { parseCommandLine, type CommandLine } from './commandLine.ts';
import { exitStatus, type ExitStatus } from './exitStatus.ts';
import { tellFailure, type Enclose, type Output } from './output.ts';
import { UsageError } from './usage.ts';

/** `capwright check <program>`. */
export async function runCheck(
  args: readonly string[],
  output: Output,
  style: TextStyle,
): Promise<ExitStatus> {
  const { positionals, ...line } = parseCommandLine(args);
  const [program, ...others] = positionals;
  if (program === undefined || program === '' || others.length > 0) {
    throw new UsageError('check takes one program');
  }
  return answerCheck(program, line, output, style);
}

/** Checks a program for the operations of a command line, and answers as it asks. */
export async function answerCheck(
  program: string,
  line: Omit<CommandLine, 'positionals'>,
  output: Output,
  style: TextStyle,
  enclose: Enclose = (answer) => answer,
): Promise<ExitStatus> {
  const { operations, launcher, debugLauncher, request, json } = line;
  const ids = operations.map(({ id }) => id);
  const outcome = await withHost((host) =>
    checkProgram(host, userSightings(process.env), {
      ...request,
      program,
      launcher,
      debugLauncher,
      operations: () => (ids.length === 0 ? ['tun.create'] : ids),
    }),
  );
  if (outcome.kind === 'failure') return tellFailure(output, outcome.failure, json);
  const { report } = outcome;
  output.answer(
    json ? `${JSON.stringify(enclose(checkJson(report)))}\n` : checkText(report, style),
  );
  return statusOf(
    report.judgement.paths.flatMap(({ verdicts }) => verdicts.map(({ verdict }) => verdict)),
  );
}

/** Denied outweighs unknown, which outweighs allowed. */
export function statusOf(verdicts: readonly Verdict[]): ExitStatus {
  if (verdicts.some(({ kind }) => kind === 'denied')) return exitStatus.denied;
  return verdicts.some(({ kind }) => kind === 'unknown') ? exitStatus.undetermined : exitStatus.ok;
}
