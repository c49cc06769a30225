import type { UnitView } from '../unit/unitView.ts';

/** What is to be said of a file of the unit beside the findings. */
export function fileRemarks(
  { name, path, dropIns, unread }: UnitView,
  file: string,
): readonly string[] {
  const isDropIn = file.endsWith('.conf');
  const isUsed = file === path || dropIns.includes(file);
  const unused = isDropIn
    ? `systemd does not apply this drop-in to ${name}: another file of the same name comes first.`
    : `systemd reads ${name} from ${path}, not from this file.`;
  return [
    ...(isUsed ? [] : [unused]),
    ...unread.map(({ why }) => `What a drop-in of ${name} sets is not known: ${why}.`),
  ];
}
