import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { PanelOperation } from '../report/panelModel.ts';
import type { Checked, CheckStore, CheckState } from './checkStore.ts';
import type { CommandId } from './commands.ts';
import { launchPathOfF5 } from './programs/debugPath.ts';
import { appendWords, label } from './displayText.ts';
import { neededOperation, needsWords } from './programs/neededOperation.ts';

const icons = { allowed: '$(pass)', denied: '$(error)', unknown: '$(question)' } as const;

/** One item: can the selected program do what it needs, the way the terminal and F5 start it? */
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
  return vscode.Disposable.from(
    item,
    store.onDidChange(show),
    store.onDidChangeChecking(() => {
      if (store.state.kind !== 'report') show();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(show),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('launch')) show();
    }),
    vscode.window.onDidChangeActiveTextEditor(show),
    vscode.extensions.onDidChange(show),
  );
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
      tooltip: withActions(appendWords(new vscode.MarkdownString(), said), [
        'refresh',
        'selectProgram',
      ]),
      backgroundColor: undefined,
      accessibilityInformation: { label: `Capwright, ${name}: ${said}`, role: 'button' },
    };
  }
  const starts = everydayStarts(state);
  const [first] = starts;
  if (first === undefined) return null;
  const { verdict } = first.operation;
  const warned = verdict === 'allowed' && worst(starts) !== 'allowed';
  return {
    text: `${warned ? '$(warning)' : icons[verdict]} ${label(name)}: ${words(starts)}`,
    tooltip: tooltip(state, starts),
    backgroundColor:
      verdict === 'denied' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined,
    accessibilityInformation: {
      label: `Capwright, ${name}: ${starts.map(({ operation }) => operation.headline).join(' ')}`,
      role: 'button',
    },
  };
}

interface Start {
  /** What the status bar calls the way. */
  readonly way: string;
  readonly operation: PanelOperation;
}

/** The ways that a person starts a program without a thought, each with what the program needs and fares worst. */
function everydayStarts({ model, needs, program, report }: Checked): readonly Start[] {
  const { language } = report.system.program;
  const ways = [
    { path: 'terminal', way: vscode.l10n.t('terminal') },
    { path: launchPathOfF5(program, language), way: 'F5' },
  ];
  return ways.flatMap(({ path, way }) => {
    const judged = model.paths.find((each) => each.path === path);
    const operation = judged === undefined ? undefined : neededOperation(judged, needs);
    return operation === undefined ? [] : [{ way, operation }];
  });
}

function worst(starts: readonly Start[]): PanelOperation['verdict'] {
  const verdicts = starts.map(({ operation }) => operation.verdict);
  return (['denied', 'unknown'] as const).find((each) => verdicts.includes(each)) ?? 'allowed';
}

/** One word where both ways end alike; otherwise each by its name. */
function words(starts: readonly Start[]): string {
  const [word = '', ...others] = new Set(starts.map(({ operation }) => operation.word));
  if (others.length === 0) return word;
  return starts.map(({ way, operation }) => `${way} ${operation.word}`).join(', ');
}

function tooltip(
  { model, needs, report }: Checked,
  starts: readonly Start[],
): vscode.MarkdownString {
  // Names from the disk go through appendText, which leaves nothing of Markdown in them.
  const text = new vscode.MarkdownString('', true);
  text.appendMarkdown('**').appendText(basename(report.system.program.file.path));
  text
    .appendMarkdown('** ')
    .appendText(model.program.capability ?? '')
    .appendMarkdown('\n\n');
  const needed = vscode.l10n.t('Needs: {0}', needsWords(model, needs));
  appendWords(text, needed).appendMarkdown('\n\n');
  for (const { operation } of starts) {
    appendWords(text, `${operation.headline} ${operation.because}`).appendMarkdown('\n\n');
  }
  text.appendMarkdown('---\n\n');
  for (const path of model.paths) {
    const operation = neededOperation(path, needs);
    if (operation === undefined) continue;
    const told = `${path.title}: ${operation.word}`;
    text.appendMarkdown(`${icons[operation.verdict]} `).appendText(told);
    text.appendMarkdown('  \n');
  }
  appendWords(text.appendMarkdown('\n'), model.vantage);
  return withActions(text, ['openReport', ...repairs(starts), 'refresh', 'selectProgram']);
}

function repairs(starts: readonly Start[]): readonly (keyof typeof actionTitles)[] {
  if (!vscode.workspace.isTrusted || worst(starts) !== 'denied') return [];
  return starts[0]?.operation.verdict === 'denied'
    ? ['setFileCapabilities', 'useLauncher']
    : ['useLauncher'];
}

const actionTitles = {
  openReport: vscode.l10n.t('Open Report'),
  setFileCapabilities: vscode.l10n.t('Set File Capabilities…'),
  useLauncher: vscode.l10n.t('Use Launcher…'),
  refresh: vscode.l10n.t('Check Again'),
  selectProgram: vscode.l10n.t('Select Program…'),
} as const satisfies Partial<Record<CommandId, string>>;

/** Adds links to commands, and lets the text start these and no others. */
function withActions(
  text: vscode.MarkdownString,
  actions: readonly (keyof typeof actionTitles)[],
): vscode.MarkdownString {
  text.appendMarkdown('\n\n---\n\n');
  text.appendMarkdown(
    actions.map((id) => `[${actionTitles[id]}](command:capwright.${id})`).join(' · '),
  );
  text.isTrusted = { enabledCommands: actions.map((id) => `capwright.${id}`) };
  return text;
}
