import type { UnitFix } from '../../fixes/unitFix.ts';
import type { IgnoreComment } from '../../model/unit/ignoreComment.ts';
import { removeLine } from '../../model/unit/unitEdit.ts';
import { filesOf } from '../../model/unit/unitSources.ts';
import { ignoredBy } from './ignoredBy.ts';
import { findingAt } from './unitFindings.ts';
import type { CommentRule } from './unitRule.ts';

/** A comment that ignores a rule which finds nothing there. */
export const ignoreOfNothing: CommentRule = {
  id: 'ignore-of-nothing',
  category: 'comment',
  severity: 'information',
  summary: 'A comment that ignores a rule which finds nothing in its place',
  explanation: `
## What it means

The comment has no effect. Either what it was for is mended, or it stands in the wrong place.

## Why

\`ignore\` speaks of the next line that is no comment, and \`ignore-file\`, above a file’s first line, of that file.
A comment that is left behind would ignore the next such finding too, which may matter.

## What to do

Remove the comment, or put it on the line before the one that the finding is on. Where the finding comes with one
release of systemd and not with another, \`ignore-file ignore-of-nothing\` keeps both quiet.
`,
  citations: ['README.md, “Findings that do not matter”'],
  check: (judged, { ids, findings }) =>
    judged.ignoreComments
      .filter(({ reason }) => reason !== '')
      .flatMap((comment) => {
        const heard = findings.filter(
          (finding) => ignoredBy(filesOf(judged.unit), judged.ignoreComments, finding) === comment,
        );
        return comment.rules
          .filter(({ id }) => ids.has(id) && !id.startsWith('ignore-'))
          .filter(({ id }) => heard.every(({ rule }) => rule !== id))
          .map(({ id, span }) =>
            findingAt(ignoreOfNothing, { path: comment.path, span }, fact(id, comment), {
              fixes: comment.rules.length === 1 ? [removing(comment)] : [],
            }),
          );
      }),
  examples: [
    {
      title: 'a finding that is mended',
      lines: [
        '# capwright: ignore unknown-capability-name: of a kernel of our own',
        'CapabilityBoundingSet=CAP_NET_ADMIN',
      ],
      finds: true,
    },
    {
      title: 'a comment after the line',
      lines: [
        'CapabilityBoundingSet=CAP_NET_ADMN',
        '# capwright: ignore unknown-capability-name: of a kernel of our own',
      ],
      finds: true,
    },
    {
      title: 'one for the whole file that is not at its head',
      lines: ['# capwright: ignore-file unknown-capability-name: of a kernel of our own'],
      finds: true,
    },
    {
      title: 'a comment with its finding',
      lines: [
        '# capwright: ignore unknown-capability-name: of a kernel of our own',
        '# It is the one with the patch.',
        'CapabilityBoundingSet=CAP_NET_ADMN',
      ],
      finds: false,
    },
    {
      title: 'the whole of a drop-in',
      lines: [],
      dropInFiles: [
        '# capwright: ignore-file unknown-capability-name: of a kernel of our own\n[Service]\nAmbientCapabilities=CAP_MINE\n',
      ],
      finds: false,
    },
  ],
};

function fact(id: string, { reach, covers }: IgnoreComment): string {
  if (covers !== null)
    return `${id} finds nothing ${reach === 'line' ? 'on the line below' : 'in this file'}.`;
  return reach === 'line'
    ? `No line follows of which the comment could ignore ${id}.`
    : `The comment is not at the head of its file, so it does not ignore ${id} there.`;
}

function removing({ path, line }: IgnoreComment): UnitFix {
  return {
    title: 'Remove the comment',
    applicability: 'safe',
    preferred: true,
    edits: [{ file: path, ...removeLine({ span: line }) }],
  };
}
