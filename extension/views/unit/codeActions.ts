import * as vscode from 'vscode';
import type { FindingView, FixView } from '../../report/unit/unitView.ts';
import { source } from './diagnostics.ts';
import { unitSelector, type UnitDocuments } from './unitDocuments.ts';
import { isIn, locationOf } from './unitPlace.ts';
import { editOf } from './unitEdits.ts';
import { runningOf } from './unitRepair.ts';

const fixAll = vscode.CodeActionKind.SourceFixAll.append('capwright');

/** The repairs of findings in unit files, and the page of each rule. */
export function createCodeActions(documents: UnitDocuments): vscode.Disposable {
  return vscode.languages.registerCodeActionsProvider(
    unitSelector,
    {
      provideCodeActions: async (document, range, context) => {
        const view = await documents.view(document);
        const here = (view?.findings ?? []).filter(({ place }) => isIn(place, document));
        if (context.only?.contains(fixAll) === true) return allSafe(here);
        const met = here.filter(({ place }) => locationOf(place).range.intersection(range));
        return [
          ...met.flatMap((finding) => fixActions(finding, context, view?.path ?? '')),
          ...[...new Set(met.map(({ rule }) => rule))].map(explanation),
          ...(context.only === undefined ? allSafe(here) : []),
          ...silences(met, document.uri),
          ...(view?.asSystemUnit
            ? [actionOf(view.asSystemUnit, view.path, vscode.CodeActionKind.RefactorRewrite)]
            : []),
        ];
      },
    },
    {
      providedCodeActionKinds: [
        vscode.CodeActionKind.QuickFix,
        vscode.CodeActionKind.RefactorRewrite,
        fixAll,
      ],
    },
  );
}

function fixActions(
  finding: FindingView,
  { diagnostics }: vscode.CodeActionContext,
  unit: string,
): vscode.CodeAction[] {
  const { range } = locationOf(finding.place);
  return finding.fixes.map((fix) => {
    const action = actionOf(fix, unit, vscode.CodeActionKind.QuickFix);
    action.isPreferred = fix.preferred;
    action.diagnostics = diagnostics.filter(
      (each) =>
        each.source === source && each.message === finding.message && each.range.isEqual(range),
    );
    return action;
  });
}

function actionOf(fix: FixView, unit: string, kind: vscode.CodeActionKind): vscode.CodeAction {
  const action = new vscode.CodeAction(fix.title, kind);
  const running = runningOf(unit, fix);
  if (running === undefined) action.edit = editOf([fix]);
  else action.command = running;
  return action;
}

function explanation(rule: string): vscode.CodeAction {
  const title = vscode.l10n.t('Explain {0}', rule);
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.command = { command: 'capwright.explainRule', title, arguments: [rule] };
  return action;
}

/** One for each rule that speaks of a line. */
function silences(met: readonly FindingView[], uri: vscode.Uri): vscode.CodeAction[] {
  const keyOf = ({ rule, ignoring }: FindingView): string =>
    `${rule} ${String(ignoring.place.start.line)}`;
  const each = new Map(met.map((finding) => [keyOf(finding), finding]));
  return [...each.values()].map((finding) => silence(finding, uri));
}

/** A comment above the line; the cursor stands where the reason goes, without which it is none. */
function silence({ rule, ignoring }: FindingView, uri: vscode.Uri): vscode.CodeAction {
  const action = new vscode.CodeAction(
    vscode.l10n.t('Ignore {0} here', rule),
    vscode.CodeActionKind.QuickFix,
  );
  const { start } = locationOf(ignoring.place).range;
  const text = new vscode.SnippetString().appendText(ignoring.comment).appendTabstop(0);
  action.edit = new vscode.WorkspaceEdit();
  action.edit.set(uri, [vscode.SnippetTextEdit.insert(start, text.appendText('\n'))]);
  return action;
}

/** The preferred repair of each finding where it needs no second look: one of edits alone. */
function allSafe(findings: readonly FindingView[]): vscode.CodeAction[] {
  const safe = findings.flatMap(({ fixes }) => fixes.filter(isSafe));
  if (safe.length === 0) return [];
  const action = new vscode.CodeAction(
    vscode.l10n.t('Fix all that Capwright can fix safely'),
    fixAll,
  );
  action.edit = editOf(safe);
  return [action];
}

function isSafe({ safe, preferred, creates, steps }: FixView): boolean {
  return safe && preferred && creates.length + steps.length === 0;
}
