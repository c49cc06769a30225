import type { Reason } from '../../model/reason.ts';

/** The stations of a program on its way to the kernel's answer, in order. */
export const stages = [
  'file',
  'mount',
  'launcher',
  'after-exec',
  'kernel-check',
  'result',
] as const;

export type Stage = (typeof stages)[number];

export const stageTitle: Readonly<Record<Stage, string>> = {
  file: 'File',
  mount: 'Mount',
  launcher: 'Launcher',
  'after-exec': 'After exec',
  'kernel-check': 'Kernel check',
  result: 'Result',
};

/** Where in the picture a step belongs: the station that brings or withholds. */
export function stageOf({ rule }: Reason): Stage {
  switch (rule) {
    case 'file-grants':
    case 'file-without-capabilities':
    case 'file-lost-capabilities':
    case 'filesystem-without-capabilities':
    case 'file-capabilities-empty':
    case 'file-capabilities-malformed':
    case 'file-capabilities-of-other-namespace':
    case 'interpreter-decides':
    case 'interpreter-registered':
    case 'set-user-id':
    case 'set-group-id':
    case 'not-executable':
    case 'format-refused':
    case 'too-many-interpreters':
    case 'interpreter-takes-no-file':
      return 'file';
    case 'mount-ignores-privilege':
    case 'noexec-mount':
    case 'unit-mount-nosuid':
      return 'mount';
    case 'launched-by':
    case 'beyond-bounding-set':
    case 'inheritable-met':
    case 'inheritable-unmet':
    case 'downgraded':
    case 'held-before':
    case 'tracer-privileged':
    case 'ambient-empty':
    case 'ambient-raised':
    case 'ambient-not-raised':
    case 'set-id-ignored':
    case 'root-gains-all':
    case 'sandbox-created':
    case 'trace-refused':
    case 'sandbox-refused':
    case 'parent-holds':
    case 'parent-raises-ambient':
    case 'unit-runs-as':
    case 'unit-start-refused':
    case 'unit-fully-privileged':
    case 'unit-bounds':
    case 'unit-raises-ambient':
    case 'unit-ambient-outside-bounding-set':
    case 'unit-no-new-privs':
    case 'unit-user-namespace':
    case 'unit-network-namespace':
      return 'launcher';
    case 'root-limited-to-file-capabilities':
    case 'ambient-kept':
    case 'ambient-cleared':
    case 'permitted-not-passed-on':
    case 'effective-flag-missing':
      return 'after-exec';
    case 'gate':
      return 'kernel-check';
  }
}
