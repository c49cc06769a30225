/**
 * The helper process: requests on standard input, replies on standard output, one JSON object a
 * line (protocol/probe.ts). Diagnostics, if any, go to standard error.
 *
 *     node helperMain.ts [--addon FILE] [--idle-ms N]
 *
 * It ends when its input does, or when nobody has asked anything for the idle time (60 s).
 */
import { parseArgs } from 'node:util';

import { lineSplitter } from '../../protocol/jsonLines.ts';
import { answerLine, answerOverlong } from './answer.ts';
import { findAddon, loadNativeProbe } from './nativeProbe.ts';

const longestLine = 1024 * 1024;

const { values } = parseArgs({
  options: {
    addon: { type: 'string' },
    'idle-ms': { type: 'string', default: '60000' },
  },
});

const idleMs = Number(values['idle-ms']);
if (!Number.isSafeInteger(idleMs) || idleMs <= 0) {
  throw new Error(`--idle-ms ${values['idle-ms']} is not a whole number of milliseconds`);
}

const loaded = loadNativeProbe(values.addon ?? findAddon());

const send = (line: string) => process.stdout.write(`${line}\n`);
const take = lineSplitter(
  longestLine,
  (line) => send(answerLine(line, loaded)),
  (beginning) => send(answerOverlong(beginning)),
);

// Answers are made and, to a pipe, written synchronously: an idle helper owes nobody anything.
const idle = setTimeout(() => process.exit(0), idleMs);
// Input alone keeps the process alive, so that its end is the process's end.
idle.unref();

process.stdout.on('error', () => process.exit(0));
process.stdin.setEncoding('utf8');
process.stdin.on('data', (chunk: string) => {
  take(chunk);
  idle.refresh();
});
