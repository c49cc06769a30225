import type { AccountGroup, Launcher, System } from '../model/system.ts';
import type { Fix } from './fix.ts';

/** The groups that the user database gives the user of a process, and that the process is not in. */
export function missingGroups({ credentials, accountGroups }: Launcher): readonly AccountGroup[] {
  if (credentials.kind === 'unknown' || accountGroups.kind === 'unknown') return [];
  const { gid: own, groups } = credentials.value;
  // There may be 65,536 on either side.
  const held = new Set([own.effective, ...groups]);
  return accountGroups.value.filter(({ gid }) => !held.has(gid));
}

/**
 * newgrp(1) asks the database again. It is set-user-ID root, and so in vain below no_new_privs; it
 * takes a name that begins with a hyphen for an option, and knows no `--`.
 */
export function enterGroup({ launcher }: System, { name, gid }: AccountGroup): Fix | null {
  const { credentials } = launcher;
  if (credentials.kind === 'unknown' || credentials.value.noNewPrivs) return null;
  if (name.startsWith('-')) return null;
  return {
    id: 'enter-group',
    title: `Start it from a shell that is in the group ${name}`,
    remark: 'needs nothing · for what is started from that shell',
    applicability: 'review',
    needs: 'nothing',
    steps: [
      { kind: 'command', argv: ['newgrp', name] },
      { kind: 'advice', text: 'It opens a shell: start the program there.' },
    ],
    inverse: [{ kind: 'command', argv: ['exit'] }],
    effects: [{ kind: 'groups', gids: [gid], of: 'launcher' }],
  };
}

/** Then everything that is started has the groups, debuggers of the editor included. */
export function logInAgain({ name, gid }: AccountGroup): Fix {
  return {
    id: 'log-in-again',
    title: `Log in again, to be in the group ${name}`,
    remark: 'ends what runs in this session · a server of VS Code has to be started again as well',
    applicability: 'template',
    needs: 'restart',
    steps: [
      {
        kind: 'advice',
        text: 'Log out of the whole session and in again; on a remote machine also end the VS Code server there.',
      },
    ],
    inverse: [],
    effects: [{ kind: 'groups', gids: [gid], of: 'all' }],
  };
}
