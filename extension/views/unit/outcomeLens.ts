import * as vscode from 'vscode';
import type { CommandView, UnitView } from '../../report/unit/unitView.ts';
import { label } from '../displayText.ts';
import { unitSelector, type UnitDocuments } from './unitDocuments.ts';
import { isIn, locationOf } from './unitPlace.ts';

const command = 'capwright.explainOutcome';

const icons = { good: '$(shield)', bad: '$(error)', unknown: '$(question)' } as const;

/** Above each command of a unit what becomes of it; a click tells why. */
export function createOutcomeLens(documents: UnitDocuments): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  return vscode.Disposable.from(
    changed,
    documents.onDidRead(() => changed.fire()),
    vscode.languages.registerCodeLensProvider(unitSelector, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: async (document) => {
        const view = await documents.view(document);
        const here = (view?.commands ?? []).filter(({ place }) => isIn(place, document));
        return here.map((each) => lens(each, view));
      },
    }),
    vscode.commands.registerCommand(command, explainOutcome),
  );
}

function lens(shown: CommandView, view: UnitView | null): vscode.CodeLens {
  return new vscode.CodeLens(locationOf(shown.place).range, {
    // A blank at its beginning is lost: VS Code lays icon and text out as boxes beside each other.
    title: `${icons[shown.prospect]}\u00a0${shown.outcome}`,
    tooltip: view?.title ?? '',
    command,
    arguments: [shown],
  });
}

interface Step extends vscode.QuickPickItem {
  readonly place?: vscode.Location | undefined;
}

/** Shows why, step by step; leads to the line that a step is due to. */
async function explainOutcome({ line, chapters }: CommandView): Promise<void> {
  const rows = chapters.flatMap(({ title, steps }): readonly Step[] => [
    { label: title, kind: vscode.QuickPickItemKind.Separator },
    ...steps.map(({ text, places: [place] }) => ({
      label: label(text),
      place: place === undefined ? undefined : locationOf(place),
    })),
  ]);
  const picked = await vscode.window.showQuickPick(rows, { title: label(line) });
  if (picked?.place === undefined) return;
  const { uri, range } = picked.place;
  await vscode.window.showTextDocument(uri, { selection: range });
}
