import { namespaceMaker } from '../../model/unit/namespaceMaker.ts';
import { valueOf } from '../../model/unit/unit.ts';
import { findingOn, ifHelpful, lastOrigin, removing } from './unitFindings.ts';
import type { JudgedUnit, UnitRule } from './unitRule.ts';

/** A program whose work is to make namespaces, and a filter that refuses it. */
export const namespacesRestricted: UnitRule = {
  id: 'namespaces-restricted',
  category: 'filter',
  severity: 'error',
  summary: 'RestrictNamespaces= refuses the namespaces that the unit’s program is there to make',
  explanation: `
## What it means

The command is a tool that makes a user namespace and a network namespace for another program: unshare(1),
pasta(1), rootlesskit and the like. unshare(2) and clone(2) answer EPERM.

## Why

\`RestrictNamespaces=\` loads a seccomp filter that refuses every type that is not named. The capabilities of
the process make no difference to it.

## What to do

Take the setting out, or name the types that the tool needs, \`user\`, \`net\` and \`mnt\` at least.
`,
  citations: ['systemd.exec(5), RestrictNamespaces=', 'seccomp_restrict_namespaces() in systemd'],
  check: (judged) => {
    const origin = lastOrigin(judged, 'RestrictNamespaces');
    const refused = refusedTool(judged);
    if (origin === null || refused === null) return [];
    const origins = judged.reading.settings.RestrictNamespaces?.origins ?? [];
    const fixes = ifHelpful(
      judged,
      removing(origins, 'Remove RestrictNamespaces='),
      (after) => refusedTool(after) === null,
    );
    const message = `RestrictNamespaces= refuses the user and network namespaces that ${refused} makes: unshare(2) answers EPERM.`;
    return [findingOn(namespacesRestricted, origin, message, { fixes })];
  },
  examples: [
    {
      title: 'pasta, and every type refused',
      lines: ['ExecStart=/usr/bin/pasta --config-net -- /usr/bin/prog', 'RestrictNamespaces=yes'],
      finds: true,
    },
    {
      title: 'pasta, and its types named',
      lines: [
        'ExecStart=/usr/bin/pasta --config-net -- /usr/bin/prog',
        'RestrictNamespaces=user net mnt pid ipc uts',
      ],
      finds: false,
    },
    { title: 'a program that makes none', lines: ['RestrictNamespaces=yes'], finds: false },
  ],
};

function refusedTool({ reading: { settings } }: JudgedUnit): string | null {
  const permitted = valueOf(settings, 'RestrictNamespaces');
  if (permitted === null || (permitted.has('user') && permitted.has('net'))) return null;
  const filtered = valueOf(settings, 'ExecStart').filter(({ privilege }) => privilege !== '+');
  return filtered.map(namespaceMaker).find((name) => name !== null) ?? null;
}
