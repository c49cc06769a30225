import * as vscode from 'vscode';
import type { PanelModel } from '../../report/panelModel.ts';
import type { CheckState, CheckStore } from '../checkStore.ts';
import { factRow, themeIcon, type TreeRow } from './row.ts';
import type { TreeSection } from './sectionView.ts';

/** The selected program, with what its file carries. */
export function programSection(store: CheckStore): TreeSection {
  return {
    onDidChange: store.onDidChange,
    rows: () => rowsOf(store.state),
    setVisible: (visible) => {
      // A program that is remembered from the last time is checked once somebody looks.
      if (visible && store.state.kind === 'unchecked' && !store.checking) void store.check();
    },
  };
}

function rowsOf(state: CheckState): readonly TreeRow[] {
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
            icon: themeIcon('warning'),
            children: [{ id: 'remedy', label: remedy, children: [] }],
            open: true,
          },
        ]),
      ];
    }
    case 'report':
      return [programRow(state.program, '', factRows(state.model))];
  }
}

function programRow(program: string, description: string, children: readonly TreeRow[]): TreeRow {
  return {
    id: `program ${program}`,
    label: vscode.workspace.asRelativePath(vscode.Uri.file(program)),
    description,
    icon: themeIcon('file-binary'),
    tooltip: program,
    context: 'program',
    program,
    command: { command: 'capwright.openReport', title: vscode.l10n.t('Open Report') },
    children,
    open: true,
  };
}

function factRows({ program }: PanelModel): readonly TreeRow[] {
  const { t } = vscode.l10n;
  return [
    factRow('capabilities', t('File capabilities'), program.capability ?? t('none'), 'key'),
    factRow('mount', t('Mount'), program.mount, 'server'),
    factRow('owner', t('Owner and mode'), `${program.owner} ${program.mode}`, 'lock'),
  ];
}
