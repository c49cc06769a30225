import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { once } from 'node:events';
import { predictLine } from '../app/predict.ts';
import { exitStatus, type ExitStatus } from './exitStatus.ts';

/** `capwright predict`: JSON lines in, JSON lines out; an answer for every line that is not empty. */
export async function runPredict(input: Readable, output: Writable): Promise<ExitStatus> {
  let malformed = false;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (line.trim() === '') continue;
    const answer = predictLine(line);
    malformed ||= 'error' in answer;
    if (!output.write(`${JSON.stringify(answer)}\n`)) await once(output, 'drain');
  }
  return malformed ? exitStatus.usage : exitStatus.ok;
}
