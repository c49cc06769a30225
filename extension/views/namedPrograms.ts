import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { ProgramCandidate } from '../app/programs/candidate.ts';
import { listedPrograms, variablesOf } from './configuredPrograms.ts';
import type { Core } from './core.ts';

/** The programs that the folders of the workspace name and that are built, each with who names it, in words. */
export async function namedPrograms(core: Core): Promise<ReadonlyMap<string, readonly string[]>> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const searches = folders.map(({ uri }) =>
    core.namedPrograms({
      trusted: vscode.workspace.isTrusted,
      variables: variablesOf(uri),
      listed: listedPrograms(uri),
    }),
  );
  const named = new Map<string, readonly string[]>();
  for (const candidate of (await Promise.all(searches)).flat()) {
    const { path } = candidate;
    if (await isFile(path)) named.set(path, [...(named.get(path) ?? []), wordsFor(candidate)]);
  }
  return named;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function wordsFor({ source, name }: ProgramCandidate): string {
  const { t } = vscode.l10n;
  switch (source) {
    case 'setting':
      return t('the settings');
    case 'launch':
      return t('launch configuration “{0}”', name);
    case 'task':
      return t('build task “{0}”', name);
    case 'cmake':
      return t('CMake target “{0}”', name);
    case 'meson':
      return t('Meson target “{0}”', name);
    case 'cargo':
      return t('Cargo target “{0}”', name);
    case 'go':
      return t('Go command “{0}”', name);
    case 'make':
      return t('makefile');
  }
}
