import type { LaunchPath } from '../model/launchPath.ts';
import { names, type CapabilitySet } from '../model/capabilitySet.ts';
import { formatFileCapability } from '../model/capabilityText.ts';
import { decodeFileCapability } from '../model/fileCapability.ts';
import type { ProgramFile } from '../model/programFile.ts';

/** What a launch path is called in a sentence: “when started …”. */
export const launchPathPhrase: Readonly<Record<LaunchPath, string>> = {
  terminal: 'from the terminal',
  debugger: 'under a debugger',
  ambient: 'with ambient capabilities',
  'ambient-debugger': 'under a debugger with ambient capabilities',
  sandbox: 'in a sandbox',
  child: 'by a program with file capabilities',
};

/** What a launch path is called as a heading. */
export const launchPathTitle: Readonly<Record<LaunchPath, string>> = {
  terminal: 'Terminal',
  debugger: 'Debugger (ptrace)',
  ambient: 'Ambient',
  'ambient-debugger': 'Ambient debugger',
  sandbox: 'Sandbox',
  child: 'Child',
};

/** `cap_net_admin and cap_net_raw`, `no capability`. */
export function listCapabilities(set: CapabilitySet): string {
  const all = names(set);
  const last = all.at(-1);
  if (last === undefined) return 'no capability';
  return all.length === 1 ? last : `${all.slice(0, -1).join(', ')} and ${last}`;
}

/** The file's capabilities as getcap(8) would print them; null where it has none. */
export function fileCapabilityText({ capability }: Pick<ProgramFile, 'capability'>): string | null {
  if (capability.kind === 'none') return null;
  if (capability.kind === 'other-namespace') return 'capabilities of another user namespace';
  const decoded = decodeFileCapability(capability.bytes);
  if ('malformed' in decoded) return 'malformed capabilities';
  const text = formatFileCapability(decoded);
  const { rootId } = decoded;
  return rootId === 0 ? text : `${text} [rootid=${String(rootId)}]`;
}

/** `0755`. */
export function modeText(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
