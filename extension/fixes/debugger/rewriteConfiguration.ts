import { rewriteCdtGdb } from './cdtGdb.ts';
import { rewriteCodeDebug } from './codeDebug.ts';
import { rewriteCppdbg } from './cppdbg.ts';
import { rewriteDebugpy } from './debugpy.ts';
import { rewriteDelve } from './delve.ts';
import { rewriteJsDebug } from './jsDebug.ts';
import { rewriteLldbDap } from './lldbDap.ts';
import { refused, type Rewrite } from './rewriting.ts';

/**
 * A resolved configuration, changed so that the debugger and the debuggee, or the least of them that works,
 * hold the launcher's capabilities as ambient ones at the same ids. Keys it does not need stay as they are.
 */
export const rewriteConfiguration: Rewrite = (configuration, launcher) => {
  const type = typeof configuration['type'] === 'string' ? configuration['type'] : '';
  const rewrite = families.get(type);
  if (rewrite === undefined) return refused({ rule: 'debugger-unknown', type });
  if (configuration['request'] !== 'launch')
    return refused({ rule: 'debuggee-runs-already', key: 'request' });
  const rewriting = rewrite(configuration, launcher);
  return rewriting.kind === 'rewritten' && launcher.elevates && !debugsFromWithin.has(type)
    ? refused({ rule: 'debugger-under-sudo', type })
    : rewriting;
};

/** They speak with the program over a connection of its own, and need no hold on its process. */
const debugsFromWithin: ReadonlySet<string> = new Set(['node', 'pwa-node']);

const families: ReadonlyMap<string, Rewrite> = new Map<string, Rewrite>([
  ['cppdbg', rewriteCppdbg],
  // Two extensions have a type of this name; only Native Debug's needs a target.
  ['gdb', (it, launcher) => ('target' in it ? rewriteCodeDebug : rewriteCdtGdb)(it, launcher)],
  ['lldb-mi', rewriteCodeDebug],
  // gdbserver would listen on TCP, where it asks nobody who he is.
  ['gdbtarget', () => refused({ rule: 'server-on-network', key: 'target' })],
  // CodeLLDB has no key for its lldb-server. Before 1.12 LLDB_DEBUGSERVER_PATH in lldb.adapterEnv named it.
  ['lldb', () => refused({ rule: 'reached-by-setting', setting: 'lldb.server' })],
  ['lldb-dap', rewriteLldbDap],
  ['go', rewriteDelve],
  ['debugpy', rewriteDebugpy],
  ['python', rewriteDebugpy],
  ['node', rewriteJsDebug],
  ['pwa-node', rewriteJsDebug],
]);
