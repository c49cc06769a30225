import { text } from 'node:stream/consumers';
import { explainMessage } from '../app/refusal/explainMessage.ts';
import type { Failure } from '../app/failure.ts';
import type { TextStyle } from '../report/text.ts';
import { whyJson } from '../report/json.ts';
import { answerCan } from './canCommand.ts';
import { answerCheck } from './checkCommand.ts';
import { operationOf, parseCommandLine } from './commandLine.ts';
import { exitStatus, type ExitStatus } from './exitStatus.ts';
import { tellFailure, type Output } from './output.ts';
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
  const lines = message === '-' ? await text(process.stdin) : message;
  const explanation = explainMessage(lines);
  if (explanation === null) {
    return tellFailure(output, unknownMessage, line.json);
  }
  const { asked } = explanation;
  const operations = asked.operations.map(operationOf);
  const enclose = (answer: object | null): object => whyJson(explanation, answer);
  if (!line.json) output.answer(`${explanation.lines.join('\n')}\n`);
  if (operations.length === 0) {
    if (line.json) output.answer(`${JSON.stringify(enclose(null))}\n`);
    return exitStatus.denied;
  }
  if (!line.json) output.answer('\n');
  const asking = { ...line, operations, request: { ...line.request, ...asked.request } };
  if (line.program !== null) {
    return answerCheck(line.program, asking, output, style, enclose);
  }
  const status = await answerCan(operations, asking, output, style, enclose);
  if (!line.json && status === exitStatus.denied) output.answer(withProgram);
  return status;
}

const withProgram = '\nWith --program PROGRAM: each way to start it, and the repairs.\n';

const unknownMessage: Failure = {
  blame: 'environment',
  message: 'No refusal that Capwright knows is in the message.',
  remedy: 'capwright trace -- <program> shows which call was refused.',
};
