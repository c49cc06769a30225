import * as vscode from 'vscode';
import { childrenOf, itemOf, type TreeRow } from './row.ts';

/** A part of a view: rows of its own, one below the other, beside those of other sections. */
export interface TreeSection {
  /** Its rows are others now. */
  readonly onDidChange: vscode.Event<unknown>;
  /** From the top. Asked for only while somebody looks; none where there is nothing to say. */
  rows(): readonly TreeRow[] | Promise<readonly TreeRow[]>;
  /** Whether somebody looks: what would be in vain otherwise begins here, and ends. */
  setVisible?(visible: boolean): void;
  dispose?(): void;
}

/** A view of the manifest. Where no section has a row, VS Code shows the view's welcome. */
export interface SectionView {
  readonly id: string;
  selected(): readonly TreeRow[];
  /** Those at the top level. */
  rows(): Promise<readonly TreeRow[]>;
  dispose(): void;
}

export function createSectionView(id: string, sections: readonly TreeSection[]): SectionView {
  const changed = new vscode.EventEmitter<undefined>();
  const rows = async (): Promise<readonly TreeRow[]> =>
    (await Promise.all(sections.map(async (section) => section.rows()))).flat();
  const view = vscode.window.createTreeView<TreeRow>(id, {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: async (row) => [...(await (row === undefined ? rows() : childrenOf(row)))],
      getTreeItem: itemOf,
    },
    canSelectMany: true,
  });
  const listening = vscode.Disposable.from(
    ...sections.map((section) => section.onDidChange(() => changed.fire(undefined))),
    view.onDidChangeVisibility(({ visible }) => {
      for (const section of sections) section.setVisible?.(visible);
    }),
    view,
    changed,
  );
  return {
    id,
    selected: () => view.selection,
    rows,
    dispose: () => {
      listening.dispose();
      for (const section of sections) section.dispose?.();
    },
  };
}
