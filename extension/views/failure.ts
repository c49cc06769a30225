import * as vscode from 'vscode';
import type { Failure } from '../app/failure.ts';
import { tell, type Action } from './notification.ts';

/**
 * Tells a failure by its blame: the user's as a warning, the others as errors, ours with the log.
 * @param action does what the remedy says
 */
export function tellFailure(
  { blame, message, remedy }: Failure,
  log: vscode.LogOutputChannel,
  action?: Action,
): void {
  const text = `${message} ${remedy}`;
  if (blame === 'ours') {
    tell('error', text, { title: vscode.l10n.t('Show Log'), run: () => log.show() });
  } else {
    tell(blame === 'user' ? 'warning' : 'error', text, ...(action === undefined ? [] : [action]));
  }
}

/** An error that nobody expected: a fault of ours, logged with its stack. */
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
