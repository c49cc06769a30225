import { runWays, type RunRequest, type RunWay } from '../app/launcher/run.ts';
import { capabilityList } from './capabilityList.ts';
import { optionValues } from './optionValues.ts';
import { packagedLauncher } from './packagedLauncher.ts';
import { UsageError } from './usage.ts';

/** What `run` and `trace` are told before and after `--`. */
export interface RunOptions {
  readonly request: Omit<RunRequest, 'options'>;
  readonly outside: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** @throws {UsageError} for an unknown option, an impossible value, or a missing program */
export function parseRunOptions(name: string, args: readonly string[]): RunOptions {
  const end = args.indexOf('--');
  const command = end < 0 ? [] : args.slice(end + 1);
  const { caps = [], via, env = [], ...flags } = options(args.slice(0, end < 0 ? undefined : end));
  if (command.length === 0) {
    throw new UsageError(`${name} takes a program and its arguments after --`);
  }
  return {
    request: {
      command,
      capabilities: capabilityList(caps),
      sandbox: flags.sandbox ?? false,
      via: via === undefined ? null : way(via),
      variables: env.map(variable),
      launcher: packagedLauncher(),
      directory: process.cwd(),
      environment: process.env,
    },
    outside: flags.outside ?? false,
    dryRun: flags['dry-run'] ?? false,
    json: flags.json ?? false,
  };
}

function options(args: readonly string[]) {
  return optionValues(args, {
    options: {
      caps: { type: 'string', multiple: true },
      sandbox: { type: 'boolean' },
      outside: { type: 'boolean' },
      via: { type: 'string' },
      env: { type: 'string', multiple: true },
      'dry-run': { type: 'boolean' },
      json: { type: 'boolean' },
    },
  }).values;
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
