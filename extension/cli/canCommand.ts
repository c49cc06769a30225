import { canProcess } from '../app/can.ts';
import { operations as everyOperation } from '../model/operations.ts';
import { canText } from '../report/canText.ts';
import { canJson } from '../report/json.ts';
import type { TextStyle } from '../report/text.ts';
import { statusOf } from './checkCommand.ts';
import { withHost } from './commandHost.ts';
import { operationOf, parseCommandLine } from './commandLine.ts';
import type { ExitStatus } from './exitStatus.ts';
import { tellFailure, type Output } from './output.ts';

/** `capwright can [<operation>…]`. */
export async function runCan(
  args: readonly string[],
  output: Output,
  style: TextStyle,
): Promise<ExitStatus> {
  const { positionals, operations, launcher, opener, request, json, all } = parseCommandLine(args);
  const named = [...positionals.map(operationOf), ...operations];
  const asked = all ? everyOperation : named.length === 0 ? [operationOf('tun.create')] : named;
  const outcome = await withHost((host) => canProcess(host, { launcher, opener }, asked, request));
  if (outcome.kind === 'failure') return tellFailure(output, outcome.failure, json);
  output.answer(json ? `${JSON.stringify(canJson(outcome))}\n` : canText(outcome, style));
  return statusOf(outcome.verdicts.map(({ verdict }) => verdict));
}
