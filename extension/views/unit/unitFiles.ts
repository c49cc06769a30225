import * as vscode from 'vscode';
import { createCapabilityCompletion } from './capabilityCompletion.ts';
import { createCodeActions } from './codeActions.ts';
import { createDiagnostics } from './diagnostics.ts';
import type { LazyCore } from '../lazyCore.ts';
import { createOutcomeLens } from './outcomeLens.ts';
import { UnitDocuments } from './unitDocuments.ts';
import { createUnitHover } from './unitHover.ts';
import { createUnitRepairs } from './unitRepair.ts';
import { createUnitWatcher } from './unitWatcher.ts';

/** All that is shown in unit files. Nothing is loaded before one is open. */
export function createUnitFiles(core: LazyCore, log: vscode.LogOutputChannel): vscode.Disposable {
  const documents = new UnitDocuments(core, log);
  const surfaces = vscode.Disposable.from(
    createDiagnostics(documents),
    createCodeActions(documents),
    createUnitRepairs(log),
    createUnitHover(documents, core),
    createCapabilityCompletion(core),
    createOutcomeLens(documents),
    createUnitWatcher(documents, log),
    documents,
  );
  documents.start();
  return surfaces;
}
