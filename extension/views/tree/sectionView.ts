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
  // VS Code gives up what is selected for as long as it asks for the rows anew.
  let selected: ReadonlyMap<string, TreeRow> = new Map();
  const rows = async (): Promise<readonly TreeRow[]> =>
    (await Promise.all(sections.map(async (section) => section.rows()))).flat();
  const view = vscode.window.createTreeView<TreeRow>(id, {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: async (row) => [...(await (row === undefined ? rows() : childrenOf(row)))],
      getTreeItem: (row) => {
        if (selected.has(row.id)) selected = new Map(selected).set(row.id, row);
        return itemOf(row);
      },
    },
    canSelectMany: true,
  });
  // Several sections change with one check: VS Code is told once.
  let pending: NodeJS.Immediate | undefined;
  const later = (): void => {
    pending ??= setImmediate(() => {
      pending = undefined;
      changed.fire(undefined);
    });
  };
  const listening = vscode.Disposable.from(
    ...sections.map((section) => section.onDidChange(later)),
    view.onDidChangeSelection(({ selection }) => {
      selected = new Map(selection.map((row) => [row.id, row]));
    }),
    view.onDidChangeVisibility(({ visible }) => {
      for (const section of sections) section.setVisible?.(visible);
    }),
    view,
    changed,
  );
  return {
    id,
    selected: () => [...selected.values()],
    rows,
    dispose: () => {
      clearImmediate(pending);
      listening.dispose();
      for (const section of sections) section.dispose?.();
    },
  };
}
