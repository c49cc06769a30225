import type * as vscode from 'vscode';
import type { CheckStore } from '../../views/checkStore.ts';
import type { LazyCore } from '../../views/lazyCore.ts';
import type { ProgramList } from '../../views/programs/programList.ts';

export interface DebugTools {
  readonly core: LazyCore;
  readonly list: ProgramList;
  readonly store: CheckStore;
  readonly log: vscode.LogOutputChannel;
  /** Of the workspace. */
  readonly memento: vscode.Memento;
  /** The path of the command line of this very version, which is the debug adapter as well. */
  readonly commandLine: string;
}

/** The debug type as launch.json names it. */
export const debugType = 'capwright';
