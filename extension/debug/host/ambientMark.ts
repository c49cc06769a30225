import * as v from 'valibot';
import * as vscode from 'vscode';
import { debugWays } from '../../protocol/debug.ts';

/** The key that stays in a configuration until its own extension has resolved it. */
export const ambientMark = 'capwright';

const markSchema = v.object({
  capabilities: v.optional(v.pipe(v.array(v.string()), v.minLength(1))),
  with: v.optional(v.picklist(debugWays), 'auto'),
  /** Once it is to be started by root: the words before its own. */
  elevation: v.optional(v.array(v.string())),
  /** Once the debugger has been given the capabilities: the program, and what runs it already. */
  started: v.optional(
    v.object({
      program: v.string(),
      interpreterKey: v.nullable(v.string()),
      running: v.array(v.number()),
    }),
  ),
});

export type AmbientMark = v.InferOutput<typeof markSchema>;

const baseSchema = v.looseObject({ type: v.pipe(v.string(), v.nonEmpty()) });

/**
 * `{"type": "capwright", "base": {…}}` becomes the configuration in `base`, marked: VS Code then has the
 * extension of that type resolve it, and everybody's providers last.
 * @returns null, which opens launch.json, where that cannot be
 */
export function beginAmbient(given: vscode.DebugConfiguration): vscode.DebugConfiguration | null {
  const base = v.safeParse(baseSchema, given['base']);
  if (!base.success || base.output.type === given.type) {
    void vscode.window.showWarningMessage(
      vscode.l10n.t('“base” must be a debug configuration of another type.'),
    );
    return null;
  }
  const mark: Record<string, unknown> = {
    capabilities: given['capabilities'],
    with: given['with'],
  };
  return { request: 'launch', ...base.output, name: given.name, [ambientMark]: mark };
}

/** What is asked for a configuration; null where nothing is. */
export function markOf(configuration: vscode.DebugConfiguration): AmbientMark | null {
  const mark = v.safeParse(markSchema, configuration[ambientMark]);
  return mark.success ? mark.output : null;
}
