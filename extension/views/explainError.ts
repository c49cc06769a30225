import * as vscode from 'vscode';
import type { Asked } from '../app/refusal/explainMessage.ts';
import type { Core } from './core.ts';
import { tell } from './notification.ts';

const { l10n } = vscode;

/**
 * Tells what a message is about. What is to be asked of the program is returned, so that the report
 * shows it; undefined where nothing is.
 * @param given the message; without one, what is selected in the editor, or what is typed
 */
export async function explainError(
  core: Core,
  given: string | undefined,
): Promise<Asked | undefined> {
  const message =
    given ??
    selectedText() ??
    (await vscode.window.showInputBox({
      title: l10n.t('Explain This Error'),
      prompt: l10n.t('A message such as “TUNSETIFF: Operation not permitted”'),
    }));
  if (message === undefined) return undefined;
  const explanation = core.explainMessage(message);
  if (explanation === null) {
    tell('warning', l10n.t('No refusal that Capwright knows is in “{0}”.', message));
    return undefined;
  }
  const { lines, asked, units } = explanation;
  const [unit] = units;
  const open = { title: l10n.t('Open {0}', unit ?? ''), run: () => openUnit(unit ?? '') };
  tell('information', lines.join(' '), ...(unit === undefined ? [] : [open]));
  return asked.operations.length === 0 ? undefined : asked;
}

function selectedText(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  const text = editor?.document.getText(editor.selection) ?? '';
  return text.trim() === '' ? undefined : text;
}

async function openUnit(name: string): Promise<void> {
  const [found] = await vscode.workspace.findFiles(`**/${name}`, undefined, 1);
  if (found === undefined) tell('warning', l10n.t('No file {0} is in the workspace.', name));
  else await vscode.window.showTextDocument(found);
}
