import { pathText } from '../../model/unit/sandbox.ts';
import { linesOf } from '../../model/unit/unitFile.ts';
import { commandLine } from './commandLine.ts';
import { findingOn, stepsOf } from './unitFindings.ts';
import type { JudgedUnit, UnitRule } from './unitRule.ts';

export const programMissing: UnitRule = {
  id: 'program-missing',
  category: 'identity',
  severity: 'error',
  summary: 'A command of an installed unit names a program that is not on this machine',
  explanation: `
## What it means

The start ends with 203/EXEC: systemd logs “Unable to locate executable”.

## Why

Nothing lies at the path. It is misspelt, the program was not built or installed yet, or lies elsewhere here.
Nothing is said of a unit in a workspace or below \`--root\`, whose programs may come later; of one in /usr or /run,
where packages and generators put theirs; of one with a condition, with which it may not be started at all; of
one that has something mounted first; nor of a program in a directory that is made at boot.

## What to do

Install the program, or correct the path. With \`-\` before it, systemd goes on as if the command had succeeded.
`,
  citations: ['systemd.service(5), ExecStart=', 'find_executable_full() in systemd'],
  check: (judged) => {
    if (!judged.system.isThisMachine || mayWait(judged)) return [];
    return stepsOf(judged, 'unit-start-refused').flatMap(({ command, reason }) => {
      const { execution } = command;
      const path = pathText(execution.command.program);
      const origin = commandLine(judged, execution);
      if (reason.cause !== 'program-missing' || path === null || origin === null) return [];
      const decides = startDirectives.includes(execution.directive);
      if (!decides || execution.command.ignoreFailure || madeAtBoot.test(path)) return [];
      const message = `${path} is not on this machine: the start fails with ${reason.status}.`;
      return [findingOn(programMissing, origin, message)];
    });
  },
  examples: [
    { title: 'nothing lies there', lines: [], programMissing: true, finds: true },
    {
      title: 'its failure is none',
      lines: ['ExecStart=-/usr/bin/prog'],
      programMissing: true,
      finds: false,
    },
    {
      title: 'a condition, which it may not meet',
      unitLines: ['ConditionFileIsExecutable=/usr/bin/prog'],
      lines: [],
      programMissing: true,
      finds: false,
    },
    {
      title: 'a command that is not for the start',
      lines: ['ExecStart=/bin/sh', 'ExecStop=/usr/bin/prog'],
      programMissing: true,
      finds: false,
    },
    { title: 'it is there', lines: [], finds: false },
  ],
};

/** Whether the program may be somebody else’s to bring, or the unit may not be started. */
function mayWait({ unit: { fragment, dropIns } }: JudgedUnit): boolean {
  const isOthers = /^\/(?:usr|lib|run)\//.test(fragment.path);
  return isOthers || [fragment, ...dropIns].some((file) => linesOf(file).some(isCondition));
}

function isCondition(line: ReturnType<typeof linesOf>[number]): boolean {
  return line.kind === 'assignment' && /^(?:Condition|Assert)|MountsFor$/.test(line.key.text);
}

const startDirectives: readonly string[] = [
  ...['ExecCondition', 'ExecStartPre', 'ExecStart', 'ExecStartPost'],
];

const madeAtBoot = /^\/(?:dev|proc|sys|run|tmp|var\/run|var\/tmp)\//;
