import { capabilityWordFix } from '../../fixes/capabilityWordFix.ts';
import { commentFix } from '../../fixes/commentFix.ts';
import type { UnitFix } from '../../fixes/unitFix.ts';
import { emptySet } from '../../model/capabilitySet.ts';
import type { UnitMessage } from '../../model/unit/problem.ts';
import { valueOf } from '../../model/unit/unit.ts';
import { fileAt } from '../../model/unit/unitSources.ts';
import { assignmentAt } from './assignmentAt.ts';
import { findingAt, ifHelpful } from './unitFindings.ts';
import type { JudgedUnit, UnitFinding, UnitRule } from './unitRule.ts';

export const unknownCapabilityName: UnitRule = {
  id: 'unknown-capability-name',
  category: 'capability',
  severity: 'error',
  summary: 'A word in a list of capabilities that is none, and that systemd drops without a word',
  explanation: `
## What it means

systemd drops the word at level debug: neither its journal nor \`systemd-analyze verify\` shows it. If
nothing is left of the line, the line replaces all before it by the empty set: a typing error in
\`CapabilityBoundingSet=\` leaves root without a single capability.

## Why

A list is separated by white space. The names begin with \`CAP_\`; commas, \`|\`, \`+ep\` and quotes
around the whole list make one word that is no name. A comment has to stand on a line of its own.

## What to do

Write the names with spaces between them, and comments on the line before.
`,
  citations: ['systemd.exec(5), CapabilityBoundingSet=', 'capability_set_from_string() in systemd'],
  check: (judged) => {
    let inComment = '';
    return judged.reading.messages.flatMap((message): readonly UnitFinding[] => {
      const { problem, subject, path, span } = message;
      if (problem !== 'unknown-capability') return [];
      const line = lineAround(judged, path, span.start);
      if (inComment === line) return [];
      const isComment = /^[#;]/.test(subject);
      if (isComment) inComment = line;
      const result = emptied(judged, path, span.start);
      const severity = result === null ? (isComment ? 'information' : 'warning') : 'error';
      const fact = isComment
        ? 'A comment begins only at the start of a line; systemd reads these words as capabilities and drops those that are none'
        : `${JSON.stringify(subject)} is no capability, and systemd drops it without a word`;
      const fix = isComment ? separating(judged, message) : capabilityWordFix(message);
      const before = count(judged);
      const helps = (after: JudgedUnit) =>
        count(after) < before && (!isComment || holdsTheSame(judged, after));
      const fixes = fix === null ? [] : ifHelpful(judged, fix, helps);
      const text = `${fact}. ${result ?? 'The other names of the line count'}.`;
      return [findingAt(unknownCapabilityName, { path, span }, text, { severity, fixes })];
    });
  },
  examples: [
    {
      title: 'a typing error that leaves root without capabilities',
      lines: ['CapabilityBoundingSet=CAP_NET_ADMN'],
      finds: true,
    },
    {
      title: 'commas between the names',
      lines: ['User=alice', 'AmbientCapabilities=CAP_NET_ADMIN,CAP_NET_RAW'],
      finds: true,
    },
    {
      title: 'a list in quotes',
      lines: ['User=alice', 'AmbientCapabilities="CAP_NET_ADMIN CAP_NET_RAW"'],
      finds: true,
    },
    {
      title: 'a name without its prefix',
      lines: ['User=alice', 'AmbientCapabilities=CAP_NET_RAW net_admin'],
      finds: true,
    },
    {
      title: 'a comment after the names',
      lines: ['User=alice', 'AmbientCapabilities=CAP_NET_ADMIN # for the tunnel'],
      finds: true,
    },
    {
      title: 'a comment of which one word is a capability',
      lines: ['User=alice', 'AmbientCapabilities=CAP_NET_ADMIN # not CAP_NET_RAW'],
      finds: true,
    },
    {
      title: 'the form of setcap(8)',
      lines: ['User=alice', 'AmbientCapabilities=CAP_NET_ADMIN+ep'],
      finds: true,
    },
    {
      title: 'a name that is to be taken away, after one that is given',
      lines: ['User=alice', 'AmbientCapabilities=CAP_NET_ADMIN ~CAP_NET_RAW'],
      finds: true,
    },
    {
      title: 'names in lower case, with spaces between them',
      lines: ['User=alice', 'AmbientCapabilities=cap_net_admin cap_net_raw'],
      finds: false,
    },
  ],
};

const sets = ['CapabilityBoundingSet', 'AmbientCapabilities'] as const;

function count({ reading }: JudgedUnit): number {
  return reading.messages.filter(({ problem }) => problem === 'unknown-capability').length;
}

/** Whether no word of what was meant as a comment was a capability. */
function holdsTheSame(judged: JudgedUnit, after: JudgedUnit): boolean {
  return sets.every(
    (directive) =>
      valueOf(judged.reading.settings, directive) === valueOf(after.reading.settings, directive),
  );
}

function lineAround({ unit }: JudgedUnit, path: string, offset: number): string {
  const text = fileAt(unit, path)?.text ?? '';
  return `${path}:${String(text.lastIndexOf('\n', offset - 1))}`;
}

function separating({ unit }: JudgedUnit, { path, span }: UnitMessage): UnitFix | null {
  const line = assignmentAt(unit, path, span.start);
  return line === null ? null : commentFix(path, line);
}

/** What the line has made of a whole set; null where that is not empty. */
function emptied({ reading }: JudgedUnit, path: string, offset: number): string | null {
  for (const directive of sets) {
    const last = reading.settings[directive]?.origins.at(-1);
    const here = last?.path === path && last.span.start <= offset && offset < last.span.end;
    if (!here || valueOf(reading.settings, directive) !== emptySet) continue;
    return directive === 'CapabilityBoundingSet'
      ? 'Nothing is left of the bounding set, so that even root has no capability'
      : 'Nothing is left of the ambient set';
  }
  return null;
}
