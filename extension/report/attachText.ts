import type { AttachReason, AttachVerdict } from '../model/attach.ts';
import type { CapabilitySet } from '../model/capabilitySet.ts';
import type { Credentials } from '../model/credentials.ts';
import { printable } from './printable.ts';
import { listCapabilities } from './words.ts';

/** Why no debugger can attach, as sentences. */
export function describeAttachReason(reason: AttachReason): string {
  switch (reason.rule) {
    case 'kernel-thread':
      return 'It is a thread of the kernel.';
    case 'traced-already':
      return `Process ${String(reason.tracer)} traces it already, and a process has one tracer.`;
    case 'other-user':
      return `It belongs to user ${String(reason.target)}, or has that user’s group, and the debugger runs as user ${String(reason.caller)}.`;
    case 'not-dumpable':
      return 'It is not dumpable: it was started with file capabilities or by a set-id program, changed its user, or asked for that.';
    case 'other-user-namespace':
      return 'It runs in a user namespace that is not the debugger’s, nor one that this user made.';
    case 'more-capable':
      return `It holds ${listCapabilities(reason.missing)}, which the debugger would not hold.`;
    case 'yama':
      return yama[reason.scope];
  }
}

const yama: Readonly<Record<1 | 2 | 3, string>> = {
  1: 'kernel.yama.ptrace_scope is 1: a debugger may attach only to what it started itself.',
  2: 'kernel.yama.ptrace_scope is 2: only CAP_SYS_PTRACE may attach.',
  3: 'kernel.yama.ptrace_scope is 3: nobody may attach until the machine is restarted.',
};

/** What could be done about a reason. */
export function attachRemedy({ rule }: AttachReason): string {
  switch (rule) {
    case 'kernel-thread':
      return 'Name a process of a program.';
    case 'traced-already':
      return 'End the debugger or strace that traces it.';
    case 'yama':
      return 'Launch the program instead, which Yama allows; let it call prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY); or: sudo sysctl kernel.yama.ptrace_scope=0';
    case 'more-capable':
      return 'Leave "capabilities" out: the debugger then gets those that the process holds.';
    case 'not-dumpable':
      return `Start the program with “capwright run”, after which it is dumpable, and attach to that. ${override}`;
    case 'other-user':
    case 'other-user-namespace':
      return override;
  }
}

const override =
  'Or set "capabilities" to ["sys_ptrace"] and "with" to "sudo": such a debugger may trace every process.';

/** What is known before a debugger attaches; a line each. */
export function attachLines(
  process: {
    readonly pid: number;
    readonly name: string;
    readonly uid: Pick<Credentials['uid'], 'effective'>;
    readonly permitted: CapabilitySet;
  },
  capabilities: CapabilitySet,
  { unseen }: AttachVerdict,
): readonly string[] {
  const { pid, name, uid, permitted } = process;
  return [
    `Attaches to process ${String(pid)} (${printable(name)}), which runs as user ${String(uid.effective)} and holds ${listCapabilities(permitted)}.`,
    `For that the debugger holds ${listCapabilities(capabilities)}.`,
    ...unseen.map((each) => `What could not be seen, and may refuse: ${unseenText[each]}.`),
  ];
}

const unseenText: Readonly<Record<AttachVerdict['unseen'][number], string>> = {
  'user-namespace': 'its user namespace',
  dumpable: 'whether it is dumpable',
};
