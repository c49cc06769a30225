import { isOn, refused, wrapProgram, type Rewrite } from './rewriting.ts';

/**
 * The Go extension. It sets `dlvToolPath` itself while it resolves a configuration, so this one is rewritten
 * after that. Its descriptor 3 (`--log-dest=3`) survives the wrapper.
 */
export const rewriteDelve: Rewrite = (configuration, launcher) => {
  if (isOn(configuration['asRoot'])) return refused({ rule: 'runs-as-root', key: 'asRoot' });
  if (isOn(configuration['port']))
    return refused({ rule: 'debuggee-started-elsewhere', key: 'port' });
  if (configuration['mode'] === 'core' || configuration['mode'] === 'replay')
    return refused({ rule: 'debuggee-is-recorded', key: 'mode' });
  const { mode } = configuration;
  if (mode !== 'exec')
    return refused({
      rule: 'debugger-builds',
      key: 'mode',
      mode: typeof mode === 'string' ? mode : 'auto',
    });
  if (configuration['console'] === 'externalTerminal')
    return refused({ rule: 'terminal-outside', key: 'console' });
  return wrapProgram(configuration, 'dlvToolPath', 'dlv', launcher);
};
