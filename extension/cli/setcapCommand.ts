import { spawn } from 'node:child_process';
import { elevations } from '../app/elevation.ts';
import {
  changeFileCapabilities,
  type CapabilityChange,
} from '../app/fileCapabilities/fileCapabilities.ts';
import { storageText } from '../report/storageText.ts';
import { printable } from '../report/printable.ts';
import { shellWords } from '../report/shellWords.ts';
import { endOf } from './childProgram.ts';
import { withHost } from './commandHost.ts';
import { exitStatus, type ExitStatus } from './exitStatus.ts';
import { optionValues } from './optionValues.ts';
import { tellFailure, type Output } from './output.ts';
import { UsageError } from './usage.ts';

/**
 * `capwright setcap CAPABILITIES PROGRAM` and `capwright setcap --remove PROGRAM`: setcap(8) on a file that
 * is held, where it is of use, with a look at what came of it.
 */
export async function runSetcap(args: readonly string[], output: Output): Promise<ExitStatus> {
  const change = changeOf(args);
  const outcome = await withHost((host) =>
    changeFileCapabilities(host, change, (argv, folder) => {
      output.problem(`capwright: runs ${shellWords(argv)}\n`);
      const [file = '', ...rest] = argv;
      return endOf(spawn(file, rest, { stdio: 'inherit', cwd: folder }));
    }),
  );
  switch (outcome.kind) {
    case 'changed':
      output.answer(`${printable(change.program)}   ${outcome.after ?? 'no file capabilities'}\n`);
      output.answer(`undo: ${shellWords(undoing(change, outcome.before))}\n`);
      // It is done all the same: the kernel has it.
      if (outcome.unconfirmed !== null) tellFailure(output, outcome.unconfirmed, false);
      return exitStatus.ok;
    case 'in-vain': {
      const { fact, remedies } = storageText(outcome.path, outcome.hindrance);
      output.problem(`capwright: ${printable(fact)}\n`);
      for (const remedy of remedies) output.problem(`  ${remedy}\n`);
      return exitStatus.denied;
    }
    case 'different':
      output.problem(`capwright: ${printable(outcome.message)}\n`);
      return exitStatus.undetermined;
    case 'failure':
      return tellFailure(output, outcome.failure, false);
  }
}

/** The command that brings back what the file had. */
function undoing({ program }: CapabilityChange, before: string | null): readonly string[] {
  const command = ['capwright', 'setcap'];
  if (before === null) return [...command, '--remove', '--', program];
  // As getcap(8) writes it, with the root id of another user namespace in square brackets.
  const [, text = before, rootId] = /^(.*) \[rootid=(\d+)\]$/.exec(before) ?? [];
  const counted = rootId === undefined ? [] : ['--root-id', rootId];
  return [...command, ...counted, '--', text, program];
}

function changeOf(args: readonly string[]): CapabilityChange {
  const { values, positionals } = parse(args);
  const { remove = false, elevation = 'sudo', 'root-id': rootId = '0', expect } = values;
  const way = elevations.find((each) => each === elevation);
  if (way === undefined) throw new UsageError(`--elevation takes ${elevations.join(' or ')}`);
  if (!/^\d{1,10}$/.test(rootId)) throw new UsageError('--root-id takes a user’s number');
  const named = remove ? [null, ...positionals] : positionals;
  const [capabilities, program] = named;
  if (capabilities === undefined || program === undefined || program === null || named.length > 2) {
    throw new UsageError('setcap takes capabilities and a program, or --remove and a program');
  }
  return {
    program,
    capabilities,
    rootId: Number(rootId),
    elevation: way,
    expected: expect === undefined ? null : identityIn(expect),
  };
}

/** `MAJOR:MINOR:INODE:CHANGED`, the last in nanoseconds. */
function identityIn(text: string): CapabilityChange['expected'] {
  const [, device, inode, changed] = /^(\d+:\d+):(\d+):(\d+)$/.exec(text) ?? [];
  if (device === undefined || inode === undefined || changed === undefined) {
    throw new UsageError('--expect takes MAJOR:MINOR:INODE:CHANGED');
  }
  return { device, inode, changed };
}

function parse(args: readonly string[]) {
  return optionValues(args, {
    allowPositionals: true,
    options: {
      remove: { type: 'boolean', short: 'r' },
      'root-id': { type: 'string', short: 'n' },
      elevation: { type: 'string' },
      expect: { type: 'string' },
    },
  });
}
