import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { NewFile } from '../fixes/unitFix.ts';
import { shellWords } from '../report/shellWords.ts';
import type { FixView } from '../report/unitView.ts';
import { confirmCommands } from './confirmation.ts';
import { elevate } from './elevation.ts';
import { tellFailure, unexpected } from './failure.ts';
import { tell } from './notification.ts';
import { runInTerminal, TaskRefused } from './tasks.ts';
import { requireTrust } from './trust.ts';

const command = 'capwright.runUnitRepair';

/** What a repair of a unit has to run, once its edits are made and its files lie beside the unit. */
export function createUnitRepairs(log: vscode.LogOutputChannel): vscode.Disposable {
  return vscode.commands.registerCommand(command, async (unit: string, fix: FixView) => {
    try {
      await run(unit, fix, log);
    } catch (error) {
      if (error instanceof TaskRefused) tell('warning', error.message);
      else tellFailure(unexpected(error, log), log);
    }
  });
}

/** To be run after the edit of a code action; undefined for a repair that is its edit alone. */
export function runningOf(unit: string, fix: FixView): vscode.Command | undefined {
  if (fix.steps.length + fix.creates.length === 0) return undefined;
  return { command, title: fix.title, arguments: [unit, fix] };
}

/**
 * Where a file of the system is written first, since VS Code writes as the user: in a tree like that
 * of /etc/systemd, in which the unit lies, or below the unit's own folder.
 */
export function draftOf(unit: string, { path }: NewFile): string {
  const folder = dirname(unit);
  const root = basename(folder) === 'user' ? dirname(folder) : folder;
  return join(root, path.replace(/^\/etc\/(?:systemd\/)?/, ''));
}

async function run(unit: string, fix: FixView, log: vscode.LogOutputChannel): Promise<void> {
  const { title, remark, creates, steps } = fix;
  if (!requireTrust()) return;
  const there = creates.find(({ path }) => existsSync(path));
  if (there !== undefined) {
    tell('warning', vscode.l10n.t('{0} is there already, and is not overwritten.', there.path));
    return;
  }
  const drafts = creates.map((file) => ({ file, draft: draftOf(unit, file) }));
  // Where the preview was turned down there is nothing to put in place.
  if (drafts.some(({ draft }) => !existsSync(draft))) return;
  for (const document of vscode.workspace.textDocuments) {
    if (drafts.some(({ draft }) => draft === document.uri.fsPath)) await document.save();
  }
  // A workspace can bring a file of that name, which would be installed unseen.
  const other = drafts.find(({ file, draft }) => readFileSync(draft, 'utf8') !== file.text);
  if (other !== undefined) {
    tell(
      'warning',
      vscode.l10n.t(
        '{0} is not what this repair wrote. Install it yourself, or remove it and repair again.',
        other.draft,
      ),
    );
    return;
  }
  const commands = [
    ...drafts.map(({ file, draft }) => {
      const mode = file.mode.toString(8).padStart(4, '0');
      return ['sudo', 'install', '-D', '-m', mode, '--', draft, file.path];
    }),
    ...steps.flatMap((step) => (step.kind === 'command' ? [step.argv] : [])),
  ].map(elevate);
  if (!(await confirmCommands(`${title}?`, commands, remark))) return;
  for (const argv of commands) {
    log.info(`runs ${JSON.stringify(argv)}`);
    const status = await runInTerminal(title, unit, argv);
    log.info(`ended with ${String(status ?? 'no exit status')}`);
    if (status === 0) continue;
    tell(
      'error',
      vscode.l10n.t(
        '{0} ended with exit status {1}. The terminal shows why.',
        shellWords(argv),
        status ?? vscode.l10n.t('unknown'),
      ),
    );
    return;
  }
}
