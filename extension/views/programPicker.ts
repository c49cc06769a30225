import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Core } from './core.ts';
import { label } from './displayText.ts';
import { namedPrograms } from './namedPrograms.ts';

/** Where programs pile up that nobody starts by hand. */
const excluded =
  '{**/node_modules/**,**/.git/**,**/.venv/**,**/target/*/{build,deps,incremental,.fingerprint}/**}';
/** Files looked at, at most. */
const limit = 20_000;
const together = 64;

interface Program {
  readonly path: string;
  readonly kind: 'ELF' | 'script';
  readonly modified: number;
  /** Who names it, in words; empty for what only lies there. */
  readonly namedBy: readonly string[];
}

/** Asks for a program: those that launch configurations and build tools name, then those that lie in the workspace, the newest first, or any other by the file dialog. */
export async function pickProgram(core: Core): Promise<string | undefined> {
  const browse: vscode.QuickPickItem = {
    label: `$(folder-opened) ${vscode.l10n.t('Browse…')}`,
    alwaysShow: true,
  };
  const picker = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly path?: string }>();
  picker.title = vscode.l10n.t('Choose the Program to Check');
  picker.placeholder = vscode.l10n.t('An executable file of the workspace');
  picker.matchOnDescription = true;
  picker.items = [browse];
  picker.busy = true;
  picker.show();
  const search = new vscode.CancellationTokenSource();
  void findPrograms(core, search.token).then((programs) => {
    picker.items = [...programs.map(itemOf), browse];
    picker.busy = false;
  });
  try {
    const picked = await new Promise<(typeof picker.items)[number] | undefined>((resolve) => {
      picker.onDidAccept(() => resolve(picker.selectedItems[0]));
      picker.onDidHide(() => resolve(undefined));
    });
    return picked === browse ? await browseProgram() : picked?.path;
  } finally {
    search.cancel();
    search.dispose();
    picker.dispose();
  }
}

async function browseProgram(): Promise<string | undefined> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Choose the Program to Check'),
    openLabel: vscode.l10n.t('Check'),
    ...(folder === undefined ? {} : { defaultUri: folder.uri }),
  });
  return chosen?.[0]?.fsPath;
}

function itemOf(program: Program): vscode.QuickPickItem & { readonly path: string } {
  const { path, kind, namedBy } = program;
  const relative = vscode.workspace.asRelativePath(path);
  const item = { label: label(basename(path)), description: label(`${relative} · ${kind}`), path };
  return namedBy.length === 0 ? item : { ...item, detail: label(namedBy.join(', ')) };
}

async function findPrograms(
  core: Core,
  token: vscode.CancellationToken,
): Promise<readonly Program[]> {
  const [named, files] = await Promise.all([
    namedPrograms(core),
    vscode.workspace.findFiles('**/*', excluded, limit, token),
  ]);
  const paths = [...new Set([...named.keys(), ...files.map(({ fsPath }) => fsPath)])];
  const found: Program[] = [];
  const worker = async (): Promise<void> => {
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
      if (token.isCancellationRequested) return;
      const program = await programAt(path);
      if (program !== null) found.push({ ...program, namedBy: named.get(path) ?? [] });
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  return found.sort(
    (one, other) =>
      Number(other.namedBy.length > 0) - Number(one.namedBy.length > 0) ||
      one.kind.localeCompare(other.kind) ||
      other.modified - one.modified,
  );
}

/** Null for what is not executable by anybody, is a library, or cannot be looked at: it is not offered, only browsed to. */
async function programAt(path: string): Promise<Omit<Program, 'namedBy'> | null> {
  if (/\.so(\.\d+)*$/.test(path)) return null;
  try {
    const { mode, mtimeMs } = await stat(path);
    if ((mode & 0o111) === 0) return null;
    const kind = await kindOf(path);
    return kind === null ? null : { path, kind, modified: mtimeMs };
  } catch {
    return null;
  }
}

async function kindOf(path: string): Promise<Program['kind'] | null> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    const head = buffer.subarray(0, bytesRead).toString('latin1');
    if (head === '\x7fELF') return 'ELF';
    return head.startsWith('#!') ? 'script' : null;
  } finally {
    await file.close();
  }
}
