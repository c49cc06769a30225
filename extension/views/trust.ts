import * as vscode from 'vscode';
import { tell } from './notification.ts';

/** False, and said so, in Restricted Mode: there nothing is executed except our own helper, which reads. */
export function requireTrust(): boolean {
  const { isTrusted } = vscode.workspace;
  if (!isTrusted) {
    tell('warning', vscode.l10n.t('This workspace is in Restricted Mode, so nothing was run.'), {
      title: vscode.l10n.t('Manage Workspace Trust'),
      run: manageTrust,
    });
  }
  return isTrusted;
}

export async function manageTrust(): Promise<void> {
  await vscode.commands.executeCommand('workbench.trust.manage');
}
