import * as vscode from 'vscode';
import type { PanelOperation } from '../../report/panelModel.ts';
import type { Checked, CheckStore } from '../checkStore.ts';
import { neededOperation } from '../programs/neededOperation.ts';
import { themeIcon, type TreeRow } from './row.ts';
import type { TreeSection } from './sectionView.ts';

/** The launch paths of the selected program: on each the verdict about what it needs, and why. */
export function launchPathSection(store: CheckStore): TreeSection {
  return {
    onDidChange: store.onDidChange,
    rows: () => {
      const { state } = store;
      if (state.kind !== 'report') return [];
      const label = vscode.l10n.t('Launch paths');
      return [{ id: 'paths', label, children: pathRows(state), open: true }];
    },
  };
}

function pathRows({ model, needs }: Checked): readonly TreeRow[] {
  return model.paths.flatMap((judged) => {
    const operation = neededOperation(judged, needs);
    if (operation === undefined) return [];
    const { path, title } = judged;
    const others = judged.operations.filter((each) => each !== operation);
    return [
      {
        id: `path ${path}`,
        label: title,
        description: operation.word,
        tooltip: operation.headline,
        spoken: `${title}: ${operation.headline}`,
        icon: verdictIcon(operation),
        children: [
          ...reasonRows(path, operation),
          ...(others.length === 0 ? [] : [otherOperations(path, others)]),
        ],
      },
    ];
  });
}

function reasonRows(path: string, { reasons }: PanelOperation): readonly TreeRow[] {
  return reasons.map((reason, index) => ({
    id: `path ${path} ${index}`,
    label: reason.text,
    tooltip: `${reason.text}\n${reason.source}`,
    icon: themeIcon(
      { grants: 'add', withholds: 'dash', refuses: 'close', neutral: 'circle-small' }[
        reason.effect
      ],
    ),
    children: [],
  }));
}

/** Its verdicts on everything else that was judged. */
function otherOperations(path: string, operations: readonly PanelOperation[]): TreeRow {
  const count = (verdict: PanelOperation['verdict']): number =>
    operations.filter((each) => each.verdict === verdict).length;
  return {
    id: `path ${path} others`,
    label: vscode.l10n.t('Other operations'),
    description: vscode.l10n.t('{0} allowed, {1} denied', count('allowed'), count('denied')),
    icon: themeIcon('list-flat'),
    children: operations.map((operation) => ({
      id: `path ${path} ${operation.operation}`,
      label: operation.title,
      description: operation.word,
      tooltip: `${operation.headline}\n${operation.because}`,
      spoken: operation.headline,
      icon: verdictIcon(operation),
      children: [],
    })),
  };
}

function verdictIcon({ verdict }: PanelOperation): vscode.ThemeIcon {
  switch (verdict) {
    case 'allowed':
      return themeIcon('pass', 'testing.iconPassed');
    case 'denied':
      return themeIcon('error', 'testing.iconFailed');
    case 'unknown':
      return themeIcon('question', 'testing.iconQueued');
  }
}
