import * as vscode from 'vscode';
import { printable } from '../report/printable.ts';

/** A button of a notification. */
export interface Action {
  readonly title: string;
  readonly run: () => void | Promise<void>;
}

const show = {
  information: vscode.window.showInformationMessage,
  warning: vscode.window.showWarningMessage,
  error: vscode.window.showErrorMessage,
} as const;

/**
 * Tells something and does not wait for it to be read: a command ends when its work does. The text
 * may hold file names.
 */
export function tell(kind: keyof typeof show, text: string, ...actions: readonly Action[]): void {
  show[kind](withoutLinks(printable(text)), ...actions.map(({ title }) => title))
    .then((chosen) => actions.find(({ title }) => title === chosen)?.run())
    .then(undefined, (error: unknown) => tell('error', String(error)));
}

/** VS Code makes links of `[text](address)`, also where that is part of a file's name. */
function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}
