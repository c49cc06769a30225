import type { WriteStream } from 'node:tty';
import type { TextStyle } from '../report/text.ts';

/** Colours where the output is a terminal and NO_COLOR is not set; 120 columns where there is no width. */
export function terminalStyle(
  output: Pick<WriteStream, 'isTTY' | 'columns'>,
  environment: NodeJS.ProcessEnv,
): TextStyle {
  const colours = output.isTTY && (environment['NO_COLOR'] ?? '') === '';
  const width = output.isTTY ? Math.max(40, output.columns) : 120;
  const paint = (code: number) => (text: string) =>
    colours ? `\u001b[${String(code)}m${text}\u001b[0m` : text;
  return { strong: paint(1), good: paint(32), bad: paint(31), faint: paint(2), width };
}
