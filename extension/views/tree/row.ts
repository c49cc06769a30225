import * as vscode from 'vscode';

/** A row of a tree, with what is below it. */
export interface TreeRow {
  /** Of its own in the view: VS Code keeps by it which rows are open. */
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon?: vscode.ThemeIcon;
  readonly tooltip?: string;
  /** What a screen reader says, where the label and the description are not enough. */
  readonly spoken?: string;
  readonly resource?: vscode.Uri;
  /** Which actions it has in the menus of the manifest: `program`, `fix`, `finding`. */
  readonly context?: string;
  readonly command?: vscode.Command;
  readonly open?: boolean;
  /** What takes work is asked for once the row is opened. */
  readonly children: readonly TreeRow[] | (() => Promise<readonly TreeRow[]>);
  /** For the actions: the program, the fix of a finding, the rule. */
  readonly program?: string;
  readonly fix?: { readonly finding: number; readonly index: number };
  readonly rule?: string;
}

export async function childrenOf({ children }: TreeRow): Promise<readonly TreeRow[]> {
  return typeof children === 'function' ? children() : children;
}

export function itemOf(row: TreeRow): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, collapsibleState(row));
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

function collapsibleState({ children, open }: TreeRow): vscode.TreeItemCollapsibleState {
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  if (typeof children !== 'function' && children.length === 0) return None;
  return open === true ? Expanded : Collapsed;
}

/** A fact, read by a screen reader as one sentence. */
export function factRow(
  id: string,
  label: string,
  description: string,
  icon: string,
  children: TreeRow['children'] = [],
): TreeRow {
  const spoken = `${label}: ${description}`;
  return { id, label, description, tooltip: spoken, spoken, icon: themeIcon(icon), children };
}

export function themeIcon(name: string, colour?: string): vscode.ThemeIcon {
  return colour === undefined
    ? new vscode.ThemeIcon(name)
    : new vscode.ThemeIcon(name, new vscode.ThemeColor(colour));
}
