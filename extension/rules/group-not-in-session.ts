import { known } from '../model/evidence.ts';
import type { System } from '../model/system.ts';
import { exampleDevice } from './exampleDevice.ts';
import {
  exampleNode,
  exampleOperation,
  exampleProgram,
  exampleSystem,
  tunCreate,
} from './exampleSystem.ts';
import { denialFindings } from './findings.ts';
import { launcherName } from './lack.ts';
import type { Rule } from './rule.ts';
import { groupMissingInSession } from './sessionGroup.ts';

const tunAttach = exampleOperation('tun.attach');
const ping = exampleOperation('socket.ping');
const tunners = { name: 'tunners', gid: 2000 };
const accountGroups = known([{ name: 'dev', gid: 1000 }, tunners], 'an example');
const nodeOfGroup: Partial<System['tun']> = {
  node: known({ ...exampleNode, mode: 0o660, gid: tunners.gid }, 'an example'),
  attempt: known({ errno: 'EACCES', uid: 1000, groups: [1000] }, 'an example'),
};

export const groupNotInSession: Rule = {
  id: 'group-not-in-session',
  category: 'launch',
  severity: 'error',
  summary: 'The user is in the group that is asked for, and the session is not',
  explanation: `
## What it means

A gate lets the members of a group pass: a device node with a group, a TUN device with a group,
\`ping_group_range\`. \`/etc/group\` has the user in that group, and \`id\` in the shell does not list
it.

## Why

The groups of a process are set once, when a session begins, and are inherited from then on. The
kernel knows no names and reads no file: \`usermod -aG\` and \`gpasswd -a\` change the database, and
nothing that runs already. That is so for a desktop session, for a terminal multiplexer, and for the
VS Code server of a remote machine, which outlives the window.

## What to do

\`newgrp\` opens a shell that has the group, for that shell alone. Logging in again gives it to all.
`,
  citations: ['credentials(7)', 'initgroups(3)', 'newgrp(1)', 'in_group_p() in kernel/groups.c'],
  check: (judged) =>
    denialFindings(groupNotInSession, judged, (denial) => {
      const { system } = judged;
      const group = groupMissingInSession(system, denial);
      return group === null
        ? null
        : {
            fact: `/etc/group has the user in ${group.name} (${group.gid}), but ${launcherName(system, denial.path)} is not in it: a session has the groups of the moment when it began`,
          };
    }),
  examples: [
    {
      title: 'the node of the TUN driver has a group',
      system: exampleSystem({
        program: exampleProgram({ capability: 'cap_net_admin=ep' }),
        launcher: { accountGroups },
        tun: nodeOfGroup,
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'the device has a group',
      system: inAccount(exampleDevice({ owner: null, group: tunners.gid })),
      operations: [tunAttach],
      finds: true,
    },
    {
      title: 'the group may open ping sockets',
      system: exampleSystem({
        launcher: { accountGroups },
        limits: { pingGroupRange: known([tunners.gid, tunners.gid], 'an example') },
      }),
      operations: [ping],
      finds: true,
    },
    {
      title: 'the device has a group that the user is not in',
      system: exampleDevice({ owner: null, group: tunners.gid }),
      operations: [tunAttach],
      finds: false,
    },
    {
      title: 'another group of the user is not in the session',
      system: inAccount(exampleDevice({ owner: null, group: 3000 })),
      operations: [tunAttach],
      finds: false,
    },
  ],
};

function inAccount(system: System): System {
  return { ...system, launcher: { ...system.launcher, accountGroups } };
}
