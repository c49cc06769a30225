import * as vscode from 'vscode';

/** False, after saying so, in Restricted Mode: there nothing is executed except our own helper, which reads. */
export async function requireTrust(): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('This workspace is in Restricted Mode, so nothing was run.'),
    manage,
  );
  if (answer === manage) await manageTrust();
  return false;
}

export async function manageTrust(): Promise<void> {
  await vscode.commands.executeCommand('workbench.trust.manage');
}
