import { resolve } from 'node:path';
import type { Host } from '../../probe/host.ts';
import type { ProgramCandidate } from './candidate.ts';
import { cargoPrograms, type CargoSearch } from './cargoPrograms.ts';
import { cmakePrograms } from './cmakePrograms.ts';
import { foldersBelow } from './folder.ts';
import { goPrograms } from './goPrograms.ts';
import { launchPrograms } from './launchPrograms.ts';
import { makePrograms } from './makePrograms.ts';
import { mesonPrograms } from './mesonPrograms.ts';
import { taskPrograms } from './taskPrograms.ts';
import { withVariables } from './variables.ts';

export interface ProgramSearch extends CargoSearch {
  /** What the settings of the folder list. */
  readonly listed: readonly string[];
}

/**
 * The programs of a workspace folder: those that its people name, then those that are built. The same
 * path may be found twice. Nothing is started for it but, in a folder that is trusted, cargo.
 */
export async function findNamedPrograms(
  host: Host,
  search: ProgramSearch,
): Promise<readonly ProgramCandidate[]> {
  const { variables } = search;
  const folders = await foldersBelow(host, variables.workspaceFolder);
  const found = await Promise.all([
    launchPrograms(host, variables),
    taskPrograms(host, variables),
    cmakePrograms(host, folders, variables),
    mesonPrograms(host, folders),
    cargoPrograms(host, folders, search),
    goPrograms(host, folders, variables),
    makePrograms(host, folders),
  ]);
  return [...listedPrograms(search), ...found.flat()];
}

function listedPrograms({ listed, variables }: ProgramSearch): readonly ProgramCandidate[] {
  return listed.flatMap((name) => {
    const path = withVariables(name, variables);
    if (path === null || path === '') return [];
    return [{ path: resolve(variables.workspaceFolder, path), source: 'setting', name }];
  });
}
