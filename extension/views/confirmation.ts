import * as vscode from 'vscode';
import { shellWords } from '../report/shellWords.ts';

/** Shows the exact commands and asks; true for yes. Whatever needs root goes through here. */
export async function confirmCommands(
  question: string,
  commands: readonly (readonly string[])[],
  remark: string,
): Promise<boolean> {
  const run = vscode.l10n.t('Run in Terminal');
  const detail = [...commands.map(shellWords), '', remark].join('\n').trimEnd();
  const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, run);
  return answer === run;
}
