import { text } from 'node:stream/consumers';
import { explainMessage } from '../app/explainMessage.ts';
import type { TextStyle } from '../report/text.ts';
import { answerCan } from './canCommand.ts';
import { answerCheck } from './checkCommand.ts';
import { operationOf, parseCommandLine } from './commandLine.ts';
import { exitStatus, type ExitStatus } from './exitStatus.ts';
import type { Output } from './output.ts';
import { UsageError } from './usage.ts';

/** `capwright why <message>`: what a message is about, and what may be done about it here. */
export async function runWhy(
  args: readonly string[],
  output: Output,
  style: TextStyle,
): Promise<ExitStatus> {
  const { positionals, ...line } = parseCommandLine(args);
  const message = positionals.join(' ');
  if (message === '') throw new UsageError('why takes a message, or - for standard input');
  if (line.json) throw new UsageError('why has no --json: check and can have, for its operations');
  const lines = message === '-' ? await text(process.stdin) : message;
  const explanation = explainMessage(lines);
  if (explanation === null) {
    output.problem(
      'capwright: no refusal that Capwright knows is in the message.\n' +
        '  capwright trace -- <program> shows which call was refused.\n',
    );
    return exitStatus.undetermined;
  }
  const { asked } = explanation;
  output.answer(`${explanation.lines.join('\n')}\n`);
  const operations = asked.operations.map(operationOf);
  if (operations.length === 0) return exitStatus.denied;
  output.answer('\n');
  const asking = { ...line, operations, request: { ...line.request, ...asked.request } };
  return line.program === null
    ? answerCan(operations, asking, output, style)
    : answerCheck(line.program, asking, output, style);
}
