import * as vscode from 'vscode';
import type { DebugRemedy } from '../../app/debugging/debugRemedy.ts';
import { confirmCommands } from '../../views/confirmation.ts';
import { elevate } from '../../views/elevation.ts';
import type { Action } from '../../views/notification.ts';
import { runCommands } from '../../views/runCommands.ts';
import type { DebugTools } from './debugTools.ts';

const { l10n } = vscode;

/** The button of a message about a session that cannot begin. */
export function remedyAction(
  remedy: DebugRemedy | null,
  { log }: Pick<DebugTools, 'log'>,
): Action | undefined {
  switch (remedy?.kind) {
    case undefined:
      return undefined;
    case 'install-launcher':
      return {
        title: l10n.t('Install the Launcher…'),
        run: () => command('installLauncher', remedy.capabilities.join(',')),
      };
    case 'remove-file-capabilities':
      return {
        title: l10n.t('Remove File Capabilities…'),
        run: () => command('removeFileCapabilities', vscode.Uri.file(remedy.program)),
      };
    case 'install-debugger':
      return {
        title: l10n.t('Install {0}…', remedy.name),
        run: async () => {
          const commands = [elevate(remedy.command)];
          const question = l10n.t('Install {0}?', remedy.name);
          if (!(await confirmCommands(question, commands, ''))) return;
          await runCommands(l10n.t('install {0}', remedy.name), remedy.name, commands, log);
        },
      };
  }
}

async function command(id: string, argument: unknown): Promise<void> {
  await vscode.commands.executeCommand(`capwright.${id}`, argument);
}
