import { isOn, refused, type Rewrite } from './rewriting.ts';

/**
 * debugpy: only the debuggee gets capabilities. `python` may be a command with arguments; the adapter would
 * start its own launcher with the first word alone, so `debugLauncherPython` names the interpreter for that.
 */
export const rewriteDebugpy: Rewrite = (configuration, { words }) => {
  if (isOn(configuration['sudo'])) return refused({ rule: 'runs-as-root', key: 'sudo' });
  if (configuration['console'] === 'externalTerminal')
    return refused({ rule: 'terminal-outside', key: 'console' });
  const python: unknown = configuration['python'] ?? 'python3';
  const command: readonly unknown[] = Array.isArray(python) ? python : [python];
  const interpreter = command[0];
  if (typeof interpreter !== 'string' || interpreter === '')
    return refused({ rule: 'value-unreadable', key: 'python' });
  return {
    kind: 'rewritten',
    configuration: {
      ...configuration,
      python: [...words, ...command],
      debugLauncherPython: configuration['debugLauncherPython'] ?? interpreter,
    },
    wrappers: [],
  };
};
