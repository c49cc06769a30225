import * as vscode from 'vscode';
import { complaintsIn } from '../model/complaint.ts';

class ComplaintLink extends vscode.TerminalLink {
  readonly message: string;

  constructor(line: string, start: number, end: number) {
    super(start, end - start, vscode.l10n.t('Explain this error with Capwright'));
    this.message = line.slice(start, end);
  }
}

/** Messages of a refusal in a terminal lead to their explanation. */
export function createTerminalLinks(): vscode.Disposable {
  const provider: vscode.TerminalLinkProvider<ComplaintLink> = {
    provideTerminalLinks: ({ line }) =>
      complaintsIn(line).map(({ start, end }) => new ComplaintLink(line, start, end)),
    handleTerminalLink: async ({ message }) => {
      await vscode.commands.executeCommand('capwright.explainError', message);
    },
  };
  return vscode.window.registerTerminalLinkProvider(provider);
}
