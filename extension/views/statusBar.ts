import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { PanelOperation } from '../report/panelModel.ts';
import type { CheckStore, CheckState } from './checkStore.ts';
import { label } from './displayText.ts';

const icons = { allowed: '$(pass)', denied: '$(error)', unknown: '$(question)' } as const;

/** One item: the verdict on creating a TUN device when the selected program is started from the terminal. */
export function createStatusBar(store: CheckStore): vscode.Disposable {
  const item = vscode.window.createStatusBarItem(
    'capwright.verdict',
    vscode.StatusBarAlignment.Left,
  );
  item.name = vscode.l10n.t('Capwright Verdict');
  item.command = 'capwright.openReport';
  const show = (): void => {
    const shown = itemFor(store.state, store.checking);
    if (shown === null) {
      item.hide();
      return;
    }
    Object.assign(item, shown);
    item.show();
  };
  show();
  return vscode.Disposable.from(item, store.onDidChange(show));
}

type Shown = Pick<
  vscode.StatusBarItem,
  'text' | 'tooltip' | 'backgroundColor' | 'accessibilityInformation'
>;

function itemFor(state: CheckState, checking: boolean): Shown | null {
  if (state.kind === 'none') return null;
  const name = basename(state.program);
  if (state.kind !== 'report') {
    const said =
      state.kind === 'failure' ? state.failure.message : vscode.l10n.t('not checked yet');
    return {
      text: `${checking ? '$(loading~spin)' : '$(shield)'} ${label(name)}`,
      tooltip: new vscode.MarkdownString().appendText(said),
      backgroundColor: undefined,
      accessibilityInformation: { label: `Capwright, ${name}: ${said}`, role: 'button' },
    };
  }
  const [terminal] = state.model.paths;
  const operation = terminal?.operations[0];
  if (operation === undefined) return null;
  const denied = operation.verdict === 'denied';
  return {
    text: `${icons[operation.verdict]} ${label(name)}: ${operation.word}`,
    tooltip: tooltip(state, operation),
    backgroundColor: denied ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined,
    accessibilityInformation: {
      label: `Capwright, ${name}: ${operation.headline}`,
      role: 'button',
    },
  };
}

function tooltip(
  { model }: Extract<CheckState, { kind: 'report' }>,
  { headline }: PanelOperation,
): vscode.MarkdownString {
  // Names from the disk go through appendText, which leaves nothing of Markdown in them.
  const text = new vscode.MarkdownString('', true);
  text.appendText(headline).appendMarkdown('\n\n');
  for (const { title, operations } of model.paths) {
    const [operation] = operations;
    if (operation === undefined) continue;
    text.appendMarkdown(`${icons[operation.verdict]} `).appendText(`${title}: ${operation.word}`);
    text.appendMarkdown('  \n');
  }
  return text.appendMarkdown('\n').appendText(model.program.name);
}
