import { addCargoRunner } from '../../fixes/cargoRunner.ts';
import { addCmakeRunner } from '../../fixes/cmakeRunner.ts';
import { addGoRunner } from '../../fixes/goRunner.ts';
import { refused } from '../../fixes/runnerEdit.ts';
import { isSubset, names, type CapabilitySet } from '../../model/capabilitySet.ts';
import { collectCmakeVersion } from '../../probe/cmakeVersion.ts';
import type { Host } from '../../probe/host.ts';
import type { Failure } from '../failure.ts';
import { findInstalledLauncher } from './launcherInstallation.ts';
import { runnerFile, type ProjectTool } from './projectTools.ts';
import { parseSettings, withSetting, type TextEdit } from './settingsText.ts';

export interface RunnerRequest {
  readonly tool: ProjectTool;
  readonly uid: number;
  readonly capabilities: CapabilitySet;
  /** What the file says; empty where there is none. */
  readonly text: string;
}

export type RunnerPlan =
  | {
      readonly kind: 'plan';
      /** The whole of the file. */
      readonly text: string;
      /** What of it is new, in lines. */
      readonly added: string;
    }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** What makes a build tool use the installed launcher, to be shown and then written. */
export async function planProjectRunner(
  host: Host,
  { tool, uid, capabilities, text }: RunnerRequest,
): Promise<RunnerPlan> {
  const list = names(capabilities).join(',');
  const installed = await findInstalledLauncher(host, uid);
  if (installed === null || !isSubset(capabilities, installed.capabilities)) {
    return failed(
      `No launcher that may give ${list} is installed for you.`,
      `capwright launcher install --caps ${list} installs one.`,
    );
  }
  const edit = await editFor(tool, text, [installed.path, '--caps', list, '--']);
  return edit.kind === 'edit'
    ? { kind: 'plan', text: edit.text, added: edit.added }
    : failed(
        `${runnerFile(tool, '')} is left as it is: ${edit.reason}.`,
        'Add the runner by hand.',
      );
}

async function editFor(
  tool: ProjectTool,
  text: string,
  runner: readonly string[],
): Promise<TextEdit> {
  if (tool === 'cargo') {
    const edit = addCargoRunner(text, runner);
    return edit.kind === 'edit' ? { ...edit, text: `${text}${edit.added}` } : edit;
  }
  const settings = parseSettings(text);
  if (settings === null) return refused('it is not an object of JSON with comments');
  if (tool === 'go') return withSetting(text, addGoRunner(settings, runner));
  const version = await collectCmakeVersion();
  return version === null
    ? refused('no cmake answers, so its release is not known')
    : withSetting(text, addCmakeRunner(settings, runner, version));
}

function failed(message: string, remedy: string): RunnerPlan {
  return { kind: 'failure', failure: { blame: 'user', message, remedy } };
}
