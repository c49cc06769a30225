import * as vscode from 'vscode';
import type { Failure } from '../app/failure.ts';
import { message } from './displayText.ts';

/** Tells a failure by its blame: the user's as a warning, the others as errors, ours with the log. */
export async function tellFailure(failure: Failure, log: vscode.LogOutputChannel): Promise<void> {
  const text = message(`${failure.message} ${failure.remedy}`);
  switch (failure.blame) {
    case 'user':
      await vscode.window.showWarningMessage(text);
      return;
    case 'environment':
      await vscode.window.showErrorMessage(text);
      return;
    case 'ours': {
      const show = vscode.l10n.t('Show Log');
      if ((await vscode.window.showErrorMessage(text, show)) === show) log.show();
    }
  }
}

/** An error that nobody expected: a fault of ours, told and logged with its stack. */
export function unexpected(error: unknown, log: vscode.LogOutputChannel): Failure {
  log.error(error instanceof Error ? error : String(error));
  return {
    blame: 'ours',
    message: vscode.l10n.t(
      'Capwright failed: {0}',
      error instanceof Error ? error.message : String(error),
    ),
    remedy: vscode.l10n.t('If it stays so, report it with the log.'),
  };
}
