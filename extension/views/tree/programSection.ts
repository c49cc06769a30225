import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Evidence } from '../../model/evidence.ts';
import type { InstanceFact, InstanceView, ThreadView } from '../../report/instanceView.ts';
import { printable } from '../../report/printable.ts';
import type { FileView, ProgramView } from '../../report/programView.ts';
import type { CheckState } from '../checkStore.ts';
import { needsWords } from '../programs/neededOperation.ts';
import type { ListedProgram } from '../programs/programList.ts';
import { factRow, themeIcon, type TreeRow } from './row.ts';
import type { TreeSection } from './sectionView.ts';
import type { TreeSources } from './treeSources.ts';

const { t } = vscode.l10n;

/** The kernel tells nobody when a program is started or ends, so it is asked. Milliseconds. */
const interval = 2_000;

/** The programs of the workspace: the selected one, and what each file carries and which processes run it. */
export class ProgramSection implements TreeSection {
  readonly #sources: TreeSources;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #subscription: vscode.Disposable;
  /** What was last told of the processes of each program that was opened. */
  readonly #told = new Map<string, { readonly program: ListedProgram; readonly text: string }>();
  #clock: NodeJS.Timeout | undefined;

  constructor(sources: TreeSources) {
    this.#sources = sources;
    this.#subscription = vscode.Disposable.from(
      sources.list.onDidChange(() => this.#changed.fire()),
      sources.store.onDidChange(() => this.#changed.fire()),
    );
  }

  async rows(): Promise<readonly TreeRow[]> {
    const { list, store } = this.#sources;
    const programs = await list.shown();
    const { program } = store;
    const isListed = programs.some(({ path }) => path === program);
    const selected: readonly ListedProgram[] =
      program === undefined || isListed ? [] : [{ path: program, namedBy: [], scripts: [] }];
    return [...selected, ...programs].map((each) => this.#row(each, store.state));
  }

  setVisible(visible: boolean): void {
    clearInterval(this.#clock);
    if (!visible) return;
    this.#clock = setInterval(() => void this.#lookAgain(), interval);
    void this.#begin();
  }

  dispose(): void {
    clearInterval(this.#clock);
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  /** What is remembered from the last time is checked once somebody looks, and what alone is named is selected. */
  async #begin(): Promise<void> {
    const { list, store } = this.#sources;
    const isAsked = store.program === undefined && vscode.workspace.isTrusted;
    const only = isAsked ? await list.onlyNamed() : undefined;
    if (only !== undefined) await store.select(only);
    if (store.state.kind === 'unchecked' && !store.checking) await store.check();
  }

  #row(program: ListedProgram, state: CheckState): TreeRow {
    const { path, namedBy, scripts } = program;
    const isSelected = state.kind !== 'none' && state.program === path;
    const label = [path, ...scripts].map(relative).join(' ');
    const description = [
      ...(isSelected ? [t('selected')] : []),
      ...(isSelected && state.kind === 'unchecked' ? [t('not checked yet')] : []),
      ...namedBy,
    ].join(' · ');
    return {
      id: `program ${path}`,
      label,
      description,
      icon: isSelected ? themeIcon('pass-filled', 'charts.blue') : themeIcon('file-binary'),
      tooltip: [path, ...scripts, ...namedBy].join('\n'),
      spoken: description === '' ? label : `${label}, ${description}`,
      context: namedBy.length === 0 ? 'program chosen' : 'program',
      program: path,
      command: isSelected
        ? { command: 'capwright.openReport', title: t('Open Report') }
        : {
            command: 'capwright.selectProgram',
            title: t('Select Program'),
            arguments: [vscode.Uri.file(path)],
          },
      children: () => this.#facts(program),
      open: isSelected,
    };
  }

  async #facts(program: ListedProgram): Promise<readonly TreeRow[]> {
    const core = await this.#sources.core.get();
    const { path, scripts } = program;
    const [described, instances] = await Promise.all([
      core.describeProgram(path),
      core.instances(program),
    ]);
    this.#told.set(path, { program, text: JSON.stringify(instances) });
    if (described.kind === 'failure') {
      const { message, remedy } = described.failure;
      return [
        {
          id: `${path} failure`,
          label: message,
          tooltip: `${message} ${remedy}`,
          icon: themeIcon('warning'),
          children: [{ id: `${path} remedy`, label: remedy, children: [] }],
          open: true,
        },
      ];
    }
    return [
      ...this.#needsRow(path),
      ...fileRows(path, described.view),
      ...interpreterRows(path, described.view),
      ...scripts.map((script) => scriptRow(path, script)),
      ...runningRow(path, instances),
    ];
  }

  /** Of the selected one, by which it is judged. */
  #needsRow(path: string): readonly TreeRow[] {
    const { state } = this.#sources.store;
    if (state.kind !== 'report' || state.program !== path) return [];
    const row = factRow(
      `${path} needs`,
      t('Needs'),
      needsWords(state.model, state.needs),
      'target',
    );
    const title = t('Settings');
    const command = 'workbench.action.openSettings';
    return [{ ...row, command: { command, title, arguments: ['capwright.operations'] } }];
  }

  /** Shows the rows anew where something was started or has ended, or holds something else now. */
  async #lookAgain(): Promise<void> {
    const core = await this.#sources.core.get();
    for (const [path, { program, text }] of this.#told) {
      if (JSON.stringify(await core.instances(program)) === text) continue;
      this.#told.delete(path);
      this.#changed.fire();
    }
  }
}

function relative(path: string): string {
  return vscode.workspace.asRelativePath(vscode.Uri.file(path));
}

function fileRows(id: string, file: FileView): readonly TreeRow[] {
  return [
    factRow(`${id} capability`, t('File capabilities'), file.capability ?? t('none'), 'key'),
    factRow(`${id} mount`, t('Mount'), file.mount, 'server'),
    factRow(`${id} owner`, t('Owner and mode'), `${file.owner} ${file.mode}`, 'lock'),
  ];
}

/** The kernel runs the last one, and takes that one's capabilities. */
function interpreterRows(id: string, view: ProgramView): readonly TreeRow[] {
  const rows = view.interpreters.map((each, index) => {
    const own = `${id} interpreter ${index}`;
    return factRow(own, t('Interpreter'), each.path, 'terminal', fileRows(own, each));
  });
  const refused =
    view.refusal === null
      ? []
      : [factRow(`${id} refusal`, t('Not executable'), view.refusal, 'warning')];
  return [...rows, ...refused];
}

function scriptRow(id: string, script: string): TreeRow {
  const uri = vscode.Uri.file(script);
  return {
    ...factRow(`${id} script ${script}`, t('Interprets'), relative(script), 'file-code'),
    command: { command: 'vscode.open', title: basename(script), arguments: [uri] },
  };
}

function runningRow(id: string, instances: Evidence<readonly InstanceView[]>): readonly TreeRow[] {
  const label = t('Running');
  if (instances.kind === 'unknown') {
    return [factRow(`${id} running`, label, t('unknown: {0}', instances.reason), 'question')];
  }
  const { value } = instances;
  if (value.length === 0) return [factRow(`${id} not running`, label, t('no'), 'pulse')];
  const rows = value.map((each) => instanceRow(id, each));
  // Under the id of a row that had nothing below it, VS Code would keep it closed.
  return [{ ...factRow(`${id} running`, label, String(value.length), 'pulse', rows), open: true }];
}

function instanceRow(id: string, { pid, summary, facts, threads }: InstanceView): TreeRow {
  const own = `${id} pid ${pid}`;
  return factRow(own, `pid ${pid}`, summary, 'vm-running', [
    ...heldRows(own, facts),
    ...threads.map((each) => threadRow(own, each)),
  ]);
}

function threadRow(id: string, { tid, name, summary, facts }: ThreadView): TreeRow {
  const own = `${id} thread ${tid}`;
  const label = t('thread {0} ({1})', tid, printable(name));
  return factRow(own, label, summary, 'git-branch', heldRows(own, facts));
}

function heldRows(id: string, facts: readonly InstanceFact[]): readonly TreeRow[] {
  return facts.map(({ name, text }) => factRow(`${id} ${name}`, name, text, 'circle-small'));
}
