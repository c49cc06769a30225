import { findNodeAtLocation, parse, parseTree, type ParseError } from 'jsonc-parser';
import { addCargoRunner } from '../fixes/cargoRunner.ts';
import { addCmakeRunner } from '../fixes/cmakeRunner.ts';
import { addGoRunner } from '../fixes/goRunner.ts';
import { refused, type RunnerEdit, type SettingValue } from '../fixes/runnerEdit.ts';
import { isSubset, names, type CapabilitySet } from '../model/capabilitySet.ts';
import { collectCmakeVersion } from '../probe/cmakeVersion.ts';
import type { Host } from '../probe/host.ts';
import type { Failure } from './failure.ts';
import { findInstalledLauncher } from './launcherInstallation.ts';
import { runnerFile, type ProjectTool } from './projectTools.ts';

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

type TextEdit = RunnerEdit<{ readonly text: string; readonly added: string }>;

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

function parseSettings(text: string): Readonly<Record<string, unknown>> | null {
  const errors: ParseError[] = [];
  const value: unknown =
    text.trim() === '' ? {} : parse(text, errors, { allowTrailingComma: true });
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return errors.length === 0 && isObject ? { ...value } : null;
}

/** The text with one setting changed or put first: everything else stays, to the byte. */
function withSetting(text: string, edit: RunnerEdit<SettingValue>): TextEdit {
  if (edit.kind === 'refused') return edit;
  const key = JSON.stringify(edit.setting);
  const value = JSON.stringify(edit.value, null, 2).replaceAll('\n', '\n  ');
  return {
    kind: 'edit',
    text: putSetting(text.trim() === '' ? '{}\n' : text, edit.setting, `${key}: ${value}`, value),
    added: `${key}: ${JSON.stringify(edit.value)}`,
  };
}

function putSetting(text: string, setting: string, property: string, value: string): string {
  const root = parseTree(text);
  if (root === undefined) throw new TypeError('a text that was read before is no JSON');
  const old = findNodeAtLocation(root, [setting]);
  if (old !== undefined) {
    return `${text.slice(0, old.offset)}${value}${text.slice(old.offset + old.length)}`;
  }
  const start = root.offset + 1;
  const end = (root.children ?? []).length === 0 ? '\n' : ',';
  return `${text.slice(0, start)}\n  ${property}${end}${text.slice(start)}`;
}

function failed(message: string, remedy: string): RunnerPlan {
  return { kind: 'failure', failure: { blame: 'user', message, remedy } };
}
