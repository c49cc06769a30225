import { resolve } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { LaunchPath } from '../../model/launchPath.ts';
import type { SourceLanguage } from '../../model/sourceLanguage.ts';

/**
 * The launch path that F5 takes for a program: that of the first configuration that starts it, since VS Code
 * does not tell which one is chosen. Capwright's own debuggers hold ambient capabilities, or run
 * in a sandbox; any other traces with what the extension host has. Where nothing is configured at all, VS Code
 * takes the one debugger that is made for the language of the editor in front, or asks which.
 */
export function launchPathOfF5(program: string, language: SourceLanguage | null): LaunchPath {
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
  return configured || isAnotherDebuggerFor(language) ? 'debugger' : 'ambient-debugger';
}

/** Those that leave their mark in a program, as VS Code calls them. */
const marked: readonly string[] = ['go', 'rust', 'python'] satisfies readonly SourceLanguage[];

/** Whether another extension has a debugger for the source of a program. */
function isAnotherDebuggerFor(written: SourceLanguage | null): boolean {
  const all = vscode.extensions.all.flatMap(debuggersOf);
  const ours = all.filter(({ type }) => type === 'capwright').flatMap(({ languages }) => languages);
  const inFront = vscode.window.activeTextEditor?.document.languageId ?? '';
  const sources = sourcesOf(written, inFront, ours);
  return all.some(
    ({ type, languages }) =>
      type !== 'capwright' && languages.some((language) => sources.includes(language)),
  );
}

/** What is taken for C may be of any language without a mark: then the editor in front tells which. */
function sourcesOf(
  written: SourceLanguage | null,
  inFront: string,
  ours: readonly string[],
): readonly string[] {
  if (written === null) return ours;
  if (written !== 'c') return [written];
  return ours.includes(inFront) && !marked.includes(inFront) ? [inFront] : ['c', 'cpp'];
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
