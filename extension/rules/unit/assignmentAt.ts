import { linesOf, type Assignment } from '../../model/unit/unitFile.ts';
import { fileAt, type FoundUnit } from '../../model/unit/unitSources.ts';

/** The line of a unit’s file that an offset lies in; null where that assigns nothing. */
export function assignmentAt(unit: FoundUnit, path: string, offset: number): Assignment | null {
  const file = fileAt(unit, path);
  const line = file === null ? undefined : linesOf(file).find(({ span }) => offset < span.end);
  return line?.kind === 'assignment' ? line : null;
}
