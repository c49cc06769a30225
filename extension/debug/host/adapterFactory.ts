import * as vscode from 'vscode';
import { requireTrust } from '../../views/trust.ts';
import type { DebugTools } from './debugTools.ts';

/**
 * Starts `capwright dap` as a process of its own, by the Node that runs the extension host: there is
 * perhaps no other.
 */
export function createAdapterFactory({
  commandLine,
  log,
}: Pick<DebugTools, 'commandLine' | 'log'>): vscode.DebugAdapterDescriptorFactory {
  return {
    createDebugAdapterDescriptor: ({ configuration, workspaceFolder }) => {
      if (!requireTrust()) throw new Error(vscode.l10n.t('Nothing is run in Restricted Mode.'));
      const name: unknown = configuration['debugger'] ?? 'gdb';
      const args = [commandLine, 'dap', '--debugger', String(name)];
      log.info(`starts the debug adapter: ${JSON.stringify(args)}`);
      return new vscode.DebugAdapterExecutable(process.execPath, args, {
        // Commands in the terminal begin there.
        cwd: workspaceFolder?.uri.fsPath ?? '/',
        // The executable of VS Code's desktop is Electron.
        env: { ELECTRON_RUN_AS_NODE: '1' },
      });
    },
  };
}
