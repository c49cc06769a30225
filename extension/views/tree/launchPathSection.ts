import * as vscode from 'vscode';
import type { PanelModel, PanelOperation } from '../../report/panelModel.ts';
import type { CheckStore } from '../checkStore.ts';
import { themeIcon, type TreeRow } from './row.ts';
import type { TreeSection } from './sectionView.ts';

/** The launch paths of the selected program: on each the verdict about creating a TUN device, and why. */
export function launchPathSection(store: CheckStore): TreeSection {
  return {
    onDidChange: store.onDidChange,
    rows: () => {
      const { state } = store;
      if (state.kind !== 'report') return [];
      const label = vscode.l10n.t('Launch paths');
      return [{ id: 'paths', label, children: pathRows(state.model), open: true }];
    },
  };
}

function pathRows({ paths }: PanelModel): readonly TreeRow[] {
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
          icon: themeIcon(
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
      return themeIcon('pass', 'testing.iconPassed');
    case 'denied':
      return themeIcon('error', 'testing.iconFailed');
    case 'unknown':
      return themeIcon('question', 'testing.iconQueued');
  }
}
