import {
  findBuildDirectory,
  planBuildElsewhere,
  planPresetsElsewhere,
} from '../../app/fileCapabilities/buildElsewhere.ts';
import { storageHindrance } from '../../fixes/capabilityStorage.ts';
import type { Host } from '../../probe/host.ts';

/** Where file capabilities count, as the editor asks for it. */
export interface StorageCore {
  readonly hindrance: typeof storageHindrance;
  findBuildDirectory(project: string): ReturnType<typeof findBuildDirectory>;
  readonly planBuildElsewhere: typeof planBuildElsewhere;
  readonly planPresetsElsewhere: typeof planPresetsElsewhere;
}

export function openStorageCore(host: Host): StorageCore {
  return {
    hindrance: storageHindrance,
    findBuildDirectory: (project) => findBuildDirectory(host, project),
    planBuildElsewhere,
    planPresetsElsewhere,
  };
}
