import type { Host } from '../../probe/host.ts';
import { collectCargoTargets } from '../../probe/cargoTargets.ts';
import type { ProgramCandidate } from './candidate.ts';
import { cmakePrograms } from './cmakePrograms.ts';
import { textAt } from './folder.ts';
import { launchPrograms } from './launchPrograms.ts';
import type { Variables } from './variables.ts';

export interface ProgramSearch {
  readonly variables: Variables;
  /** In Restricted Mode nothing is executed: cargo is not asked. */
  readonly trusted: boolean;
}

/** The programs of a workspace folder, those that are launched first. The same path may be found twice. */
export async function findNamedPrograms(
  host: Host,
  { variables, trusted }: ProgramSearch,
): Promise<readonly ProgramCandidate[]> {
  const folder = variables.workspaceFolder;
  const found = await Promise.all([
    launchPrograms(host, variables),
    cmakePrograms(host, folder),
    trusted ? cargoPrograms(host, folder) : [],
  ]);
  return found.flat();
}

async function cargoPrograms(host: Host, folder: string): Promise<readonly ProgramCandidate[]> {
  if ((await textAt(host, `${folder}/Cargo.toml`)) === null) return [];
  const targets = await collectCargoTargets(folder);
  return targets.map((target) => ({ ...target, source: 'cargo' }));
}
