import { names } from '../../../../model/capabilitySet.ts';
import { electronAsNode, programVariables } from '../../programEnvironment.ts';
import { quotedWord as quoted } from '../../../../report/quotedWord.ts';
import type { PreparedLaunch, StartedDebugger } from '../../session.ts';
import type { ProgramStreams } from './gdbStreams.ts';

/** Commands of gdb that set up a program, beside its arguments, before it is started. */
export function setUpCommands(
  { configuration, capabilities }: PreparedLaunch,
  started: Pick<StartedDebugger, 'way' | 'inTerminal'>,
  streams: ProgramStreams,
  environment: NodeJS.ProcessEnv,
): readonly string[] {
  const { cwd } = configuration;
  const variables = programVariables(configuration, started, environment);
  return [
    `set exec-wrapper ${wrapper(streams, names(capabilities))}`,
    ...(cwd === undefined ? [] : [`set cwd ${cwd}`]),
    'unset environment SHELL',
    `unset environment ${electronAsNode}`,
    ...variables.map(([name, value]) => `set environment ${name}=${value}`),
  ];
}

/**
 * What gives the program its standard streams, for gdb’s own lead to the client. It is part of the
 * command line that gdb hands to /bin/sh, and execs once: gdb counts.
 */
function wrapper(streams: ProgramStreams, capabilities: readonly string[]): string {
  if (streams.kind === 'files') {
    const { stdout, stderr } = streams;
    return `</dev/null >${quoted(stdout)} 2>${quoted(stderr)} sh -c 'exec "$@"' sh`;
  }
  const launcher = [streams.launcher, '--caps', capabilities.join(','), '--foreground', '--'];
  // Standard error tells the launcher which terminal is meant.
  return `2>/dev/tty ${launcher.map(quoted).join(' ')}`;
}

/** The program's arguments: gdb hands its command line to /bin/sh. */
export function argumentsCommand(args: readonly string[]): string {
  return `set args ${args.map(quoted).join(' ')}`;
}

/** One of these commands for the machine interface. */
export function asMi(command: string): string {
  return command.startsWith('set ')
    ? `-gdb-${command}`
    : `-interpreter-exec console ${JSON.stringify(command)}`;
}
