import { known } from '../model/evidence.ts';
import type { System } from '../model/system.ts';
import { tunDevicePath } from '../model/tunDevice.ts';
import { refusalAt } from './denial.ts';
import { exampleNode, exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { denialFindings } from './findings.ts';
import type { Rule } from './rule.ts';
import { groupMissingInSession } from './sessionGroup.ts';

const program = exampleProgram({ capability: 'cap_net_admin=ep' });

export const tunDeviceNodeClosed: Rule = {
  id: 'tun-device-node-closed',
  category: 'device',
  severity: 'error',
  summary: 'A /dev/net/tun that the program may not open',
  explanation: `
## What it means

The node is there, and open answers EACCES. The program does not come as far as the check for
CAP_NET_ADMIN.

## Why

The node is a file with an owner, a group and a mode. udev gives it mode 0666, because the
capability is asked later; some containers and WSL have it with 0600. On a mount with \`nodev\` no
device node can be opened. Where the mode allows it and open still answers EACCES, an access control
list or a security module (SELinux, AppArmor) refuses; their rules cannot be read without privilege.

## What to do

Give the node the mode that udev gives it. In a container that keeps user ids apart the owner of the
node may have no id at all: pass the device with \`--device\`.
`,
  citations: [
    'open(2), EACCES',
    'mount(8), nodev',
    'may_open_dev() and generic_permission() in fs/namei.c',
  ],
  check: (judged) =>
    denialFindings(tunDeviceNodeClosed, judged, (denial) => {
      const { looked } = refusalAt(denial, 'device-node-mount', 'device-node-permission') ?? {};
      if (groupMissingInSession(judged.system, denial)) return null;
      if (looked?.kind === 'node') {
        return {
          fact: `${looked.path} cannot be opened for reading and writing: ${looked.detail}`,
          about: tunDevicePath,
        };
      }
      return looked?.kind === 'attempt'
        ? {
            fact: `${looked.path} could not be opened although its mode allows it; an access control list or a security module${activeModules(judged.system)}, neither of which could be seen, has refused it`,
            about: tunDevicePath,
            confidence: 'likely',
          }
        : null;
    }),
  examples: [
    {
      title: 'mode 0600',
      system: exampleSystem({
        program,
        tun: {
          node: known({ ...exampleNode, mode: 0o600 }, 'an example'),
          attempt: known({ errno: 'EACCES', uid: 1000, groups: [1000] }, 'an example'),
        },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'on a nodev mount',
      system: exampleSystem({
        program,
        tun: {
          node: known(
            { ...exampleNode, mount: { ...exampleNode.mount, nodev: true } },
            'an example',
          ),
          attempt: known({ errno: 'EACCES', uid: 1000, groups: [1000] }, 'an example'),
        },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'mode 0666, and the attempt was refused',
      system: exampleSystem({
        program,
        tun: { attempt: known({ errno: 'EACCES', uid: 1000, groups: [1000] }, 'an example') },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'mode 0666, the attempt was refused, and SELinux is active',
      system: exampleSystem({
        program,
        tun: { attempt: known({ errno: 'EACCES', uid: 1000, groups: [1000] }, 'an example') },
        securityModules: ['lockdown', 'capability', 'yama', 'selinux', 'bpf'],
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'mode 0666',
      system: exampleSystem({ program }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};

/** Those of the active security modules that have a policy for device nodes: ` (selinux)`. */
function activeModules({ securityModules }: System): string {
  if (securityModules.kind === 'unknown') return '';
  const withPolicy = ['selinux', 'apparmor', 'smack', 'tomoyo', 'landlock', 'bpf'];
  const active = securityModules.value.filter((name) => withPolicy.includes(name));
  return active.length === 0 ? '' : ` (${active.join(', ')})`;
}
