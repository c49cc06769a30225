import { findingOn, ifHelpful, refusedStart, removing, starts } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** A user namespace to make and one to enter. */
export const twoUserNamespaces: UnitRule = {
  id: 'two-user-namespaces',
  category: 'namespace',
  severity: 'error',
  summary: 'UserNamespacePath= beside PrivateUsers=, of which a unit may have one',
  explanation: `
## What it means

systemd refuses to load the unit: its state is \`bad-setting\`.

## Why

\`UserNamespacePath=\` enters a user namespace that is there, and \`PrivateUsers=\` makes one. A process is in one.

## What to do

Take one of them out. In either, capabilities count for nothing in the host’s network.
`,
  citations: ['systemd.exec(5), UserNamespacePath=', 'unit_verify_contexts() in systemd'],
  check: (judged) => {
    const refused = refusedStart(judged, ['two-user-namespaces'], 'UserNamespacePath');
    if (refused === null) return [];
    const { origin, reason } = refused;
    const { UserNamespacePath: entered, PrivateUsers: made } = judged.reading.settings;
    const fixes = [
      removing(entered?.origins ?? [], 'Remove UserNamespacePath='),
      removing(made?.origins ?? [], 'Remove PrivateUsers='),
    ].flatMap((fix) => ifHelpful(judged, fix, starts));
    const message = `UserNamespacePath= enters a user namespace and PrivateUsers= makes another: systemd refuses the unit with ${reason.status}.`;
    return [findingOn(twoUserNamespaces, origin, message, { fixes })];
  },
  examples: [
    {
      title: 'both',
      lines: ['UserNamespacePath=/run/user-namespace', 'PrivateUsers=yes'],
      version: 262,
      finds: true,
    },
    { title: 'one', lines: ['PrivateUsers=yes'], version: 262, finds: false },
  ],
};
