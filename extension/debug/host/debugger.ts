import * as vscode from 'vscode';
import { createAdapterFactory } from './adapterFactory.ts';
import { createConfigurationProviders } from './configurationProvider.ts';
import { debugType, type DebugTools } from './debugTools.ts';
import { createLaunchCheck } from './launchCheck.ts';
import { createLaunchFiles } from './launchFiles.ts';
import { createOtherDebuggers } from './otherDebuggers.ts';

/** Debugging in VS Code. Nothing is loaded before a session begins. */
export function createDebugger(tools: DebugTools): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.debug.registerDebugAdapterDescriptorFactory(debugType, createAdapterFactory(tools)),
    createConfigurationProviders(tools),
    createOtherDebuggers(tools),
    createLaunchCheck(tools),
    createLaunchFiles(tools),
  );
}
