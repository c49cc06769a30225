/** Repairs of units that create files of the system or run commands. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import type { FixStep } from '../fixes/fix.ts';
import type { NewFile } from '../fixes/unitFix.ts';
import { shellWords } from '../report/shellWords.ts';
import type { FixView } from '../report/unitView.ts';
import { confirmCommands } from './confirmation.ts';
import { elevate } from './elevation.ts';
import { tellFailure, unexpected } from './failure.ts';
import { tell } from './notification.ts';
import { runCommands } from './runCommands.ts';
import { TaskRefused } from './tasks.ts';
import { requireTrust } from './trust.ts';
import { editOf, makeSaved } from './unitEdits.ts';

const { l10n } = vscode;
const command = 'capwright.runUnitRepair';
const scheme = 'capwright-repair';

export function createUnitRepairs(log: vscode.LogOutputChannel): vscode.Disposable {
  const shown = new Map<string, string>();
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: ({ path }) => shown.get(path),
    }),
    vscode.commands.registerCommand(command, async (unit: string, fix: FixView) => {
      try {
        if (!requireTrust() || isTaken(fix)) return;
        for (const file of fix.creates) await show(file, shown);
        await carryOut(unit, fix, log);
      } catch (error) {
        if (error instanceof TaskRefused) tell('warning', error.message);
        else tellFailure(unexpected(error, log), log);
      }
    }),
  );
}

/** What a code action does for a repair that is more than edits: nothing of it is made unasked. */
export function runningOf(unit: string, fix: FixView): vscode.Command | undefined {
  if (fix.steps.length + fix.creates.length === 0) return undefined;
  return { command, title: fix.title, arguments: [unit, fix] };
}

function isTaken({ creates }: FixView): boolean {
  const there = creates.find(({ path }) => existsSync(path));
  if (there === undefined) return false;
  tell('warning', l10n.t('{0} is there already, and is not overwritten.', there.path));
  return true;
}

/** A read-only document, named as the file will be. */
async function show({ path, text }: NewFile, shown: Map<string, string>): Promise<void> {
  shown.set(path, text);
  await vscode.window.showTextDocument(vscode.Uri.from({ scheme, path }), {
    viewColumn: vscode.ViewColumn.Beside,
    preserveFocus: true,
    preview: false,
  });
}

/** Asks, then makes the edits, then runs the commands: with one that fails the edits are taken back. */
async function carryOut(unit: string, fix: FixView, log: vscode.LogOutputChannel): Promise<void> {
  const { title, remark, creates, steps, edits, inverse } = fix;
  // VS Code writes as the user. What root is to install lies where no other user can reach it.
  const folder = await mkdtemp(join(tmpdir(), 'capwright-'));
  try {
    const installs = await Promise.all(creates.map((file) => installOf(file, folder)));
    const commands = [...installs, ...vectors(steps)].map(elevate);
    const changes = edits.map(({ place, replacement }) =>
      [`${place.file}:${String(place.start.line + 1)}:`, ...changeOf(replacement)].join(' '),
    );
    const agreed = await confirmCommands(`${title}?`, commands, [remark, ...changes].join('\n'));
    if (!agreed || isTaken(fix)) return;
    const putBack = await makeSaved(editOf([fix]));
    if (putBack === null) {
      tell('error', l10n.t('The unit could not be saved. Nothing was changed.'));
      return;
    }
    if (await runCommands(title, unit, commands, log)) return;
    await putBack();
    tell('warning', l10n.t('The edits of “{0}” were taken back.', title), {
      title: l10n.t('Copy Commands That Take Back the Rest'),
      run: async () => {
        await vscode.env.clipboard.writeText(vectors(inverse).map(shellWords).join('\n'));
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function installOf(
  { path, mode, text }: NewFile,
  folder: string,
): Promise<readonly string[]> {
  const source = join(folder, basename(path));
  await writeFile(source, text, { flag: 'wx', mode: 0o600 });
  return ['sudo', 'install', '-D', '-m', mode.toString(8).padStart(4, '0'), '--', source, path];
}

function changeOf(replacement: string): readonly string[] {
  return replacement === '' ? [l10n.t('removed')] : [replacement.trimEnd()];
}

function vectors(steps: readonly FixStep[]): readonly (readonly string[])[] {
  return steps.flatMap((step) => (step.kind === 'command' ? [step.argv] : []));
}
