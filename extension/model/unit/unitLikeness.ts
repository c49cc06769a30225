import { sectionStatus } from './unitKeys.ts';
import { linesOf } from './unitFile.ts';
import type { SourceFile } from './unitSources.ts';
import type { UnitType } from './unitName.ts';

/**
 * Whether a file that is called like a unit is meant to be one. D-Bus and Avahi name files `*.service` too,
 * libratbag `*.device`, and so do scripts. An empty file is a unit: a masked one.
 */
export function isLikeUnit(file: SourceFile, type: UnitType): boolean {
  const { text } = file;
  if (text.includes('\0') || /^(?:#!|\uFEFF?\s*<)/.test(text)) return false;
  const lines = linesOf(file);
  const sections = lines.flatMap((line) => (line.kind === 'section' ? [line.name.text] : []));
  // There is no setting for the section of its own that a device has.
  const known = sections.filter((name) => sectionStatus(name, type) === 'known');
  if (sections.length > 0) return known.some((name) => name !== 'Device');
  return text.trim() === '' || lines.some(({ kind }) => kind === 'assignment');
}
