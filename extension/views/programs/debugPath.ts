import { resolve } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { LaunchPath } from '../../model/launchPath.ts';

/**
 * The launch path that F5 takes for a program: that of the first configuration that starts it, since VS Code
 * does not tell which one is chosen. Capwright's own debuggers hold ambient capabilities, or run
 * in a sandbox; any other traces with what the extension host has. Where nothing is configured at all, VS Code
 * takes the one debugger that is made for the language, or asks which.
 */
export function launchPathOfF5(program: string): LaunchPath {
  let configured = false;
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    const launch = vscode.workspace.getConfiguration('launch', folder.uri);
    const configurations = launch.get<unknown>('configurations');
    for (const each of Array.isArray(configurations) ? configurations.map(launchOf) : []) {
      configured = true;
      if (each === null || pathIn(folder, each.program) !== program) continue;
      return each.path;
    }
  }
  return configured || isAnotherDebuggerInstalled() ? 'debugger' : 'ambient-debugger';
}

/** Whether another extension has a debugger for a language of ours. */
function isAnotherDebuggerInstalled(): boolean {
  const all = vscode.extensions.all.flatMap(debuggersOf);
  const ours = all.filter(({ type }) => type === 'capwright').flatMap(({ languages }) => languages);
  return all.some(
    ({ type, languages }) =>
      type !== 'capwright' && languages.some((language) => ours.includes(language)),
  );
}

const manifestSchema = v.object({
  contributes: v.object({
    debuggers: v.array(
      v.object({ type: v.string(), languages: v.optional(v.array(v.string()), []) }),
    ),
  }),
});

function debuggersOf({ packageJSON }: vscode.Extension<unknown>) {
  const parsed = v.safeParse(manifestSchema, packageJSON);
  return parsed.success ? parsed.output.contributes.debuggers : [];
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
