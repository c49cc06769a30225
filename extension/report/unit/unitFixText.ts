import type { FixStep } from '../../fixes/fix.ts';
import type { FileEdit, NewFile, UnitFix } from '../../fixes/unitFix.ts';
import type { SourceFile } from '../../model/unit/unitSources.ts';
import { lineStarts, placeAt } from '../lint/lintReport.ts';
import { printable } from '../printable.ts';
import { shellWords } from '../shellWords.ts';
import type { TextStyle } from '../text.ts';

/**
 * A repair of a unit for a terminal. What is more than edits is told whole, with the way back: nobody else makes
 * it for whoever reads this.
 */
export function unitFixLines(
  { title, remark = '', edits, creates = [], steps = [], inverse = [] }: UnitFix,
  files: readonly SourceFile[],
  style: TextStyle,
): readonly string[] {
  const head = `  ${style.faint('fix:')} ${printable(title)}`;
  if (remark === '') return [head];
  const body = [
    style.faint(printable(remark)),
    ...edits.flatMap((edit) => editLines(edit, files)),
    ...creates.flatMap(fileLines),
    ...steps.map((step) => stepLine(step, style.strong)),
    ...(inverse.length === 0 ? [] : [style.faint('undone, when the lines are as before, by:')]),
    ...inverse.map((step) => stepLine(step, style.faint)),
  ];
  return [head, ...body.map((line) => `      ${line}`.trimEnd())];
}

function editLines(
  { file, span, replacement }: FileEdit,
  files: readonly SourceFile[],
): readonly string[] {
  const text = files.find(({ path }) => path === file)?.text ?? '';
  const { line } = placeAt(span.start, lineStarts(text));
  const place = `${printable(file)}:${String(line + 1)}:`;
  return replacement === '' ? [`${place} removed`] : [place, ...indented(replacement)];
}

function fileLines({ path, text }: NewFile): readonly string[] {
  return [`${printable(path)}:`, ...indented(text)];
}

function indented(text: string): readonly string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${printable(line)}`);
}

function stepLine(step: FixStep, style: (text: string) => string): string {
  return step.kind === 'command' ? style(shellWords(step.argv)) : printable(step.text);
}
