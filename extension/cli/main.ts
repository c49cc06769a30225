#!/usr/bin/env node
import { runCan } from './canCommand.ts';
import { runCheck } from './checkCommand.ts';
import { runDap } from './dapCommand.ts';
import { exitStatus } from './exitStatus.ts';
import { runExplain } from './explainCommand.ts';
import { runLauncher } from './launcherCommand.ts';
import { runLint } from './lintCommand.ts';
import type { Output } from './output.ts';
import { runPredict } from './predictCommand.ts';
import { runRun } from './runCommand.ts';
import { runSetcap } from './setcapCommand.ts';
import { terminalStyle } from './terminalStyle.ts';
import { runTrace } from './traceCommand.ts';
import { helpText, UsageError } from './usage.ts';
import { runWhy } from './whyCommand.ts';

process.exitCode = await main(process.argv.slice(2));

async function main([command, ...args]: readonly string[]): Promise<number> {
  const output: Output = {
    answer: (text) => process.stdout.write(text),
    problem: (text) => process.stderr.write(text),
  };
  try {
    return await run(command, args, output);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    output.problem(`capwright: ${error.message}\n  capwright help tells what can be asked.\n`);
    return exitStatus.usage;
  }
}

async function run(
  command: string | undefined,
  args: readonly string[],
  output: Output,
): Promise<number> {
  const style = terminalStyle(process.stdout, process.env);
  switch (command) {
    case 'check':
      return runCheck(args, output, style);
    case 'can':
      return runCan(args, output, style);
    case 'run':
      return runRun(args, output);
    case 'trace':
      return runTrace(args, output);
    case 'launcher':
      return runLauncher(args, output);
    case 'setcap':
      return runSetcap(args, output);
    case 'dap':
      return runDap(args);
    case 'lint':
      return runLint(args, output, style);
    case 'why':
      return runWhy(args, output, style);
    case 'predict':
      return runPredict(process.stdin, process.stdout);
    case 'explain':
      return runExplain(args, output);
    case 'help':
    case '--help':
    case '-h':
      output.answer(helpText);
      return exitStatus.ok;
    case undefined:
      throw new UsageError('a command is missing');
    default:
      throw new UsageError(`there is no command ${JSON.stringify(command)}`);
  }
}
