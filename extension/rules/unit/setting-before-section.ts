import { directiveOf } from '../../model/unit/directives.ts';
import { linesOf } from '../../model/unit/unitFile.ts';
import { fileAt } from '../../model/unit/unitSources.ts';
import type { UnitMessage } from '../../model/unit/problem.ts';
import { findingAt, ifHelpful } from './unitFindings.ts';
import type { JudgedUnit, UnitRule } from './unitRule.ts';

/** A drop-in that begins without a section. */
export const settingBeforeSection: UnitRule = {
  id: 'setting-before-section',
  category: 'syntax',
  severity: 'warning',
  summary: 'A setting before any section has no effect, and a drop-in without one changes nothing',
  explanation: `
## What it means

systemd logs “Assignment outside of section” and passes over the line. The unit runs as if the drop-in were
not there.

## Why

A drop-in is read like a unit file of its own. It does not go on in the section in which the unit’s file ended.

## What to do

Begin the file with the section, which is \`[Service]\` for what a command runs with.
`,
  citations: ['systemd.unit(5)', 'parse_line() in systemd'],
  check: (judged) =>
    firstOfFiles(judged).map((message) => {
      const { path, span } = message;
      const [own] = ownSettings(judged, path);
      const at = { start: own ?? span.start, end: own ?? span.start };
      const edits = [{ file: path, span: at, replacement: '[Service]\n' }];
      const fix = {
        title: 'Begin [Service] before it',
        applicability: 'review',
        preferred: true,
        edits,
      } as const;
      const fixes =
        own === undefined
          ? []
          : ifHelpful(
              judged,
              fix,
              (after) => firstOfFiles(after).length < firstOfFiles(judged).length,
            );
      const text = `${JSON.stringify(message.subject)} stands before any section: systemd passes over the line.`;
      return findingAt(settingBeforeSection, message, text, { fixes });
    }),
  examples: [
    {
      title: 'a drop-in without a section',
      lines: [],
      dropInFiles: ['# for the VPN\nAmbientCapabilities=CAP_NET_ADMIN\nUser=alice\n'],
      finds: true,
    },
    { title: 'a drop-in with one', lines: [], dropIns: [['User=alice']], finds: false },
  ],
};

/** The first message of each file; those after it go with it. */
function firstOfFiles({ reading }: JudgedUnit): readonly UnitMessage[] {
  const seen = new Set<string>();
  return reading.messages.filter(({ path, problem }) => {
    if (problem !== 'assignment-outside-section' || seen.has(path)) return false;
    seen.add(path);
    return true;
  });
}

/** Where the lines of a file begin that are settings of [Service], before its first section. */
function ownSettings({ unit }: JudgedUnit, path: string): readonly number[] {
  const file = fileAt(unit, path);
  const lines = file === null ? [] : linesOf(file);
  const header = lines.findIndex(({ kind }) => kind === 'section');
  const before = header === -1 ? lines : lines.slice(0, header);
  return before.flatMap((line) =>
    line.kind === 'assignment' && directiveOf(line.key.text) !== null ? [line.span.start] : [],
  );
}
