import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { env } from 'node:process';
import * as vscode from 'vscode';
import { withVariables, type Variables } from '../../app/programs/variables.ts';

/** What the setting lists for a folder, as it is written. VS Code validates settings, but hands over what is wrong. */
export function listedPrograms(scope?: vscode.Uri): readonly string[] {
  const value = vscode.workspace.getConfiguration('capwright', scope).get<unknown>('programs');
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter((each) => typeof each === 'string').filter((each) => each !== '');
}

/** The path of the first program that a setting lists; undefined for none. */
export function firstListedProgram(): string | undefined {
  const { workspaceFolders = [] } = vscode.workspace;
  for (const { uri } of workspaceFolders) {
    for (const written of listedPrograms(uri)) {
      const path = withVariables(written, variablesOf(uri));
      if (path !== null) return resolve(uri.fsPath, path);
    }
  }
  // Without a folder there is nothing from which a relative path counts.
  return workspaceFolders.length === 0
    ? listedPrograms().find((written) => written.startsWith('/') && !written.includes('${'))
    : undefined;
}

export function variablesOf(folder: vscode.Uri): Variables {
  return {
    workspaceFolder: folder.fsPath,
    userHome: homedir(),
    env,
    config: (name) => {
      const value = vscode.workspace.getConfiguration(undefined, folder).get<unknown>(name);
      return typeof value === 'string' ? value : undefined;
    },
  };
}
