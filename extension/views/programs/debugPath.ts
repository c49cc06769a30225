import { resolve } from 'node:path';
import * as vscode from 'vscode';
import type { LaunchPath } from '../../model/launchPath.ts';

/**
 * The launch path that F5 takes for a program: that of the first configuration that starts it, since VS Code
 * does not tell which one is chosen. Capwright's own debuggers hold ambient capabilities, or run
 * in a sandbox; any other traces with what the extension host has.
 */
export function launchPathOfF5(program: string): LaunchPath {
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    const launch = vscode.workspace.getConfiguration('launch', folder.uri);
    const configurations = launch.get<unknown>('configurations');
    for (const each of Array.isArray(configurations) ? configurations.map(launchOf) : []) {
      if (each === null || pathIn(folder, each.program) !== program) continue;
      return each.path;
    }
  }
  return 'debugger';
}

interface Launch {
  readonly path: LaunchPath;
  readonly program: string;
}

function launchOf(configuration: unknown): Launch | null {
  if (typeof configuration !== 'object' || configuration === null) return null;
  const launch: Readonly<Record<string, unknown>> = { ...configuration };
  const { type, request, program } = launch;
  if (request !== 'launch' || typeof program !== 'string') return null;
  if (type !== 'capwright') return { path: 'debugger', program };
  return { path: launch['with'] === 'sandbox' ? 'sandbox' : 'ambient-debugger', program };
}

/** With the one variable that nearly all of them use. */
function pathIn({ uri }: vscode.WorkspaceFolder, program: string): string {
  return resolve(uri.fsPath, program.replaceAll('${workspaceFolder}', uri.fsPath));
}
