import { isOn, refused, wrapProgram, type Rewrite } from './rewriting.ts';

/**
 * The C/C++ extension. It pauses a debuggee by kill(2) as the user, for which the ids must be the same.
 * `miDebuggerPath` is ignored where `debugServerPath` is set.
 */
export const rewriteCppdbg: Rewrite = (configuration, launcher) => {
  const elsewhere = ['pipeTransport', 'miDebuggerServerAddress', 'debugServerPath'].find((key) =>
    isOn(configuration[key]),
  );
  if (elsewhere !== undefined)
    return refused({ rule: 'debuggee-started-elsewhere', key: elsewhere });
  if (isOn(configuration['coreDumpPath']))
    return refused({ rule: 'debuggee-is-recorded', key: 'coreDumpPath' });
  if (isOn(configuration['externalConsole']))
    return refused({ rule: 'terminal-outside', key: 'externalConsole' });
  const debuggerName = configuration['MIMode'] === 'lldb' ? 'lldb-mi' : 'gdb';
  return wrapProgram(configuration, 'miDebuggerPath', debuggerName, launcher);
};
