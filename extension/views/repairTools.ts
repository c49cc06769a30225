import type * as vscode from 'vscode';
import type { CheckStore } from './checkStore.ts';
import type { LazyCore } from './lazyCore.ts';

/** What a repair is carried out with. */
export interface RepairTools {
  readonly store: CheckStore;
  readonly core: LazyCore;
  readonly log: vscode.LogOutputChannel;
  /** The path of the command line of this very version. */
  readonly commandLine: string;
}
