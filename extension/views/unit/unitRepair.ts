/** Repairs of units that create files of the system or run commands. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import type { FixStep } from '../../fixes/fix.ts';
import type { NewFile } from '../../fixes/unitFix.ts';
import { shellWords } from '../../report/shellWords.ts';
import type { FixView } from '../../report/unit/unitView.ts';
import { confirmCommands } from '../confirmation.ts';
import { elevate } from '../elevation.ts';
import { tellFailure, unexpected } from '../failure.ts';
import { tell, type Action } from '../notification.ts';
import { runCommands } from '../runCommands.ts';
import { TaskRefused } from '../tasks.ts';
import { requireTrust } from '../trust.ts';
import { editOf, makeSaved, type SavedEdit } from './unitEdits.ts';

const { l10n } = vscode;
const command = 'capwright.runUnitRepair';
const undoCommand = 'capwright.undoUnitRepair';
const scheme = 'capwright-repair';

/** A repair that was made, for as long as the window is open. */
interface Made {
  readonly unit: string;
  readonly fix: FixView;
  readonly edits: SavedEdit;
}

export function createUnitRepairs(log: vscode.LogOutputChannel): vscode.Disposable {
  const shown = new Map<string, string>();
  const made: Made[] = [];
  const guarded = async (act: () => Promise<void>): Promise<void> => {
    try {
      if (requireTrust()) await act();
    } catch (error) {
      if (error instanceof TaskRefused) tell('warning', error.message);
      else tellFailure(unexpected(error, log), log);
    } finally {
      await vscode.commands.executeCommand('setContext', 'capwright.canUndo', made.length > 0);
    }
  };
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      provideTextDocumentContent: ({ path }) => shown.get(path),
    }),
    vscode.commands.registerCommand(command, (unit: string, fix: FixView) =>
      guarded(async () => {
        if (isTaken(fix)) return;
        for (const file of fix.creates) await show(file, shown);
        const edits = await carryOut(unit, fix, log);
        if (edits === null) return;
        made.push({ unit, fix, edits });
        tell('information', l10n.t('“{0}” was made.', fix.title), {
          title: l10n.t('Undo'),
          run: async () => {
            await vscode.commands.executeCommand(undoCommand);
          },
        });
      }),
    ),
    vscode.commands.registerCommand(undoCommand, () =>
      guarded(async () => {
        const last = made.at(-1);
        if (last !== undefined && (await undo(last, log))) made.splice(made.indexOf(last), 1);
      }),
    ),
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

/**
 * Asks, then makes the edits, then runs the commands: with one that fails the edits are taken back.
 * @returns the edits; null where the repair was not made
 */
async function carryOut(
  unit: string,
  fix: FixView,
  log: vscode.LogOutputChannel,
): Promise<SavedEdit | null> {
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
    if (!agreed || isTaken(fix)) return null;
    const saved = await makeSaved(editOf([fix]));
    if (saved === null) {
      tell('error', l10n.t('The unit could not be saved. Nothing was changed.'));
      return null;
    }
    if (await runCommands(title, unit, commands, log)) return saved;
    await saved.putBack();
    tell('warning', l10n.t('The edits of “{0}” were taken back.', title), copying(inverse));
    return null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Asks, then takes the edits of a repair back and runs the commands that undo it: managers that they restart read
 * the unit as it was. True where all of that was done; with a command that fails the edits are made again.
 */
async function undo(
  { unit, fix: { title, creates, inverse }, edits }: Made,
  log: vscode.LogOutputChannel,
): Promise<boolean> {
  const changed = (await edits.changedSince()) ?? (await changedFile(creates));
  if (changed !== null) {
    const text = l10n.t('{0} is not as “{1}” left it. Nothing was undone.', changed, title);
    tell('warning', text, copying(inverse));
    return false;
  }
  const commands = vectors(inverse).map(elevate);
  const advice = inverse.flatMap((step) => (step.kind === 'advice' ? [step.text] : []));
  const question = l10n.t('Undo “{0}”?', title);
  if (!(await confirmCommands(question, commands, advice.join('\n')))) return false;
  await edits.putBack();
  if (!(await runCommands(question, unit, commands, log))) {
    await edits.redo();
    tell('warning', l10n.t('“{0}” was not undone.', title), copying(inverse));
    return false;
  }
  vscode.window.setStatusBarMessage(l10n.t('Undone: {0}', title), 3_000);
  return true;
}

/** Of the files that a repair made, one that somebody changed or removed since. */
async function changedFile(creates: readonly NewFile[]): Promise<string | null> {
  for (const { path, text } of creates) {
    const now = existsSync(path) ? await readFile(path, 'utf8') : null;
    if (now !== text) return path;
  }
  return null;
}

function copying(inverse: readonly FixStep[]): Action {
  return {
    title: l10n.t('Copy Commands That Take Back the Rest'),
    run: async () => {
      await vscode.env.clipboard.writeText(vectors(inverse).map(shellWords).join('\n'));
    },
  };
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
