import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { LaunchLoss } from '../../app/debugging/launchLosses.ts';
import type { TextSpan } from '../../app/programs/launchConfigurations.ts';
import { names } from '../../model/capabilitySet.ts';
import { printable } from '../../report/printable.ts';
import { variablesOf } from '../../views/programs/configuredPrograms.ts';
import { source } from '../../views/unit/diagnostics.ts';
import { unexpected } from '../../views/failure.ts';
import type { DebugTools } from './debugTools.ts';
import { lossOfInterpreter, lossOfProgram } from './lossText.ts';

const { l10n } = vscode;

const selector: vscode.DocumentSelector = [
  { scheme: 'file', pattern: '**/.vscode/launch.json' },
  { scheme: 'file', pattern: '**/*.code-workspace' },
];

const command = 'capwright.debugWithAmbient';

/** After the last keystroke. Milliseconds. */
const pause = 200;

/** In open files of launch configurations, also unsaved: where debugging costs a program its file capabilities. */
export function createLaunchFiles(tools: DebugTools): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('capwright-launch');
  const changed = new vscode.EventEmitter<void>();
  let pending: NodeJS.Timeout | undefined;

  const readAll = (): void => {
    for (const document of vscode.workspace.textDocuments.filter(isLaunchFile)) {
      void lossesIn(tools, document).then((losses) => {
        if (losses === null || document.isClosed) return;
        collection.set(
          document.uri,
          losses.map((loss) => diagnosticOf(document, loss)),
        );
      });
    }
    changed.fire();
  };
  const readSoon = (): void => {
    clearTimeout(pending);
    pending = setTimeout(readAll, pause);
  };
  const readIf = (document: vscode.TextDocument | undefined): void => {
    if (document !== undefined && isLaunchFile(document)) readSoon();
  };
  const { workspace, window, languages } = vscode;
  readSoon();
  return vscode.Disposable.from(
    collection,
    changed,
    { dispose: () => clearTimeout(pending) },
    workspace.onDidOpenTextDocument(readIf),
    workspace.onDidChangeTextDocument(({ document }) => readIf(document)),
    workspace.onDidCloseTextDocument(({ uri }) => collection.delete(uri)),
    workspace.onDidGrantWorkspaceTrust(readSoon),
    // Programs may have been built, and given capabilities or freed of them.
    window.onDidChangeActiveTextEditor((editor) => readIf(editor?.document)),
    window.onDidChangeWindowState(readSoon),
    tools.store.onDidChange(readSoon),
    languages.registerCodeLensProvider(selector, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: async (document) =>
        ((await lossesIn(tools, document)) ?? []).map((loss) => lensOf(document, loss)),
    }),
    languages.registerCodeActionsProvider(
      selector,
      {
        provideCodeActions: async (document, range, { diagnostics }) =>
          ((await lossesIn(tools, document)) ?? [])
            .filter(({ cause }) => rangeOf(document, cause).intersection(range) !== undefined)
            .flatMap((loss) => actionOf(document, loss, diagnostics) ?? []),
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
    vscode.commands.registerCommand(command, async (uri: string, offset: number) => {
      const document = await workspace.openTextDocument(vscode.Uri.parse(uri, true));
      const losses = (await lossesIn(tools, document)) ?? [];
      const loss = losses.find(({ place }) => place.offset === offset);
      const edit = loss === undefined ? null : editOf(document, loss);
      if (edit !== null) await workspace.applyEdit(edit);
    }),
  );
}

function isLaunchFile(document: vscode.TextDocument): boolean {
  return vscode.languages.match(selector, document) > 0;
}

/** Null where the text has changed while it was read. In Restricted Mode, where nothing is debugged, nothing is looked at. */
async function lossesIn(
  { core, log }: DebugTools,
  document: vscode.TextDocument,
): Promise<readonly LaunchLoss[] | null> {
  const { workspace } = vscode;
  const folder = workspace.getWorkspaceFolder(document.uri) ?? workspace.workspaceFolders?.[0];
  if (!workspace.isTrusted || folder === undefined) return [];
  const { version } = document;
  try {
    const { debugging } = await core.get();
    const losses = await debugging.launchLosses(document.getText(), variablesOf(folder.uri));
    return document.version === version ? losses : null;
  } catch (error) {
    unexpected(error, log);
    return [];
  }
}

function rangeOf(document: vscode.TextDocument, { offset, length }: TextSpan): vscode.Range {
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}

function diagnosticOf(document: vscode.TextDocument, loss: LaunchLoss): vscode.Diagnostic {
  const { cause, hindrance } = loss;
  const message = [messageOf(loss), ...(hindrance === null ? [] : [hindrance])].join(' ');
  const { Warning, Information } = vscode.DiagnosticSeverity;
  const severity = loss.loss.kind === 'gone' ? Information : Warning;
  const shown = new vscode.Diagnostic(rangeOf(document, cause), message, severity);
  shown.source = source;
  return shown;
}

function messageOf({ program, key, loss: { kind, text } }: LaunchLoss): string {
  const name = printable(basename(program));
  switch (kind) {
    case 'withheld':
      return [l10n.t('{0} has file capabilities ({1}).', name, text), lossOfProgram()].join(' ');
    case 'carried':
      return [l10n.t('{0} has file capabilities ({1}).', name, text), lossOfInterpreter(key)].join(
        ' ',
      );
    case 'gone':
      return l10n.t(
        '{0} had file capabilities ({1}) when it was last seen, and has none now. With ambient capabilities it needs none.',
        name,
        text,
      );
  }
}

function titleOf({ program, loss: { kind, granted } }: LaunchLoss): string {
  switch (kind) {
    case 'withheld':
      return l10n.t('Debugging this drops its file capabilities: use ambient capabilities');
    case 'carried':
      return l10n.t(
        'Debugging this suffers from file capabilities: remove those of {0}',
        printable(basename(program)),
      );
    case 'gone':
      return l10n.t(
        'Debugging this lacks {0}: use ambient capabilities',
        names(granted).join(', '),
      );
  }
}

function lensOf(document: vscode.TextDocument, loss: LaunchLoss): vscode.CodeLens {
  const { place } = loss;
  const range = new vscode.Range(
    document.positionAt(place.offset),
    document.positionAt(place.offset),
  );
  const shown = commandOf(document, loss);
  return new vscode.CodeLens(range, {
    ...shown,
    // As in a unit’s: a blank between icon and text would be lost.
    title: `$(shield)\u00a0${shown.title}`,
    tooltip: messageOf(loss),
  });
}

/** Nothing can be done where there is neither a rewriting nor something to take away. */
function actionOf(
  document: vscode.TextDocument,
  loss: LaunchLoss,
  diagnostics: readonly vscode.Diagnostic[],
): vscode.CodeAction | null {
  const shown = commandOf(document, loss);
  if (shown.command === '') return null;
  const action = new vscode.CodeAction(shown.title, vscode.CodeActionKind.QuickFix);
  const range = rangeOf(document, loss.cause);
  action.diagnostics = diagnostics.filter(
    (each) => each.source === source && each.range.isEqual(range),
  );
  action.isPreferred = true;
  const edit = editOf(document, loss);
  if (edit === null) action.command = shown;
  else action.edit = edit;
  return action;
}

function commandOf(document: vscode.TextDocument, loss: LaunchLoss): vscode.Command {
  const title = titleOf(loss);
  if (loss.replacement !== null) {
    return { title, command, arguments: [document.uri.toString(), loss.place.offset] };
  }
  return loss.loss.kind === 'carried'
    ? {
        title,
        command: 'capwright.removeFileCapabilities',
        arguments: [vscode.Uri.file(loss.program)],
      }
    : { title: l10n.t('Debugging this drops its file capabilities'), command: '' };
}

/** Shown in the Refactor Preview first. */
function editOf(document: vscode.TextDocument, loss: LaunchLoss): vscode.WorkspaceEdit | null {
  if (loss.replacement === null) return null;
  const edit = new vscode.WorkspaceEdit();
  const label = l10n.t('Debug with ambient capabilities');
  edit.replace(document.uri, rangeOf(document, loss.place), loss.replacement, {
    needsConfirmation: true,
    label,
  });
  return edit;
}
