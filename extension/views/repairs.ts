import * as vscode from 'vscode';
import type { Fix } from '../fixes/fix.ts';
import { isRunnable } from '../report/runnable.ts';
import { shellWords } from '../report/shellWords.ts';
import type { Checked } from './checkStore.ts';
import { confirmCommands } from './confirmation.ts';
import { message } from './displayText.ts';
import { elevate } from './elevation.ts';
import { applyFileCapabilityFix, type FileCapabilityTools } from './fileCapabilities.ts';
import { runInTerminal } from './tasks.ts';
import { requireTrust } from './trust.ts';

/** Runs a repair step by step, in a terminal, after its steps were shown and agreed to. */
export async function runRepair(
  tools: FileCapabilityTools,
  checked: Checked,
  fix: Fix,
): Promise<void> {
  if (!(await requireTrust())) return;
  if (!isRunnable(fix)) return copyRepair(fix);
  if (fix.id === 'set-file-capabilities' || fix.id === 'remove-file-capabilities') {
    if (commandsOf(fix).length === 1) return applyFileCapabilityFix(tools, checked, fix);
  }
  const commands = commandsOf(fix);
  if (!(await confirmCommands(`${fix.title}?`, commands, fix.remark))) return;
  const { store, log } = tools;
  for (const argv of commands) {
    log.info(`runs ${JSON.stringify(argv)}`);
    const status = await runInTerminal(fix.title, checked.program, argv);
    log.info(`ended with ${status ?? 'no exit status'}`);
    if (status === 0) continue;
    const how = status === undefined ? vscode.l10n.t('without an exit status') : String(status);
    await vscode.window.showErrorMessage(
      vscode.l10n.t('{0}: ended with {1}. The terminal shows why.', message(shellWords(argv)), how),
    );
    break;
  }
  await store.check();
}

/** Puts the commands on the clipboard, as a shell reads them. */
export async function copyRepair(fix: Fix): Promise<void> {
  await vscode.env.clipboard.writeText(commandsOf(fix).map(shellWords).join('\n'));
  vscode.window.setStatusBarMessage(vscode.l10n.t('Copied: {0}', fix.title), 3_000);
}

function commandsOf({ steps }: Fix): readonly (readonly string[])[] {
  return steps.flatMap((step) => (step.kind === 'command' ? [elevate(step.argv)] : []));
}
