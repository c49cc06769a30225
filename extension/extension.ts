import { platform } from 'node:process';
import * as vscode from 'vscode';
import { createAgentTools } from './views/agents/agentTools.ts';
import { createAmbientTerminal } from './views/launcher/ambientTerminal.ts';
import { createDebugger } from './debug/host/debugger.ts';
import { CheckStore } from './views/checkStore.ts';
import { registerCommands, type CommandId } from './views/commands.ts';
import { createLauncherWatcher } from './views/launcher/launcherWatcher.ts';
import { createLazyCore } from './views/lazyCore.ts';
import { ReportPanel } from './views/report/panel.ts';
import { ProgramList } from './views/programs/programList.ts';
import { notLinux } from './views/platform.ts';
import { savePicture } from './views/report/savePicture.ts';
import { createProgramWatcher } from './views/programs/programWatcher.ts';
import { createRebuildWatcher } from './views/fileCapabilities/rebuildWatcher.ts';
import { createRulePages } from './views/rulePages.ts';
import { createStatusBar } from './views/statusBar.ts';
import { createTaskProvider } from './views/tasks.ts';
import { createTerminalLinks } from './views/terminalLinks.ts';
import { createTree } from './views/tree/tree.ts';
import { manageTrust } from './views/trust.ts';
import { createUnitFiles } from './views/unit/unitFiles.ts';
import { WorkspaceNeeds } from './views/programs/workspaceNeeds.ts';
import { WorkspaceWatch } from './views/workspaceWatch.ts';
import type { FromPanel } from './protocol/webview.ts';

/** Wires everything. What takes time is loaded by the core, when it is first needed. */
export function activate(context: vscode.ExtensionContext): void {
  const elsewhere = notLinux(platform);
  if (elsewhere !== null) {
    void vscode.window.showErrorMessage(elsewhere);
    return;
  }
  const log = vscode.window.createOutputChannel('Capwright', { log: true });
  const core = createLazyCore({
    helperPath: context.asAbsolutePath('dist/helper.mjs'),
    addonPath: context.asAbsolutePath('native/build/capwright_probe.node'),
    launcherPath: context.asAbsolutePath('native/build/capwright-launch'),
  });
  const workspace = new WorkspaceWatch();
  const needs = new WorkspaceNeeds(core, workspace, log);
  const store = new CheckStore(core, needs, context.workspaceState, log);
  const commandLine = context.asAbsolutePath('dist/cli.mjs');
  const list = new ProgramList({ core, store, workspace, memento: context.workspaceState, log });
  const tree = createTree({ core, store, list, workspace });
  const panel = new ReportPanel(store, context.extensionUri, {
    log,
    on: (asked) => {
      if (asked.kind === 'savePicture') void savePicture({ store, core, log }, asked);
      else ask(asked);
    },
  });
  context.subscriptions.push(
    log,
    core,
    workspace,
    needs,
    store,
    list,
    panel,
    createStatusBar(store),
    ...tree,
    createTaskProvider(store, commandLine),
    createProgramWatcher(store, log),
    createRebuildWatcher({ store, core, log, commandLine }, context.workspaceState),
    createLauncherWatcher(store),
    createRulePages(core),
    createUnitFiles(core, log),
    createAmbientTerminal(core, log),
    createDebugger({ core, store, list, log, memento: context.workspaceState, commandLine }),
    createTerminalLinks(),
    createAgentTools(core),
    registerCommands({ store, core, log, panel, list, tree, commandLine }),
  );
}

/** The panel's buttons are commands like any others. */
function ask(asked: Exclude<FromPanel, { kind: 'ready' | 'savePicture' }>): void {
  switch (asked.kind) {
    case 'refresh':
    case 'copyReport':
      run(asked.kind);
      break;
    case 'runRepair':
      run('runFix', asked.key);
      break;
    case 'copyRepair':
      run('copyFix', asked.key);
      break;
    case 'explainRule':
      run('explainRule', asked.rule);
      break;
    case 'trustWorkspace':
      void manageTrust();
  }
}

function run(command: CommandId, ...args: readonly string[]): void {
  void vscode.commands.executeCommand(`capwright.${command}`, ...args);
}
