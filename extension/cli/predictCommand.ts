import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { predictLine } from '../app/predict.ts';
import { lineSplitter } from '../protocol/jsonLines.ts';
import { exitStatus, type ExitStatus } from './exitStatus.ts';

/** In characters; the longest scenario that means anything is far below it. */
const longestLine = 1_000_000;

/** `capwright predict`: JSON lines in, JSON lines out; an answer for every line that is not empty. */
export async function runPredict(input: Readable, output: Writable): Promise<ExitStatus> {
  // A write for each chunk that comes in, not for each line, which costs a third more.
  const given: { answers: string[]; malformed: boolean } = { answers: [], malformed: false };
  const give = (answer: ReturnType<typeof predictLine>): void => {
    given.malformed ||= 'error' in answer;
    given.answers.push(`${JSON.stringify(answer)}\n`);
  };
  const take = lineSplitter(
    longestLine,
    (line) => {
      if (line.trim() !== '') give(predictLine(line));
    },
    () => {
      give({ error: `longer than ${String(longestLine)} characters` });
    },
  );

  input.setEncoding('utf8');
  for await (const chunk of input as AsyncIterable<string>) {
    take(chunk);
    const { answers } = given;
    given.answers = [];
    if (answers.length > 0 && !output.write(answers.join(''))) await once(output, 'drain');
  }
  take('\n');
  output.write(given.answers.join(''));
  return given.malformed ? exitStatus.usage : exitStatus.ok;
}
