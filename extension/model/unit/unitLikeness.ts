import { sectionStatus } from './unitKeys.ts';
import { parseUnitFile } from './unitFile.ts';
import type { SourceFile } from './unitSources.ts';
import type { UnitType } from './unitName.ts';

/**
 * Whether a file that is called like a unit is meant to be one. D-Bus and Avahi name files `*.service` too,
 * and so do scripts. An empty file is a unit: a masked one.
 */
export function isLikeUnit({ path, text }: SourceFile, type: UnitType): boolean {
  if (text.includes('\0') || /^(?:#!|\uFEFF?\s*<)/.test(text)) return false;
  const { lines } = parseUnitFile(path, text);
  const sections = lines.flatMap((line) => (line.kind === 'section' ? [line.name.text] : []));
  if (sections.length > 0) return sections.some((name) => sectionStatus(name, type) === 'known');
  return text.trim() === '' || lines.some(({ kind }) => kind === 'assignment');
}
