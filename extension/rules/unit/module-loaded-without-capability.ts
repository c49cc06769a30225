import { capability } from '../../model/capability.ts';
import { has } from '../../model/capabilitySet.ts';
import { pathText } from '../../model/unit/sandbox.ts';
import { spanOf } from '../../model/unit/piece.ts';
import type { CommandJudgement } from '../../model/unit/judgeUnit.ts';
import { findingAt, ifHelpful } from './unitFindings.ts';
import type { JudgedUnit, UnitRule } from './unitRule.ts';

/** modprobe(8) in a unit that took the right to load modules away from itself. */
export const moduleLoadedWithoutCapability: UnitRule = {
  id: 'module-loaded-without-capability',
  category: 'capability',
  severity: 'warning',
  summary: 'A command of the unit loads a kernel module without CAP_SYS_MODULE',
  explanation: `
## What it means

modprobe(8) is to load the module of the TUN driver or another one, and init_module(2) answers EPERM. The unit
then fails, unless the command begins with \`-\`. Where the module is there already, nothing happens.

## Why

\`ProtectKernelModules=\`, a bounding set and \`User=\` hold for every command of a unit, \`ExecStartPre=\` too.

## What to do

Write \`+\` before the command: it then runs as root and without the unit’s sandbox. For /dev/net/tun no module
has to be loaded by hand: the kernel does so when the node is opened.
`,
  citations: ['systemd.service(5), Command lines', 'init_module(2)'],
  check: (judged) =>
    powerless(judged).map(({ execution }) => {
      const { origin: path, command } = execution;
      const span = spanOf(command.piece);
      const at = { start: span.start, end: span.start };
      const edits = [{ file: path, span: at, replacement: '+' }];
      const fix = { title: 'Write + before the command', applicability: 'review', edits } as const;
      const fixes = ifHelpful(judged, fix, (after) => {
        return powerless(after).length < powerless(judged).length;
      });
      const text =
        'modprobe runs without CAP_SYS_MODULE here: if the module is not there already, init_module(2) answers EPERM.';
      const place = { path, span };
      return findingAt(moduleLoadedWithoutCapability, place, text, { fixes, confidence: 'likely' });
    }),
  examples: [
    {
      title: 'a bounding set without it',
      lines: [
        'ExecStartPre=/usr/sbin/modprobe tun',
        'ExecStart=/usr/bin/prog',
        'CapabilityBoundingSet=CAP_NET_ADMIN',
      ],
      finds: true,
    },
    {
      title: 'with the prefix +',
      lines: [
        'ExecStartPre=+/usr/sbin/modprobe tun',
        'ExecStart=/usr/bin/prog',
        'CapabilityBoundingSet=CAP_NET_ADMIN',
      ],
      finds: false,
    },
    {
      title: 'its failure is none',
      lines: [
        'ExecStartPre=-/usr/sbin/modprobe tun',
        'ExecStart=/usr/bin/prog',
        'CapabilityBoundingSet=CAP_NET_ADMIN',
      ],
      finds: false,
    },
    {
      title: 'root as it is',
      lines: ['ExecStartPre=/usr/sbin/modprobe tun', 'ExecStart=/usr/bin/prog'],
      finds: false,
    },
  ],
};

function powerless({ judgement, system }: JudgedUnit): readonly CommandJudgement[] {
  return judgement.commands.filter(({ execution: { command }, credentials }) => {
    const name = pathText(command.program)?.replace(/^.*\//, '');
    const loads = name === 'modprobe' && system.manager.scope === 'system';
    if (!loads || command.ignoreFailure || credentials === null) return false;
    return !has(credentials.effective, capability('cap_sys_module'));
  });
}
