import { baseName, isOn, refused, type Rewrite } from './rewriting.ts';

/**
 * lldb-dap: only lldb-server, which starts the debuggee, gets capabilities. The adapter finds it by
 * LLDB_DEBUGSERVER_PATH. In a terminal the debuggee is a child of the terminal instead, without them.
 */
export const rewriteLldbDap: Rewrite = (configuration, { words, folder }) => {
  const elsewhere = ['launchCommands', 'debugAdapterPort', 'debugAdapterHostname'].find((key) => {
    const value = configuration[key];
    return isOn(value) && !(Array.isArray(value) && value.length === 0);
  });
  if (elsewhere !== undefined)
    return refused({ rule: 'debuggee-started-elsewhere', key: elsewhere });
  const terminal = ['runInTerminal', 'console'].find((key) => {
    const value = configuration[key];
    return isOn(value) && value !== 'internalConsole';
  });
  if (terminal !== undefined) return refused({ rule: 'debuggee-started-elsewhere', key: terminal });
  const adapter = configuration['debugAdapterExecutable'] ?? 'lldb-dap';
  if (typeof adapter !== 'string' || adapter === '')
    return refused({ rule: 'value-unreadable', key: 'debugAdapterExecutable' });
  const [path, server] = [`${folder}/lldb-dap`, `${folder}/lldb-server`];
  return {
    kind: 'rewritten',
    configuration: { ...configuration, debugAdapterExecutable: path },
    wrappers: [
      {
        path,
        words: ['env', `LLDB_DEBUGSERVER_PATH=${server}`],
        program: { names: [adapter] },
      },
      { path: server, words, program: { names: serversOf(adapter), beside: adapter } },
    ],
  };
};

/** Debian's are named after their release, as the adapter is: `lldb-dap-19`, `lldb-server-19`. */
function serversOf(adapter: string): readonly string[] {
  const release = /-\d+$/.exec(baseName(adapter))?.[0];
  return [...(release === undefined ? [] : [`lldb-server${release}`]), 'lldb-server'];
}
