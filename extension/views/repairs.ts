import * as vscode from 'vscode';
import type { Fix } from '../fixes/fix.ts';
import { isRunnable } from '../report/runnable.ts';
import { shellWords } from '../report/shellWords.ts';
import type { Checked } from './checkStore.ts';
import { confirmCommands } from './confirmation.ts';
import { elevate } from './elevation.ts';
import { applyFileCapabilityFix } from './fileCapabilities/fileCapabilities.ts';
import type { RepairTools } from './repairTools.ts';
import { runCommands } from './runCommands.ts';
import { requireTrust } from './trust.ts';

/** Runs a repair step by step, in a terminal, after its steps were shown and agreed to. */
export async function runRepair(tools: RepairTools, checked: Checked, fix: Fix): Promise<void> {
  if (!requireTrust()) return;
  if (!isRunnable(fix)) return copyRepair(fix);
  const commands = commandsOf(fix);
  const changesFile = fix.id === 'set-file-capabilities' || fix.id === 'remove-file-capabilities';
  if (changesFile && commands.length === 1) return applyFileCapabilityFix(tools, checked, fix);

  if (!(await confirmCommands(`${fix.title}?`, commands, fix.remark))) return;
  await runCommands(fix.title, checked.program, commands, tools.log);
  await tools.store.check();
}

/** Puts the commands on the clipboard as a shell reads them, and code as it stands. */
export async function copyRepair(fix: Fix): Promise<void> {
  await vscode.env.clipboard.writeText(copiedText(fix));
  vscode.window.setStatusBarMessage(vscode.l10n.t('Copied: {0}', fix.title), 3_000);
}

function copiedText({ steps }: Fix): string {
  return steps
    .flatMap((step) => {
      switch (step.kind) {
        case 'command':
          return [shellWords(elevate(step.argv))];
        case 'code':
          return [`${step.text}\n`];
        case 'advice':
          return [];
      }
    })
    .join('\n');
}

function commandsOf({ steps }: Fix): readonly (readonly string[])[] {
  return steps.flatMap((step) => (step.kind === 'command' ? [elevate(step.argv)] : []));
}
