import { join } from 'node:path';
import { execa } from 'execa';
import {
  installCommands,
  removeCommands,
} from '../../../extension/app/launcher/launcherInstallation.ts';
import type { CapabilitySet } from '../../../extension/model/capabilitySet.ts';
import type { Workbench } from './workbench.ts';

/**
 * The launcher of the package under test, as root installs it for a person.
 * @returns removes it again
 */
export async function installLauncher(
  workbench: Workbench,
  { uid, gid }: { readonly uid: number; readonly gid: number },
  capabilities: CapabilitySet,
): Promise<() => Promise<void>> {
  const installed = await workbench.installedExtension('capwright.capwright');
  const source = join(installed, 'native/build/capwright-launch');
  await runAsRoot(installCommands({ source, uid, groups: [gid], capabilities }));
  return () => runAsRoot(removeCommands(uid));
}

/** Root needs no sudo. */
async function runAsRoot(commands: readonly (readonly string[])[]): Promise<void> {
  for (const [, program = '', ...args] of commands) await execa(program, args);
}
