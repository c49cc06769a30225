import { parseUnitFile, type Assignment } from '../../model/unit/unitFile.ts';
import type { FoundUnit } from '../../model/unit/unitSources.ts';

/** The line of a unit’s file that an offset lies in; null where that assigns nothing. */
export function assignmentAt(
  { fragment, dropIns }: FoundUnit,
  path: string,
  offset: number,
): Assignment | null {
  const text = [fragment, ...dropIns].find((file) => file.path === path)?.text ?? '';
  const line = parseUnitFile(path, text).lines.find(({ span }) => offset < span.end);
  return line?.kind === 'assignment' ? line : null;
}
