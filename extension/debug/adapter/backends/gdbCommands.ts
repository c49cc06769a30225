import { names } from '../../../model/capabilitySet.ts';
import { electronAsNode, programVariables } from '../programEnvironment.ts';
import { quotedWord as quoted } from '../quotedWord.ts';
import type { PreparedLaunch, StartedDebugger } from '../session.ts';

/** Where the program's standard streams lead. */
export type ProgramStreams =
  | { readonly kind: 'terminal'; readonly launcher: string }
  | { readonly kind: 'files'; readonly stdout: string; readonly stderr: string };

/** Commands, of MI, that set up a program of gdb, before it is started. */
export function setUpCommands(
  { configuration, capabilities }: PreparedLaunch,
  started: Pick<StartedDebugger, 'way' | 'inTerminal'>,
  streams: ProgramStreams,
  environment: NodeJS.ProcessEnv,
): readonly string[] {
  const { args, cwd } = configuration;
  const redirections =
    streams.kind === 'terminal'
      ? []
      : ['</dev/null', `>${quoted(streams.stdout)}`, `2>${quoted(streams.stderr)}`];
  // gdb hands the program's command line to /bin/sh.
  const commands = [`-gdb-set args ${[...args.map(quoted), ...redirections].join(' ')}`];
  if (streams.kind === 'terminal') {
    const wrapper = [streams.launcher, '--caps', names(capabilities).join(','), '--foreground'];
    commands.push(`-gdb-set exec-wrapper ${[...wrapper, '--'].map(quoted).join(' ')}`);
  }
  if (cwd !== undefined) commands.push(`-gdb-set cwd ${cwd}`);
  const variables = programVariables(configuration, started, environment);
  return [
    ...commands,
    '-interpreter-exec console "unset environment SHELL"',
    `-interpreter-exec console "unset environment ${electronAsNode}"`,
    ...variables.map(([name, value]) => `-gdb-set environment ${name}=${value}`),
  ];
}
