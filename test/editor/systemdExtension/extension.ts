/** What the extension that stands in for others does: a finding, a hover and completions, as those give them. */
import * as vscode from 'vscode';

const language = 'systemd-unit';

export function activate(context: vscode.ExtensionContext): void {
  const findings = vscode.languages.createDiagnosticCollection('stand-in');
  const show = (document: vscode.TextDocument): void => {
    if (document.languageId !== language) return;
    const finding = new vscode.Diagnostic(document.lineAt(0).range, 'A section');
    finding.source = 'stand-in';
    findings.set(document.uri, [finding]);
  };
  context.subscriptions.push(
    findings,
    vscode.workspace.onDidOpenTextDocument(show),
    vscode.languages.registerHoverProvider(language, {
      provideHover: () => new vscode.Hover('stand-in hover'),
    }),
    vscode.languages.registerCompletionItemProvider(
      language,
      { provideCompletionItems: () => [new vscode.CompletionItem('StandInDirective')] },
      '=',
    ),
  );
  for (const document of vscode.workspace.textDocuments) show(document);
}
