import * as vscode from 'vscode';
import type { Action } from '../notification.ts';

/** Leads to what needs no capabilities of a file. */
export const useLauncher: Action = {
  title: vscode.l10n.t('Use Launcher…'),
  run: async () => {
    await vscode.commands.executeCommand('capwright.useLauncher');
  },
};
