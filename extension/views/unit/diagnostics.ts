import * as vscode from 'vscode';
import { fileRemarks } from '../../report/lint/fileRemarks.ts';
import type { FindingView, UnitReading } from '../../report/unit/unitView.ts';
import type { UnitDocuments } from './unitDocuments.ts';
import { locationOf, pathOf } from './unitPlace.ts';

export const source = 'Capwright';

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
} as const;

type ByFile = ReadonlyMap<string, readonly vscode.Diagnostic[]>;

/** The findings of the open unit files, and of the drop-ins that belong to them, until they are closed. */
export function createDiagnostics(documents: UnitDocuments): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('capwright');
  /** By the document that tells of them. */
  const told = new Map<string, ByFile>();

  const show = (document: vscode.TextDocument, found: ByFile): void => {
    const key = document.uri.toString();
    const before = told.get(key) ?? new Map<string, never>();
    if (found.size === 0) told.delete(key);
    else told.set(key, found);
    for (const file of new Set([...before.keys(), ...found.keys()])) {
      // Two documents of one unit say the same of it; each knows its own text best.
      const own = told.get(file);
      const one = own ?? [...told.values()].find((each) => each.has(file));
      collection.set(vscode.Uri.parse(file, true), one?.get(file));
    }
  };
  return vscode.Disposable.from(
    collection,
    documents.onDidRead(({ document, reading }) => show(document, byFile(document, reading))),
    documents.onDidClose((document) => show(document, new Map())),
  );
}

function byFile(document: vscode.TextDocument, reading: UnitReading): ByFile {
  const remarks =
    reading.kind === 'view' ? fileRemarks(reading.view, pathOf(document)) : [reading.why];
  // An empty entry takes back what was said before.
  const found = new Map([[document.uri.toString(), remarks.map((text) => remark(text, document))]]);
  if (reading.kind === 'unjudged') return found;
  for (const finding of reading.view.findings) {
    const { uri, range } = locationOf(finding.place);
    const file = uri.toString();
    found.set(file, [...(found.get(file) ?? []), diagnostic(finding, range)]);
  }
  return found;
}

/** What concerns the file as a whole. */
function remark(text: string, document: vscode.TextDocument): vscode.Diagnostic {
  const shown = new vscode.Diagnostic(
    document.lineAt(0).range,
    text,
    vscode.DiagnosticSeverity.Information,
  );
  shown.source = source;
  return shown;
}

function diagnostic(
  { rule, severity, message, related }: FindingView,
  range: vscode.Range,
): vscode.Diagnostic {
  const shown = new vscode.Diagnostic(range, message, severities[severity]);
  shown.source = source;
  const query = encodeURIComponent(JSON.stringify([rule]));
  shown.code = { value: rule, target: vscode.Uri.parse(`command:capwright.explainRule?${query}`) };
  shown.relatedInformation = related.map(
    ({ place, text }) =>
      new vscode.DiagnosticRelatedInformation(
        locationOf(place),
        text === '' ? vscode.l10n.t('Reset here') : vscode.l10n.t('Set here: {0}', text),
      ),
  );
  return shown;
}
