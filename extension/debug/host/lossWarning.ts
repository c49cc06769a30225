import { basename, resolve } from 'node:path';
import * as vscode from 'vscode';
import { names } from '../../model/capabilitySet.ts';
import { printable } from '../../report/printable.ts';
import type { AmbientMark } from './ambientMark.ts';
import type { DebugTools } from './debugTools.ts';

const { l10n } = vscode;

/** Programs for which nobody wants to be asked again. */
const memory = 'capwright.debugAnyway';

/** What runs scripts, and the key that names it. */
const interpreters: Readonly<Record<string, { readonly key: string; readonly byDefault: string }>> =
  {
    node: { key: 'runtimeExecutable', byDefault: 'node' },
    'pwa-node': { key: 'runtimeExecutable', byDefault: 'node' },
    debugpy: { key: 'python', byDefault: 'python3' },
    python: { key: 'python', byDefault: 'python3' },
  };

/**
 * Before a debugger of another extension starts a program with file capabilities, says what will be lost,
 * once.
 * @returns whether the session begins; or with which ambient capabilities
 */
export async function warnOfLoss(
  { core, memento }: DebugTools,
  configuration: vscode.DebugConfiguration,
): Promise<'begin' | 'end' | AmbientMark> {
  if (configuration.request !== 'launch') return 'begin';
  const interpreter = interpreters[configuration.type];
  const named = programOf(configuration, interpreter);
  if (named === null) return 'begin';
  const { debugging } = await core.get();
  const carried = await debugging.fileCapabilities(named);
  if (carried === null) return 'begin';
  const { path: program, capabilities } = carried;
  const silenced = memento.get<readonly string[]>(memory, []);
  if (silenced.includes(program)) return 'begin';

  const anyway = l10n.t('Debug Anyway');
  const never = l10n.t('Don’t Ask for This Program');
  const cure =
    interpreter === undefined
      ? l10n.t('Debug With Ambient Capabilities')
      : l10n.t('Remove File Capabilities…');
  const answer = await vscode.window.showWarningMessage(
    l10n.t('{0} has file capabilities ({1}).', printable(basename(program)), capabilities),
    {
      modal: true,
      detail: interpreter === undefined ? lossOfProgram() : lossOfInterpreter(interpreter.key),
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
    case cure: {
      if (interpreter !== undefined) {
        const uri = vscode.Uri.file(program);
        void vscode.commands.executeCommand('capwright.removeFileCapabilities', uri);
        return 'end';
      }
      const granted = await debugging.granted(program);
      return { with: 'auto', ...(granted === null ? {} : { capabilities: [...names(granted)] }) };
    }
    default:
      return 'end';
  }
}

function lossOfProgram(): string {
  return l10n.t(
    'Under a debugger the kernel withholds them: the program starts without, and yet in secure-execution mode, in which LD_LIBRARY_PATH and the like are ignored. With ambient capabilities debugger and program hold them as your user.',
  );
}

function lossOfInterpreter(key: string): string {
  return key === 'runtimeExecutable'
    ? l10n.t(
        'Breakpoints will never bind: with file capabilities Node runs in secure-execution mode and ignores NODE_OPTIONS, by which it is debugged. And every script that it runs holds them.',
      )
    : l10n.t(
        'With file capabilities Python runs in secure-execution mode, in which LD_LIBRARY_PATH and the like are ignored. And every script that it runs holds them.',
      );
}

/** The file that exec is given, by an absolute path where that can be told. */
function programOf(
  configuration: vscode.DebugConfiguration,
  interpreter: (typeof interpreters)[string] | undefined,
): string | null {
  const cwd: unknown = configuration['cwd'];
  const value: unknown =
    interpreter === undefined
      ? (configuration['program'] ?? configuration['target'])
      : (configuration[interpreter.key] ?? interpreter.byDefault);
  const named: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof named !== 'string' || named === '') return null;
  if (interpreter !== undefined && !named.includes('/')) return named;
  return typeof cwd === 'string' ? resolve(cwd, named) : named.startsWith('/') ? named : null;
}
