import { canProcess } from '../app/can.ts';
import { operations as everyOperation, type Operation } from '../model/operations.ts';
import { canText } from '../report/canText.ts';
import { canJson } from '../report/json.ts';
import type { TextStyle } from '../report/text.ts';
import { statusOf } from './checkCommand.ts';
import { withHost } from './commandHost.ts';
import { operationOf, parseCommandLine, type CommandLine } from './commandLine.ts';
import type { ExitStatus } from './exitStatus.ts';
import { tellFailure, type Enclose, type Output } from './output.ts';

/** `capwright can [<operation>…]`. */
export async function runCan(
  args: readonly string[],
  output: Output,
  style: TextStyle,
): Promise<ExitStatus> {
  const { positionals, operations, all, ...line } = parseCommandLine(args);
  const named = [...positionals.map(operationOf), ...operations];
  const asked = all ? everyOperation : named.length === 0 ? [operationOf('tun.create')] : named;
  return answerCan(asked, line, output, style);
}

/** Asks what a process may do of these operations, and answers as the command line asks. */
export async function answerCan(
  asked: readonly Operation[],
  {
    launcher,
    opener,
    request,
    json,
  }: Pick<CommandLine, 'launcher' | 'opener' | 'request' | 'json'>,
  output: Output,
  style: TextStyle,
  enclose: Enclose = (answer) => answer,
): Promise<ExitStatus> {
  const outcome = await withHost((host) => canProcess(host, { launcher, opener }, asked, request));
  if (outcome.kind === 'failure') return tellFailure(output, outcome.failure, json);
  output.answer(json ? `${JSON.stringify(enclose(canJson(outcome)))}\n` : canText(outcome, style));
  return statusOf(outcome.verdicts.map(({ verdict }) => verdict));
}
