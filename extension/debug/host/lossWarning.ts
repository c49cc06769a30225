import { basename } from 'node:path';
import * as vscode from 'vscode';
import { names } from '../../model/capabilitySet.ts';
import { printable } from '../../report/printable.ts';
import type { AmbientMark } from './ambientMark.ts';
import type { DebugTools } from './debugTools.ts';
import { startedProgram } from './startedProgram.ts';
import { lossOfInterpreter, lossOfProgram } from './lossText.ts';

const { l10n } = vscode;

/** Programs for which nobody wants to be asked again. */
const memory = 'capwright.debugAnyway';

/**
 * Before a debugger of another extension starts a program with file capabilities, says what will be lost,
 * once.
 * @returns whether the session begins; or with which ambient capabilities
 */
export async function warnOfLoss(
  { core, memento }: DebugTools,
  configuration: vscode.DebugConfiguration,
): Promise<'begin' | 'end' | AmbientMark> {
  const started = startedProgram(configuration);
  if (started === null) return 'begin';
  const { interpreterKey } = started;
  const { debugging } = await core.get();
  const loss = await debugging.loss(started.program, interpreterKey);
  if (loss === null || loss.kind === 'gone') return 'begin';
  const { path: program, text, granted } = loss;
  const silenced = memento.get<readonly string[]>(memory, []);
  if (silenced.includes(program)) return 'begin';

  const anyway = l10n.t('Debug Anyway');
  const never = l10n.t('Don’t Ask for This Program');
  const cure =
    interpreterKey === null
      ? l10n.t('Debug With Ambient Capabilities')
      : l10n.t('Remove File Capabilities…');
  const answer = await vscode.window.showWarningMessage(
    l10n.t('{0} has file capabilities ({1}).', printable(basename(program)), text),
    {
      modal: true,
      detail: interpreterKey === null ? lossOfProgram() : lossOfInterpreter(interpreterKey),
    },
    cure,
    anyway,
    never,
  );
  switch (answer) {
    case anyway:
      return 'begin';
    case never:
      await memento.update(memory, [...silenced, program]);
      return 'begin';
    case cure:
      if (interpreterKey !== null) {
        const uri = vscode.Uri.file(program);
        void vscode.commands.executeCommand('capwright.removeFileCapabilities', uri);
        return 'end';
      }
      return { with: 'auto', capabilities: [...names(granted)] };
    default:
      return 'end';
  }
}
