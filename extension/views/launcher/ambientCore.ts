import {
  findInstalledLauncher,
  installCommands,
  removeCommands,
  type InstalledLauncher,
} from '../../app/launcher/launcherInstallation.ts';
import { planProjectRunner, type RunnerPlan } from '../../app/launcher/projectRunner.ts';
import type { ProjectTool } from '../../app/launcher/projectTools.ts';
import { planRun, type RunPlan } from '../../app/launcher/run.ts';
import { parseCapability } from '../../model/capability.ts';
import { emptySet, setOf, type CapabilitySet } from '../../model/capabilitySet.ts';
import type { Host } from '../../probe/host.ts';

/** What starts programs with ambient capabilities, as the editor asks for it. */
export interface AmbientCore {
  /** The set that names such as `cap_net_admin` or `net_admin` stand for; the first wrong one otherwise. */
  capabilities(names: readonly string[]): CapabilitySet | { readonly wrong: string };
  installed(): Promise<InstalledLauncher | null>;
  installCommands(capabilities: CapabilitySet): readonly (readonly string[])[];
  removeCommands(): readonly (readonly string[])[];
  /** How to start a command with these ambient capabilities, outside a sandbox. */
  run(command: readonly string[], capabilities: CapabilitySet, directory: string): Promise<RunPlan>;
  projectRunner(tool: ProjectTool, capabilities: CapabilitySet, text: string): Promise<RunnerPlan>;
}

/** @param launcher the one that came with Capwright */
export function openAmbientCore(host: Host, launcher: string): AmbientCore {
  const uid = process.getuid?.() ?? 0;
  return {
    capabilities: (names) => {
      let set = emptySet;
      for (const name of names) {
        const capability = parseCapability(name);
        if (capability === null) return { wrong: name };
        set |= setOf(capability);
      }
      return set;
    },
    installed: () => findInstalledLauncher(host, uid),
    installCommands: (capabilities) =>
      installCommands({ source: launcher, uid, groups: process.getgroups?.() ?? [], capabilities }),
    removeCommands: () => removeCommands(uid),
    run: (command, capabilities, directory) =>
      planRun(host, {
        command,
        capabilities,
        sandbox: false,
        via: null,
        variables: [],
        options: [],
        launcher,
        directory,
        environment: process.env,
      }),
    projectRunner: (tool, capabilities, text) =>
      planProjectRunner(host, { tool, uid, capabilities, text }),
  };
}
