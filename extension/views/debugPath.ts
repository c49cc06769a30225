import { resolve } from 'node:path';
import * as vscode from 'vscode';
import type { LaunchPath } from '../model/launchPath.ts';

/**
 * The launch path that F5 takes for a program: that of the first configuration that starts it, since VS Code
 * does not tell which one is chosen. A debugger of Capwright holds ambient capabilities; any other traces.
 */
export function launchPathOfF5(program: string): LaunchPath {
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    const launch = vscode.workspace.getConfiguration('launch', folder.uri);
    const configurations = launch.get<unknown>('configurations');
    for (const each of Array.isArray(configurations) ? configurations.map(launchOf) : []) {
      if (each === null || pathIn(folder, each.program) !== program) continue;
      return each.type === 'capwright' ? 'ambient-debugger' : 'debugger';
    }
  }
  return 'debugger';
}

function launchOf(
  configuration: unknown,
): { readonly type: string; readonly program: string } | null {
  if (typeof configuration !== 'object' || configuration === null) return null;
  const { type, request, program }: Readonly<Record<string, unknown>> = { ...configuration };
  if (request !== 'launch' || typeof type !== 'string' || typeof program !== 'string') return null;
  return { type, program };
}

/** With the one variable that nearly all of them use. */
function pathIn({ uri }: vscode.WorkspaceFolder, program: string): string {
  return resolve(uri.fsPath, program.replaceAll('${workspaceFolder}', uri.fsPath));
}
