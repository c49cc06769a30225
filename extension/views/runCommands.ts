import * as vscode from 'vscode';
import { shellWords } from '../report/shellWords.ts';
import { tell } from './notification.ts';
import { runInTerminal } from './tasks.ts';

/**
 * Runs commands in a terminal, in their order, until one fails, which is told.
 * @param program what the task is about
 * @returns whether all of them ended well
 * @throws TaskRefused as {@link runInTerminal}
 */
export async function runCommands(
  title: string,
  program: string,
  commands: readonly (readonly string[])[],
  log: vscode.LogOutputChannel,
): Promise<boolean> {
  for (const argv of commands) {
    log.info(`runs ${JSON.stringify(argv)}`);
    const status = await runInTerminal(title, program, argv);
    log.info(`ended with ${String(status ?? 'no exit status')}`);
    if (status === 0) continue;
    tell(
      'error',
      vscode.l10n.t(
        '{0} ended with exit status {1}. The terminal shows why.',
        shellWords(argv),
        status ?? vscode.l10n.t('unknown'),
      ),
    );
    return false;
  }
  return true;
}
