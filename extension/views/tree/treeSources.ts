import type { CheckStore } from '../checkStore.ts';
import type { LazyCore } from '../lazyCore.ts';
import type { ProgramList } from '../programs/programList.ts';
import type { WorkspaceWatch } from '../workspaceWatch.ts';

/** What the sections of the tree show. */
export interface TreeSources {
  readonly core: LazyCore;
  readonly store: CheckStore;
  readonly list: ProgramList;
  readonly workspace: WorkspaceWatch;
}
