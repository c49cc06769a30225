import type { UnitFix } from '../../fixes/unitFix.ts';
import { ended, insertAfter, removeLine } from '../../model/unit/unitEdit.ts';
import { linesOf } from '../../model/unit/unitFile.ts';
import { fileAt } from '../../model/unit/unitSources.ts';
import { findingAt, ifHelpful } from './unitFindings.ts';
import { unreadLines, type UnreadLine } from './unreadLine.ts';
import type { JudgedUnit, UnitRule } from './unitRule.ts';

/** A setting of another section. */
export const settingInWrongSection: UnitRule = {
  id: 'setting-in-wrong-section',
  category: 'syntax',
  severity: 'warning',
  summary: 'A setting in a section that does not have it has no effect',
  explanation: `
## What it means

systemd logs “Unknown key” and goes on without the line.

## Why

A setting belongs to one section. \`JoinsNamespaceOf=\`, for one, is about units and stands in \`[Unit]\`, although
what it brings about is the service’s network namespace; \`User=\` and \`AmbientCapabilities=\` stand in
\`[Service]\`.

## What to do

Move the line to its section.
`,
  citations: ['systemd.unit(5)', 'systemd.service(5)'],
  check: (judged) =>
    unreadLines(judged, 'misplaced-key').map((found) => {
      const { message, cause, line, section } = found;
      const fixes = moving(judged, found, cause.section).flatMap((fix) =>
        ifHelpful(judged, fix, (after) => {
          return after.reading.messages.length < judged.reading.messages.length;
        }),
      );
      const text = `${line.key.text}= belongs to [${cause.section}], and has no effect in [${section}].`;
      return findingAt(settingInWrongSection, message, text, { fixes });
    }),
  examples: [
    { title: 'a setting of [Unit]', lines: ['JoinsNamespaceOf=vpn.service'], finds: true },
    { title: 'a setting of [Service]', lines: [], unitLines: ['User=alice'], finds: true },
    {
      title: 'in its section',
      lines: ['PrivateNetwork=yes'],
      unitLines: ['JoinsNamespaceOf=vpn.service'],
      finds: false,
    },
  ],
};

/** None where the file does not have the other section. */
function moving(
  { unit }: JudgedUnit,
  { message, line }: UnreadLine,
  to: string,
): readonly UnitFix[] {
  const file = message.path;
  const source = fileAt(unit, file);
  if (source === null) return [];
  const header = linesOf(source).find((each) => each.kind === 'section' && each.name.text === to);
  if (header === undefined) return [];
  const written = source.text.slice(line.span.start, line.span.end);
  return [
    {
      title: `Move it to [${to}]`,
      applicability: 'review',
      preferred: true,
      edits: [
        { file, ...insertAfter(header, source.text, ended(written)) },
        { file, ...removeLine(line) },
      ],
    },
  ];
}
