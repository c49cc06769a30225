import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { env } from 'node:process';
import * as vscode from 'vscode';
import type { ProgramCandidate } from '../app/programs/candidate.ts';
import type { Core } from './core.ts';

/** The programs that the folders of the workspace name and that are built, each with who names it, in words. */
export async function namedPrograms(core: Core): Promise<ReadonlyMap<string, readonly string[]>> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const searches = folders.map(({ uri }) =>
    core.namedPrograms({
      trusted: vscode.workspace.isTrusted,
      variables: {
        workspaceFolder: uri.fsPath,
        userHome: homedir(),
        env,
        config: (name) => settingText(name, uri),
      },
    }),
  );
  const named = new Map<string, readonly string[]>();
  for (const candidate of (await Promise.all(searches)).flat()) {
    const { path } = candidate;
    if (await isFile(path)) named.set(path, [...(named.get(path) ?? []), wordsFor(candidate)]);
  }
  return named;
}

function settingText(name: string, scope: vscode.Uri): string | undefined {
  const value = vscode.workspace.getConfiguration(undefined, scope).get<unknown>(name);
  return typeof value === 'string' ? value : undefined;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function wordsFor({ source, name }: ProgramCandidate): string {
  switch (source) {
    case 'launch':
      return vscode.l10n.t('launch configuration “{0}”', name);
    case 'cmake':
      return vscode.l10n.t('CMake target “{0}”', name);
    case 'cargo':
      return vscode.l10n.t('Cargo target “{0}”', name);
  }
}
