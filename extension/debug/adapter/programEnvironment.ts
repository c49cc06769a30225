import type { LaunchConfiguration } from '../../protocol/debug.ts';
import type { StartedDebugger } from './session.ts';

/** What ld.so(8) takes away from the launcher, whose file has capabilities, and all that it starts. */
const takenFromInstalled =
  /^(?:LD_|GCONV_PATH$|GETCONF_DIR$|HOSTALIASES$|LOCALDOMAIN$|LOCPATH$|MALLOC_TRACE$|NIS_PATH$|NLSPATH$|RESOLV_HOST_CONF$|RES_OPTIONS$|TMPDIR$|TZDIR$)/;

/** Of the terminal that it runs in, not of the adapter. */
const ofTerminal = /^(?:TERM|COLORTERM|TERM_PROGRAM.*)$/;

/** VS Code's way to be Node; the program is to be itself. */
export const electronAsNode = 'ELECTRON_RUN_AS_NODE';

/** The variables that the program is to have and its debugger has not got, with those of the configuration. */
export function programVariables(
  { env }: LaunchConfiguration,
  { way, inTerminal }: Pick<StartedDebugger, 'way' | 'inTerminal'>,
  environment: NodeJS.ProcessEnv,
): readonly (readonly [name: string, value: string])[] {
  const lost = (name: string): boolean => {
    if (way === 'sudo' || way === 'pkexec') return !(inTerminal && ofTerminal.test(name));
    return way === 'installed' && takenFromInstalled.test(name);
  };
  const restored = Object.entries(environment).flatMap(([name, value = '']) =>
    name !== electronAsNode && (name === 'SHELL' || lost(name)) && !value.includes('\n')
      ? [[name, value] as const]
      : [],
  );
  return [...restored, ...Object.entries(env)];
}
