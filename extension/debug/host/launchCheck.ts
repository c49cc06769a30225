import * as v from 'valibot';
import * as vscode from 'vscode';
import type { AmbientLaunch, ForetoldLaunch } from '../../app/debugging/debugCheck.ts';
import type { CapabilitySet } from '../../model/capabilitySet.ts';
import { shellWords } from '../../report/shellWords.ts';
import { unexpected } from '../../views/failure.ts';
import { markOf, type AmbientMark } from './ambientMark.ts';
import type { DebugTools } from './debugTools.ts';
import type { StartedProgram } from './startedProgram.ts';

/** What of the Debug Adapter Protocol says that a program runs, or may run. */
const messageSchema = v.union([
  v.object({
    event: v.literal('process'),
    body: v.object({ systemProcessId: v.number() }),
  }),
  v.object({ event: v.picklist(['thread', 'stopped', 'continued']) }),
]);

/**
 * After a debugger of another extension was given ambient capabilities: what its program holds is read back,
 * compared with what was foretold, and said once in the debug console.
 */
export function createLaunchCheck(tools: DebugTools): vscode.Disposable {
  const checks = new WeakMap<vscode.DebugSession, LaunchCheck>();
  return vscode.debug.registerDebugAdapterTrackerFactory('*', {
    createDebugAdapterTracker: (session) => {
      // js-debug's programs are sessions below the one that was asked for.
      const { parentSession: above = session } = session;
      const marked = markOf(session.configuration) === null ? above : session;
      const mark = markOf(marked.configuration);
      if (mark?.started === undefined) return undefined;
      const check = checks.get(marked) ?? new LaunchCheck(tools, mark);
      checks.set(marked, check);
      return { onDidSendMessage: (message) => void check.hear(message) };
    },
  });
}

export function launchOf(
  { program, interpreterKey }: StartedProgram,
  capabilities: CapabilitySet,
  way: AmbientMark['with'],
): AmbientLaunch {
  const interpreted = interpreterKey !== null;
  return { program, interpreted, capabilities, sandbox: way === 'sandbox' };
}

class LaunchCheck {
  readonly #tools: DebugTools;
  /** Of the program as it is now: a task that ran before may have built it. */
  readonly #foretold: Promise<ForetoldLaunch | null>;
  readonly #elevation: readonly string[] | undefined;
  #told = false;

  constructor(tools: DebugTools, mark: AmbientMark) {
    this.#tools = tools;
    this.#foretold = this.#foretell(mark);
    this.#elevation = mark.elevation;
  }

  async hear(message: unknown): Promise<void> {
    const heard = v.safeParse(messageSchema, message);
    if (!heard.success || this.#told) return;
    const { output } = heard;
    const foretold = await this.#foretold;
    if (foretold === null) return;
    const pid = 'body' in output ? output.body.systemProcessId : null;
    const { debugging } = await this.#tools.core.get();
    const lines = await debugging.check(foretold, pid);
    // Of two that were asked meanwhile, one tells it.
    if (lines === null || this.#hasTold()) return;
    this.#told = true;
    await hasFocus();
    const started =
      this.#elevation === undefined
        ? []
        : [vscode.l10n.t('The program was started by {0}.', shellWords(this.#elevation))];
    for (const line of [...started, ...lines]) {
      this.#tools.log.info(line);
      vscode.debug.activeDebugConsole.appendLine(`Capwright: ${line}`);
    }
  }

  #hasTold(): boolean {
    return this.#told;
  }

  async #foretell({
    capabilities: given = [],
    with: way,
    started,
  }: AmbientMark): Promise<ForetoldLaunch | null> {
    try {
      const { ambient, debugging } = await this.#tools.core.get();
      const capabilities = ambient.capabilities(given);
      if (typeof capabilities === 'object' || started === undefined) return null;
      const foretold = await debugging.foretell(launchOf(started, capabilities, way));
      return foretold === null ? null : { ...foretold, running: started.running };
    } catch (error) {
      unexpected(error, this.#tools.log);
      return null;
    }
  }
}

/** What is written to the debug console while no session has the focus is lost. */
function hasFocus(): Promise<void> {
  if (vscode.debug.activeDebugSession !== undefined) return Promise.resolve();
  return new Promise((resolve) => {
    const listening = vscode.debug.onDidChangeActiveDebugSession((session) => {
      if (session === undefined) return;
      listening.dispose();
      resolve();
    });
  });
}
