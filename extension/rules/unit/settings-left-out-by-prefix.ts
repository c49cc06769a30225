import type { UnitFix } from '../../fixes/unitFix.ts';
import type { Directive } from '../../model/unit/directives.ts';
import { slicePiece, spanOf } from '../../model/unit/piece.ts';
import type { CommandExecution } from '../../model/unit/unitExecution.ts';
import { findingOn, ifHelpful, lastOrigin, starts } from './unitFindings.ts';
import type { JudgedUnit, UnitRule } from './unitRule.ts';

/** A setting of the unit that holds for none of its commands. */
export const settingsLeftOutByPrefix: UnitRule = {
  id: 'settings-left-out-by-prefix',
  category: 'identity',
  severity: 'warning',
  summary: 'Every command of the unit has the prefix +, which leaves out its user and capabilities',
  explanation: `
## What it means

The setting has no effect. A command with \`+\` runs as root with all capabilities and without the sandbox,
whatever \`User=\`, \`CapabilityBoundingSet=\` or \`AmbientCapabilities=\` say. Of the unit only the device
policy still holds.

## Why

\`+\` asks for the manager's own rights. For programs that change to another user themselves there is \`!\`: it
leaves out the change of ids alone, and keeps the bounding set and the sandbox.

## What to do

Take the prefix out, or keep it before those commands alone that need it.
`,
  citations: ['systemd.service(5), “Command lines”', 'exec_invoke() in systemd'],
  check: (judged) => {
    const found = leftOut(judged);
    if (found === null) return [];
    const fix = unprefixed(judged);
    const fixes = ifHelpful(
      judged,
      fix,
      (after) =>
        leftOut(after) === null && starts(after) && after.denials.length <= judged.denials.length,
    );
    const message = `${found.directive}= has no effect: every command has the prefix +, and runs as root, with all capabilities and without the sandbox.`;
    return [findingOn(settingsLeftOutByPrefix, found.origin, message, { fixes })];
  },
  examples: [
    {
      title: 'the one command has full rights',
      lines: ['ExecStart=+/usr/bin/prog', 'User=alice'],
      finds: true,
    },
    {
      title: 'a program that changes to another user itself',
      lines: ['ExecStart=!/usr/bin/prog', 'User=alice', 'CapabilityBoundingSet=CAP_SETUID'],
      finds: false,
    },
    {
      title: 'a command that prepares with full rights',
      lines: ['ExecStartPre=+/usr/bin/prog', 'ExecStart=/usr/bin/prog', 'User=alice'],
      finds: false,
    },
  ],
};

function leftOut(judged: JudgedUnit) {
  const all = judged.judgement.commands.map(({ execution }) => execution.command.privilege);
  const inSystem = judged.system.manager.scope === 'system';
  if (!inSystem || all.length === 0 || all.some((each) => each !== '+')) return null;
  for (const directive of leftOutDirectives) {
    const origin = lastOrigin(judged, directive);
    if (origin !== null && origin.value.text !== '') return { directive, origin };
  }
  return null;
}

const leftOutDirectives = [
  'User',
  'DynamicUser',
  'AmbientCapabilities',
  'CapabilityBoundingSet',
] as const satisfies readonly Directive[];

function unprefixed({ judgement }: JudgedUnit): UnitFix {
  const edits = judgement.commands.map(({ execution }) => unprefixedCommand(execution));
  return { title: 'Remove the prefix', applicability: 'review', edits };
}

function unprefixedCommand({ origin: file, command: { piece } }: CommandExecution) {
  const at = piece.text.indexOf('+');
  return { file, span: spanOf(slicePiece(piece, at, at + 1)), replacement: '' };
}
