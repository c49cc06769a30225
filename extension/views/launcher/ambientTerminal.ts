import * as vscode from 'vscode';
import { tellFailure } from '../failure.ts';
import type { LazyCore } from '../lazyCore.ts';
import { requireTrust } from '../trust.ts';
import { wantedCapabilities } from './wantedCapabilities.ts';

/**
 * The terminal profile “Capwright: Ambient Shell”: the user's own shell, which passes the wanted
 * capabilities on to all that is started in it. Without an installed launcher sudo asks in it.
 */
export function createAmbientTerminal(
  core: LazyCore,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  return vscode.window.registerTerminalProfileProvider('capwright.ambientShell', {
    provideTerminalProfile: async () => {
      if (!requireTrust()) return undefined;
      const { ambient } = await core.get();
      const capabilities = wantedCapabilities(ambient);
      if (capabilities === null) return undefined;
      const [folder] = vscode.workspace.workspaceFolders ?? [];
      const cwd = folder?.uri.fsPath ?? process.cwd();
      const plan = await ambient.run([vscode.env.shell], capabilities, cwd);
      if (plan.kind === 'failure') {
        tellFailure(plan.failure, log);
        return undefined;
      }
      const [shellPath = '', ...shellArgs] = plan.argv;
      log.info(`an ambient shell: ${JSON.stringify(plan.argv)}`);
      return new vscode.TerminalProfile({
        name: vscode.l10n.t('Ambient Shell'),
        iconPath: new vscode.ThemeIcon('shield'),
        shellPath,
        shellArgs,
      });
    },
  });
}
