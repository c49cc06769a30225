import type { Directive } from '../../model/unit/directives.ts';
import { commandStart } from './commandStart.ts';
import { findingOn, ifHelpful, removing, starts, writing } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** A user namespace that the unit asks for and does not get. */
export const userNamespaceNotMade: UnitRule = {
  id: 'user-namespace-not-made',
  category: 'namespace',
  severity: 'error',
  summary: 'The manager cannot make the user namespace that the unit asks for',
  explanation: `
## What it means

No command of the service starts: systemd gives up with \`217/USER\`.

## Why

The ids of \`PrivateUsers=identity\` and \`full\` are those of everybody, which only root may map: a user manager
maps its own user. And where \`ReadOnlyPaths=\` or a \`RootDirectory=\` closes /proc, the maps cannot be written
(/proc/PID/uid_map).

## What to do

In a user unit write \`PrivateUsers=self\`. Otherwise leave /proc writable.
`,
  citations: ['systemd.exec(5), PrivateUsers=', 'setup_private_users() in systemd'],
  check: (judged) => {
    const refused = commandStart(judged, 'user-namespace');
    if (refused === null) return [];
    const { directive, origin, status } = refused;
    const origins = judged.reading.settings[directive]?.origins ?? [];
    const own = judged.system.manager.scope === 'user' && directive === 'PrivateUsers';
    const fixes = [
      ...(own ? [writing(origin, 'self')] : []),
      removing(origins, `Remove ${directive}=`),
    ].flatMap((fix) => ifHelpful(judged, fix, starts));
    const fact = asking.includes(directive)
      ? `${directive}= asks for a user namespace that the manager cannot make`
      : `${directive}= closes /proc, in which the ids of the unit’s user namespace are written`;
    const message = `${fact}: the start fails with ${status}.`;
    return [findingOn(userNamespaceNotMade, origin, message, { fixes: fixes.slice(0, 1) })];
  },
  examples: [
    {
      title: 'the ids of everybody, in a user unit',
      lines: ['PrivateUsers=identity'],
      scope: 'user',
      finds: true,
    },
    {
      title: '/proc closed',
      lines: ['PrivateUsers=yes', 'ReadOnlyPaths=/'],
      finds: true,
    },
    { title: 'its own', lines: ['PrivateUsers=self'], scope: 'user', finds: false },
    { title: 'a system unit', lines: ['PrivateUsers=identity'], finds: false },
  ],
};

const asking: readonly Directive[] = ['PrivateUsers', 'DelegateNamespaces'];
