import * as vscode from 'vscode';
import { printable } from '../../report/printable.ts';
import { childrenOf, type TreeRow } from './row.ts';
import type { SectionView } from './sectionView.ts';

/**
 * Copies rows with all that is below them.
 * @param chosen the row that was asked about, which stands for all that are selected if it is one of
 *   them, or the id of the view whose selection is meant
 */
export async function copyRows(
  tree: readonly SectionView[],
  chosen: TreeRow | string,
): Promise<void> {
  if (typeof chosen === 'string') {
    await copy(tree.find(({ id }) => id === chosen)?.selected() ?? []);
    return;
  }
  const selected = tree
    .map((view) => view.selected())
    .find((rows) => rows.some(({ id }) => id === chosen.id));
  await copy(selected ?? [chosen]);
}

/** Copies every row of every view. */
export async function copyTree(tree: readonly SectionView[]): Promise<void> {
  await copy((await Promise.all(tree.map((view) => view.rows()))).flat());
}

async function copy(rows: readonly TreeRow[]): Promise<void> {
  if (rows.length === 0) return;
  await vscode.env.clipboard.writeText(await textOf(rows, ''));
  vscode.window.setStatusBarMessage(vscode.l10n.t('The rows were copied.'), 3_000);
}

/** A line a row, each level further in. */
async function textOf(rows: readonly TreeRow[], indent: string): Promise<string> {
  const texts: string[] = [];
  for (const row of rows) {
    const { label, description = '' } = row;
    const line = description === '' ? label : `${label}: ${description}`;
    texts.push(`${indent}${printable(line)}\n`);
    texts.push(await textOf(await childrenOf(row), `${indent}  `));
  }
  return texts.join('');
}
