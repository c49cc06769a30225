import { parseArgs } from 'node:util';
import { elevates, planRun, runWays, type RunWay } from '../app/run.ts';
import { emptySet } from '../model/capabilitySet.ts';
import { shellWords } from '../report/shellWords.ts';
import { becomeProgram } from './becomeProgram.ts';
import { capabilityList } from './capabilityList.ts';
import { withHost } from './commandHost.ts';
import { tellFailure, type Output } from './output.ts';
import { runConnected } from './outsideNetwork.ts';
import { packagedLauncher } from './packagedLauncher.ts';
import { UsageError } from './usage.ts';

/** `capwright run`: the exit status is the program's, unless nothing was run. */
export async function runRun(args: readonly string[], output: Output): Promise<number> {
  const end = args.indexOf('--');
  const command = end < 0 ? [] : args.slice(end + 1);
  const {
    caps = [],
    sandbox = false,
    outside = false,
    via,
    env = [],
    ...flags
  } = options(args.slice(0, end < 0 ? undefined : end));
  if (command.length === 0) throw new UsageError('run takes a program and its arguments after --');
  const capabilities = capabilityList(caps);
  if (capabilities === emptySet && !sandbox) {
    throw new UsageError('run takes --caps, --sandbox or both');
  }
  if (outside && !sandbox) throw new UsageError('--outside belongs to --sandbox');
  const chosen = await withHost((host) =>
    planRun(host, {
      command,
      capabilities,
      sandbox,
      via: via === undefined ? null : way(via),
      variables: env.map(variable),
      options: [],
      launcher: packagedLauncher(),
      directory: process.cwd(),
      environment: process.env,
    }),
  );
  if (chosen.kind === 'failure') return tellFailure(output, chosen.failure, false);
  const { argv, way: chosenWay } = chosen;
  if (flags['dry-run']) {
    output.answer(`${shellWords(argv)}\n`);
    return 0;
  }
  if (elevates(chosenWay))
    output.problem(`capwright: runs as root, which becomes you again:\n  ${shellWords(argv)}\n`);
  if (outside) return runConnected(argv.slice(0, argv.indexOf('--') + 1), command);
  return becomeProgram(argv);
}

function options(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        caps: { type: 'string', multiple: true },
        sandbox: { type: 'boolean' },
        outside: { type: 'boolean' },
        via: { type: 'string' },
        env: { type: 'string', multiple: true },
        'dry-run': { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    // parseArgs throws a TypeError whose message names the option.
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function way(text: string): RunWay {
  const found = runWays.find((each) => each === text);
  if (found === undefined)
    throw new UsageError(`--via takes ${runWays.join(', ')}, not ${JSON.stringify(text)}`);
  return found;
}

/** A variable with its value: `NAME` alone stands for the value that it has here. */
function variable(text: string): string {
  if (text === '' || text.startsWith('=')) throw new UsageError('--env takes NAME or NAME=VALUE');
  return text.includes('=') ? text : `${text}=${process.env[text] ?? ''}`;
}
