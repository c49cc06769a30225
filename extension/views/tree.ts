import * as vscode from 'vscode';
import type { Fix } from '../fixes/fix.ts';
import type { Finding } from '../rules/finding.ts';
import { isRunnable } from '../report/runnable.ts';
import type { PanelModel, PanelOperation } from '../report/panelModel.ts';
import type { Checked, CheckState, CheckStore } from './checkStore.ts';

/** A row of the tree, with all that is below it. */
interface Row {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon?: vscode.ThemeIcon;
  readonly tooltip?: string;
  /** What a screen reader says, where the label and the description are not enough. */
  readonly spoken?: string;
  readonly resource?: vscode.Uri;
  /** Which inline actions it has: `program`, `fix`, `finding`. */
  readonly context?: string;
  readonly command?: vscode.Command;
  readonly open?: boolean;
  readonly children: readonly Row[];
  /** For the inline actions. */
  readonly fix?: { readonly finding: number; readonly index: number };
  readonly rule?: string;
}

export type TreeRow = Row;

export function createTree(store: CheckStore): vscode.Disposable {
  const changed = new vscode.EventEmitter<undefined>();
  const provider: vscode.TreeDataProvider<Row> = {
    onDidChangeTreeData: changed.event,
    getChildren: (row) => [...(row === undefined ? rowsOf(store.state) : row.children)],
    getTreeItem: itemOf,
  };
  const view = vscode.window.createTreeView('capwright.programs', { treeDataProvider: provider });
  return vscode.Disposable.from(
    changed,
    view,
    store.onDidChange(() => changed.fire(undefined)),
    view.onDidChangeVisibility(({ visible }) => {
      // A program that is remembered from the last time is checked once somebody looks.
      if (visible && store.state.kind === 'unchecked' && !store.checking) void store.check();
    }),
  );
}

function itemOf(row: Row): vscode.TreeItem {
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const state = row.children.length === 0 ? None : row.open === true ? Expanded : Collapsed;
  const item = new vscode.TreeItem(row.label, state);
  item.id = row.id;
  if (row.description !== undefined) item.description = row.description;
  if (row.icon !== undefined) item.iconPath = row.icon;
  if (row.context !== undefined) item.contextValue = row.context;
  if (row.command !== undefined) item.command = row.command;
  if (row.resource !== undefined) item.resourceUri = row.resource;
  item.tooltip = row.tooltip ?? row.label;
  if (row.spoken !== undefined) item.accessibilityInformation = { label: row.spoken };
  return item;
}

function rowsOf(state: CheckState): readonly Row[] {
  switch (state.kind) {
    case 'none':
      return [];
    case 'unchecked':
      return [programRow(state.program, vscode.l10n.t('not checked yet'), [])];
    case 'failure': {
      const { message, remedy } = state.failure;
      return [
        programRow(state.program, '', [
          {
            id: 'failure',
            label: message,
            tooltip: `${message} ${remedy}`,
            icon: new vscode.ThemeIcon('warning'),
            children: [{ id: 'remedy', label: remedy, children: [] }],
            open: true,
          },
        ]),
      ];
    }
    case 'report':
      return [
        programRow(state.program, '', factRows(state.model)),
        {
          id: 'paths',
          label: vscode.l10n.t('Launch paths'),
          children: pathRows(state.model),
          open: true,
        },
        ...findingRows(state),
      ];
  }
}

function programRow(program: string, description: string, children: readonly Row[]): Row {
  const resource = vscode.Uri.file(program);
  return {
    id: 'program',
    label: vscode.workspace.asRelativePath(resource),
    description,
    icon: new vscode.ThemeIcon('file-binary'),
    tooltip: program,
    context: 'program',
    command: { command: 'capwright.openReport', title: vscode.l10n.t('Open Report') },
    children,
    open: true,
  };
}

function factRows({ program }: PanelModel): readonly Row[] {
  const fact = (id: string, label: string, description: string, icon: string): Row => ({
    id,
    label,
    description,
    tooltip: `${label}: ${description}`,
    spoken: `${label}: ${description}`,
    icon: new vscode.ThemeIcon(icon),
    children: [],
  });
  const { l10n } = vscode;
  return [
    fact('capabilities', l10n.t('File capabilities'), program.capability ?? l10n.t('none'), 'key'),
    fact('mount', l10n.t('Mount'), program.mount, 'server'),
    fact('owner', l10n.t('Owner and mode'), `${program.owner} ${program.mode}`, 'lock'),
  ];
}

function pathRows({ paths }: PanelModel): readonly Row[] {
  return paths.flatMap(({ path, title, operations }) => {
    const [operation] = operations;
    if (operation === undefined) return [];
    return [
      {
        id: `path ${path}`,
        label: title,
        description: operation.word,
        tooltip: operation.headline,
        spoken: `${title}: ${operation.headline}`,
        icon: verdictIcon(operation),
        children: operation.reasons.map((reason, index) => ({
          id: `path ${path} ${index}`,
          label: reason.text,
          tooltip: `${reason.text}\n${reason.source}`,
          icon: new vscode.ThemeIcon(
            { grants: 'add', withholds: 'dash', refuses: 'close', neutral: 'circle-small' }[
              reason.effect
            ],
          ),
          children: [],
        })),
      },
    ];
  });
}

function verdictIcon({ verdict }: PanelOperation): vscode.ThemeIcon {
  switch (verdict) {
    case 'allowed':
      return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'));
    case 'denied':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'));
    case 'unknown':
      return new vscode.ThemeIcon('question', new vscode.ThemeColor('testing.iconQueued'));
  }
}

/** The findings about creating a TUN device; those about other operations are in the report. */
function findingRows({ report, rules, model }: Checked): readonly Row[] {
  const helpful = new Set(
    model.paths
      .flatMap(({ operations: [first] }) => first?.repairs ?? [])
      .map(({ title }) => title),
  );
  const children = report.findings.flatMap((finding, index) =>
    finding.subject.operations.includes('tun.create')
      ? [findingRow(finding, index, helpful, rules.find(({ id }) => id === finding.rule)?.summary)]
      : [],
  );
  const label = vscode.l10n.t('Findings');
  return children.length === 0 ? [] : [{ id: 'findings', label, children, open: true }];
}

function findingRow(
  { rule, message, severity, fixes }: Finding,
  finding: number,
  helpful: ReadonlySet<string>,
  summary = rule,
): Row {
  const icon = { error: 'error', warning: 'warning', information: 'info' }[severity];
  return {
    id: `finding ${finding}`,
    label: summary,
    tooltip: message,
    spoken: `${severity}: ${summary}. ${message}`,
    icon: new vscode.ThemeIcon(icon),
    context: 'finding',
    rule,
    open: severity === 'error',
    children: fixes.flatMap((fix, index) =>
      helpful.has(fix.title) ? [fixRow(fix, finding, index)] : [],
    ),
  };
}

function fixRow(fix: Fix, finding: number, index: number): Row {
  return {
    id: `finding ${finding} fix ${index}`,
    label: fix.title,
    description: fix.remark,
    tooltip: [fix.title, fix.remark, ...codeOf(fix)].join('\n'),
    icon: new vscode.ThemeIcon('lightbulb'),
    context: isRunnable(fix) ? 'fix' : 'template',
    fix: { finding, index },
    children: [],
  };
}

function codeOf({ steps }: Fix): readonly string[] {
  return steps.flatMap((step) => (step.kind === 'code' ? ['', step.text] : []));
}
