/** What any surface of the editor would show of a unit file, by VS Code’s own commands. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as vscode from 'vscode';

export function write({ fsPath }: vscode.Uri, content: string): void {
  mkdirSync(dirname(fsPath), { recursive: true });
  writeFileSync(fsPath, content);
}

/** Those of Capwright or another source, or of all, once they are as they should be. */
export async function diagnostics(
  uri: vscode.Uri,
  isSo: (found: readonly vscode.Diagnostic[]) => boolean,
  from: string | null = 'Capwright',
): Promise<readonly vscode.Diagnostic[]> {
  const own = () =>
    vscode.languages.getDiagnostics(uri).filter(({ source }) => from === null || source === from);
  return new Promise((resolve) => {
    const look = (): void => {
      const found = own();
      if (!isSo(found)) return;
      listening.dispose();
      resolve(found);
    };
    const listening = vscode.languages.onDidChangeDiagnostics(look);
    look();
  });
}

export function codeOf({ code }: vscode.Diagnostic): unknown {
  return typeof code === 'object' ? code.value : code;
}

export function text(
  document: vscode.TextDocument,
  diagnostic: vscode.Diagnostic | undefined,
): string {
  return document.getText(diagnostic?.range);
}

export function position(document: vscode.TextDocument, word: string): vscode.Position {
  return document.positionAt(document.getText().indexOf(word) + 1);
}

export async function edit(
  { uri }: vscode.TextDocument,
  change: (edit: vscode.WorkspaceEdit, uri: vscode.Uri) => void,
): Promise<void> {
  const made = new vscode.WorkspaceEdit();
  change(made, uri);
  assert.ok(await vscode.workspace.applyEdit(made));
}

export function replace(document: vscode.TextDocument, old: string, now: string): Promise<void> {
  const start = document.getText().indexOf(old);
  const range = new vscode.Range(
    document.positionAt(start),
    document.positionAt(start + old.length),
  );
  return edit(document, (change, uri) => change.replace(uri, range, now));
}

export async function codeActions(
  uri: vscode.Uri,
  diagnostic: vscode.Diagnostic | undefined,
  kind?: string,
): Promise<readonly vscode.CodeAction[]> {
  assert.ok(diagnostic);
  return vscode.commands.executeCommand(
    'vscode.executeCodeActionProvider',
    ...[uri, diagnostic.range, ...(kind === undefined ? [] : [kind])],
  );
}

export function lenses(uri: vscode.Uri): Thenable<readonly vscode.CodeLens[]> {
  return vscode.commands.executeCommand('vscode.executeCodeLensProvider', uri, 9);
}

export async function hover(uri: vscode.Uri, at: vscode.Position): Promise<string> {
  const found: readonly vscode.Hover[] = await vscode.commands.executeCommand(
    'vscode.executeHoverProvider',
    ...[uri, at],
  );
  return found
    .flatMap(({ contents }) => contents)
    .map((each) => (each instanceof vscode.MarkdownString ? each.value : ''))
    .join('\n');
}

export async function completions(
  uri: vscode.Uri,
  at: vscode.Position,
): Promise<readonly string[]> {
  const { items }: vscode.CompletionList = await vscode.commands.executeCommand(
    'vscode.executeCompletionItemProvider',
    ...[uri, at],
  );
  return items.map(({ label }) => (typeof label === 'string' ? label : label.label));
}
