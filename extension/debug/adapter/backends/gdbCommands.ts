import type { LaunchConfiguration } from '../../../protocol/debug.ts';
import { names } from '../../../model/capabilitySet.ts';
import { quotedWord as quoted } from '../quotedWord.ts';
import type { PreparedLaunch, StartedDebugger } from '../session.ts';

/** Where the program's standard streams lead. */
export type ProgramStreams =
  | { readonly kind: 'terminal'; readonly launcher: string }
  | { readonly kind: 'files'; readonly stdout: string; readonly stderr: string };

/** What ld.so(8) takes away from the launcher, whose file has capabilities, and gdb from programs. */
const takenFromInstalled =
  /^(?:LD_|GCONV_PATH$|GETCONF_DIR$|HOSTALIASES$|LOCALDOMAIN$|LOCPATH$|MALLOC_TRACE$|NIS_PATH$|NLSPATH$|RESOLV_HOST_CONF$|RES_OPTIONS$|TMPDIR$|TZDIR$)/;

/** Of the terminal that it runs in, not of the adapter. */
const ofTerminal = /^(?:TERM|COLORTERM|TERM_PROGRAM.*)$/;

/** Commands, of MI, that set up a program of gdb, before it is started. */
export function setUpCommands(
  { configuration, capabilities }: PreparedLaunch,
  { way, inTerminal }: Pick<StartedDebugger, 'way' | 'inTerminal'>,
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
  return [...commands, ...environmentCommands(configuration, way, inTerminal, environment)];
}

/** What gdb has not got from the adapter, and what it must not pass on. */
function environmentCommands(
  { env }: LaunchConfiguration,
  way: StartedDebugger['way'],
  inTerminal: boolean,
  environment: NodeJS.ProcessEnv,
): readonly string[] {
  const lost = (name: string): boolean => {
    if (way === 'sudo' || way === 'pkexec') return !(inTerminal && ofTerminal.test(name));
    return way === 'installed' && takenFromInstalled.test(name);
  };
  const restored = Object.entries(environment).filter(
    ([name, value]) =>
      name !== electronAsNode &&
      (name === 'SHELL' || lost(name)) &&
      value !== undefined &&
      !value.includes('\n'),
  );
  return [
    '-interpreter-exec console "unset environment SHELL"',
    `-interpreter-exec console "unset environment ${electronAsNode}"`,
    ...[...restored, ...Object.entries(env)].map(
      ([name, value]) => `-gdb-set environment ${name}=${value ?? ''}`,
    ),
  ];
}

/** VS Code's way to be Node; the program is to be itself. */
const electronAsNode = 'ELECTRON_RUN_AS_NODE';
