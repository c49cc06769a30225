import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { names, type CapabilitySet } from '../../model/capabilitySet.ts';
import { debuggers, debugWays } from '../../protocol/debug.ts';
import { tellFailure } from '../../views/failure.ts';
import { pickProgram } from '../../views/programs/programPicker.ts';
import { requireTrust } from '../../views/trust.ts';
import {
  configuredCapabilities,
  wantedCapabilities,
} from '../../views/launcher/wantedCapabilities.ts';
import { beginAmbient } from './ambientMark.ts';
import { debugType, type DebugTools } from './debugTools.ts';
import { remedyAction } from './remedy.ts';

const { l10n } = vscode;

/** What decides here whether a session can begin; the adapter understands the rest. */
const launchSchema = v.object({
  program: v.optional(v.pipe(v.string(), v.nonEmpty())),
  cwd: v.optional(v.string()),
  capabilities: v.optional(v.pipe(v.array(v.string()), v.minLength(1))),
  with: v.optional(v.picklist(debugWays), 'auto'),
  debugger: v.optional(v.picklist(debuggers)),
  debuggerPath: v.optional(v.string()),
});

/** Where launch.json is written, what is offered without one, and what is missing in one is filled in. */
export function createConfigurationProviders(tools: DebugTools): vscode.Disposable {
  const { Initial, Dynamic } = vscode.DebugConfigurationProviderTriggerKind;
  const register = (
    provider: vscode.DebugConfigurationProvider,
    trigger: vscode.DebugConfigurationProviderTriggerKind,
  ): vscode.Disposable =>
    vscode.debug.registerDebugConfigurationProvider(debugType, provider, trigger);
  return vscode.Disposable.from(
    register(createConfigurationProvider(tools), Initial),
    register({ provideDebugConfigurations: () => configurationsFor(tools) }, Dynamic),
  );
}

function createConfigurationProvider(
  tools: DebugTools,
): Required<vscode.DebugConfigurationProvider> {
  return {
    provideDebugConfigurations: () => configurationsFor(tools).slice(0, 1),
    resolveDebugConfiguration: (_, given) => {
      if (!requireTrust()) return undefined;
      // F5 without a launch.json comes with nothing at all, and ends without a word where no type is returned.
      if (!given.type) return configurationsFor(tools)[0];
      return 'base' in given ? beginAmbient(given) : given;
    },
    resolveDebugConfigurationWithSubstitutedVariables: (folder, given) => {
      if (!requireTrust()) return undefined;
      // Of a process that runs, the adapter knows more.
      return given.request === 'attach' ? given : completed(tools, folder, given);
    },
  };
}

/** With ambient capabilities, and in a sandbox. The program is the selected one, where it is named at all. */
function configurationsFor({ store }: DebugTools): vscode.DebugConfiguration[] {
  const { program } = store;
  const common = {
    type: debugType,
    request: 'launch',
    ...(program === undefined ? {} : { program: belowFolder(program) }),
  };
  return [
    { ...common, name: l10n.t('Capwright: debug with ambient capabilities') },
    { ...common, name: l10n.t('Capwright: debug in a sandbox'), with: 'sandbox' },
  ];
}

/** As it stays true on another person's machine. */
function belowFolder(program: string): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const above = `${folder?.uri.fsPath ?? ''}/`;
  return above !== '/' && program.startsWith(above)
    ? `\${workspaceFolder}/${program.slice(above.length)}`
    : program;
}

/** Undefined, and said so, where no session can begin. */
async function completed(
  tools: DebugTools,
  folder: vscode.WorkspaceFolder | undefined,
  given: vscode.DebugConfiguration,
): Promise<vscode.DebugConfiguration | undefined> {
  const { core, store, list, log } = tools;
  const loaded = await core.get();
  const parsed = v.safeParse(launchSchema, given);
  // The adapter says what is wrong with it.
  if (!parsed.success) return given;
  const asked = parsed.output;
  const named = asked.program ?? store.program ?? (await pickProgram(list));
  if (named === undefined) return undefined;
  const program = resolve(folder?.uri.fsPath ?? '/', named);
  const cwd = resolve(folder?.uri.fsPath ?? dirname(program), asked.cwd ?? '');
  const { ambient, debugging } = loaded;
  const capabilities =
    asked.capabilities === undefined
      ? await usualCapabilities(tools, program)
      : ambient.capabilities(asked.capabilities);
  if (capabilities === null) return undefined;
  const debuggerName = asked.debugger ?? (await debugging.debuggerFor(program));
  const complete = { ...given, program, cwd, debugger: debuggerName };
  if (typeof capabilities === 'object') return complete;
  const plan = await debugging.plan({
    program,
    capabilities,
    way: asked.with,
    debugger: debuggerName,
    debuggerPath: asked.debuggerPath ?? null,
  });
  if (plan.kind === 'failure') {
    tellFailure(plan.failure, log, remedyAction(plan.remedy, tools));
    return undefined;
  }
  return { ...complete, capabilities: names(capabilities), with: plan.way };
}

/** What the setting says, what the program's file grants or once did, or what the setting has by default. */
async function usualCapabilities(
  { core }: DebugTools,
  program: string,
): Promise<CapabilitySet | null> {
  const { ambient, debugging } = await core.get();
  const granted = configuredCapabilities() === null ? await debugging.granted(program) : null;
  return granted ?? wantedCapabilities(ambient);
}
