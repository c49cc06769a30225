import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { fileOfUnit } from '../../model/unit/fileOfUnit.ts';
import type {
  CommandView,
  FindingView,
  PlaceView,
  UnitReading,
  UnitView,
} from '../../report/unit/unitView.ts';
import type { LazyCore } from '../lazyCore.ts';
import { unitAt } from '../unit/unitDocuments.ts';
import { locationOf } from '../unit/unitPlace.ts';
import { concernsUnits, findUnits } from '../unit/workspaceUnits.ts';
import type { WorkspaceWatch } from '../workspaceWatch.ts';
import { themeIcon, type TreeRow } from './row.ts';
import type { TreeSection } from './sectionView.ts';

const { l10n } = vscode;

const unitTypes = [
  ...['service', 'socket', 'mount', 'automount', 'swap'],
  ...['timer', 'path', 'slice', 'scope', 'target'],
];
/** A checkout writes many files. Milliseconds. */
const quiet = 200;

/** The units of the workspace, each with what becomes of its commands and what is found on it. */
export function unitSection(core: LazyCore, workspace: WorkspaceWatch): TreeSection {
  const changed = new vscode.EventEmitter<undefined>();
  let pending: NodeJS.Timeout | undefined;
  let watching: vscode.Disposable | undefined;
  let shown: readonly string[] = [];
  const later = (): void => {
    clearTimeout(pending);
    pending = setTimeout(() => changed.fire(undefined), quiet);
  };
  const watch = (): vscode.Disposable => {
    return vscode.Disposable.from(
      workspace.watch((path) => {
        // Of a folder that goes, VS Code does not tell what was in it.
        const isAbove = shown.some((unit) => unit.startsWith(`${path}/`));
        if (isAbove || concernsUnits(path, unitTypes)) later();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (fileOfUnit(document.uri.fsPath) !== null) later();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(later),
    );
  };
  return {
    onDidChange: changed.event,
    rows: async () => {
      const found = await findUnits(unitTypes);
      shown = found.map(({ fsPath }) => fsPath);
      const loaded = await core.get();
      return Promise.all(
        found.map(async (uri) => unitRow(uri, await loaded.unit.read(unitAt(uri)))),
      );
    },
    setVisible: (visible) => {
      if (visible) watching ??= watch();
      else {
        watching?.dispose();
        watching = undefined;
      }
    },
    dispose: () => {
      clearTimeout(pending);
      watching?.dispose();
      changed.dispose();
    },
  };
}

function unitRow(uri: vscode.Uri, reading: UnitReading): TreeRow {
  const path = vscode.workspace.asRelativePath(uri);
  const folder = dirname(path);
  const told =
    reading.kind === 'view'
      ? prospectOf(reading.view)
      : { text: reading.why, icon: 'circle-slash' };
  return {
    id: `unit ${uri.fsPath}`,
    label: basename(path),
    description: [told.text, ...(folder === '.' ? [] : [folder])].join(' · '),
    tooltip: [path, ...(reading.kind === 'view' ? [reading.view.title] : []), told.text].join('\n'),
    spoken: `${basename(path)}: ${told.text}`,
    icon: themeIcon(told.icon, 'colour' in told ? told.colour : undefined),
    command: { command: 'vscode.open', title: l10n.t('Open'), arguments: [uri] },
    children: reading.kind === 'view' ? unitChildren(uri, reading.view) : [],
  };
}

interface Told {
  readonly text: string;
  readonly icon: string;
  readonly colour?: string;
}

/** Of its commands the one that fares worst. */
function prospectOf({ commands, findings }: UnitView): Told {
  const bad = commands.find(({ prospect }) => prospect === 'bad');
  if (bad !== undefined) return { text: bad.outcome, ...icons.bad };
  const open = commands.find(({ prospect }) => prospect === 'unknown');
  if (open !== undefined) return { text: open.outcome, ...icons.unknown };
  const [first] = commands;
  const serious = findings.some(({ severity }) => severity !== 'information');
  if (first === undefined) return { text: l10n.t('starts no program'), icon: 'circle-small' };
  return { text: first.outcome, ...(serious ? { icon: 'warning' } : icons.good) };
}

const icons = {
  good: { icon: 'pass', colour: 'testing.iconPassed' },
  bad: { icon: 'error', colour: 'testing.iconFailed' },
  unknown: { icon: 'question', colour: 'testing.iconQueued' },
} as const;

function unitChildren({ fsPath }: vscode.Uri, view: UnitView): readonly TreeRow[] {
  return [
    ...view.commands.map((command, index) =>
      commandRow(`unit ${fsPath} command ${index}`, command),
    ),
    ...view.findings.map((finding, index) =>
      findingRow(`unit ${fsPath} finding ${index}`, finding),
    ),
  ];
}

function commandRow(id: string, { line, outcome, prospect, place }: CommandView): TreeRow {
  const { icon, colour } = icons[prospect];
  return {
    id,
    label: line,
    description: outcome,
    tooltip: `${line}\n${outcome}`,
    spoken: `${line}: ${outcome}`,
    icon: themeIcon(icon, colour),
    command: openAt(place),
    children: [],
  };
}

function findingRow(id: string, { rule, message, severity, place }: FindingView): TreeRow {
  return {
    id,
    label: message,
    tooltip: message,
    spoken: `${severity}: ${message}`,
    icon: themeIcon({ error: 'error', warning: 'warning', information: 'info' }[severity]),
    context: 'unitFinding',
    rule,
    command: openAt(place),
    children: [],
  };
}

function openAt(place: PlaceView): vscode.Command {
  const { uri, range } = locationOf(place);
  return { command: 'vscode.open', title: l10n.t('Open'), arguments: [uri, { selection: range }] };
}
