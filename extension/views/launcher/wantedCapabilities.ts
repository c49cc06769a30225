import * as vscode from 'vscode';
import { emptySet, type CapabilitySet } from '../../model/capabilitySet.ts';
import type { AmbientCore } from './ambientCore.ts';
import { tell } from '../notification.ts';

const setting = 'capwright.capabilities';

/** What somebody has written into the setting `capwright.capabilities`; null where nobody has. */
export function configuredCapabilities(): readonly unknown[] | null {
  const { globalValue, workspaceValue, workspaceFolderValue } =
    configuration().inspect<readonly unknown[]>(setting) ?? {};
  return workspaceFolderValue ?? workspaceValue ?? globalValue ?? null;
}

/** What the setting `capwright.capabilities` names, right or wrong. */
export function configuredNames(): readonly string[] {
  const value = configuration().get<unknown>(setting);
  return Array.isArray(value) ? value.map(String) : [];
}

/** What the setting `capwright.capabilities` asks for; null, and said so, where it asks for nothing. */
export function wantedCapabilities(ambient: AmbientCore): CapabilitySet | null {
  const set = ambient.capabilities(configuredNames());
  if (typeof set === 'bigint' && set !== emptySet) return set;
  const text =
    typeof set === 'bigint'
      ? vscode.l10n.t('{0} names no capability.', setting)
      : vscode.l10n.t('{0} names {1}, which is no capability.', setting, JSON.stringify(set.wrong));
  tell('warning', text, {
    title: vscode.l10n.t('Open Settings'),
    run: async () => {
      await vscode.commands.executeCommand('workbench.action.openSettings', setting);
    },
  });
  return null;
}

/** Where several folders are open, the first is the one whose programs are meant. */
function configuration(): vscode.WorkspaceConfiguration {
  return vscode.workspace.getConfiguration(undefined, vscode.workspace.workspaceFolders?.[0]?.uri);
}
