import * as vscode from 'vscode';
import { fileOfNetworkd, isLikeNetworkd } from '../../model/networkd/networkdFile.ts';
import { fileOfUnit } from '../../model/unit/fileOfUnit.ts';
import { isSystemdRelease } from '../../model/unit/systemdRelease.ts';
import type { UnitReading, UnitView } from '../../report/unit/unitView.ts';
import type { UnitDocument } from './unitCore.ts';
import { unexpected } from '../failure.ts';
import type { LazyCore } from '../lazyCore.ts';
import { pathOf } from './unitPlace.ts';

/** What other extensions call the language of unit files. The manifest activates on each. */
const languages = ['systemd-conf', 'systemd-unit-file', 'systemd-unit', 'systemd'];

/**
 * Unit files by their language, and by their paths, by which they are known without another
 * extension: VS Code itself takes a unit for plain text and a drop-in for properties.
 */
export const unitSelector: vscode.DocumentSelector = [
  ...languages.flatMap((language) => [
    { scheme: 'file', language },
    { scheme: 'untitled', language },
  ]),
  {
    scheme: 'file',
    pattern: '**/*.{service,socket,mount,automount,swap,target,timer,path,slice,scope}',
  },
  { scheme: 'file', pattern: '**/*.{netdev,network}' },
  { scheme: 'file', pattern: '**/*.d/*.conf' },
];

/** After the last keystroke. Milliseconds. */
const pause = 200;

interface Reading {
  /** Of the texts of all open units: one may be a drop-in of another. */
  readonly state: number;
  readonly result: Promise<UnitReading>;
}

/** The unit files that are open, each with what is to be said about its present text. */
export class UnitDocuments {
  readonly #core: LazyCore;
  readonly #log: vscode.LogOutputChannel;
  readonly #read = new vscode.EventEmitter<{
    readonly document: vscode.TextDocument;
    readonly reading: UnitReading;
  }>();
  /** Never of a text that has been changed meanwhile. */
  readonly onDidRead = this.#read.event;
  readonly #closed = new vscode.EventEmitter<vscode.TextDocument>();
  readonly onDidClose = this.#closed.event;
  readonly #readings = new Map<string, Reading>();
  readonly #subscriptions: vscode.Disposable;
  #state = 0;
  #pending: NodeJS.Timeout | undefined;

  constructor(core: LazyCore, log: vscode.LogOutputChannel) {
    this.#core = core;
    this.#log = log;
    const { workspace, window } = vscode;
    this.#subscriptions = vscode.Disposable.from(
      this.#read,
      this.#closed,
      workspace.onDidOpenTextDocument((document) => void this.view(document)),
      workspace.onDidChangeTextDocument(({ document }) => {
        if (isUnit(document)) this.readSoon();
      }),
      workspace.onDidCloseTextDocument((document) => {
        if (this.#readings.delete(document.uri.toString())) this.#closed.fire(document);
      }),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('capwright.unit')) this.#readNow();
      }),
      workspace.onDidGrantWorkspaceTrust(() => this.#readNow()),
      // What nobody watches may have changed meanwhile: users, programs, a directory that came.
      window.onDidChangeActiveTextEditor((editor) => {
        if (editor !== undefined && isUnit(editor.document)) this.#readNow();
      }),
    );
  }

  /** Reads what was open before there was anybody to listen. */
  start(): void {
    this.#readNow();
  }

  /** Of the text as it is now; null where there is nothing to say. Never rejects. */
  async view(document: vscode.TextDocument): Promise<UnitView | null> {
    if (!isUnit(document) || document.isClosed) return null;
    const key = document.uri.toString();
    const before = this.#readings.get(key);
    const reading = before?.state === this.#state ? before : this.#begin(document, key);
    const result = await reading.result;
    return result.kind === 'view' ? result.view : null;
  }

  /** The directories where a change may make it another unit. Never rejects. */
  async folders(document: vscode.TextDocument): Promise<readonly string[]> {
    try {
      return await (await this.#core.get()).unit.folders(documentOf(document));
    } catch (error) {
      unexpected(error, this.#log);
      return [];
    }
  }

  /** Reads all of them once nothing has changed for a while. */
  readSoon(): void {
    this.#state += 1;
    clearTimeout(this.#pending);
    this.#pending = setTimeout(() => this.#readOpen(), pause);
  }

  dispose(): void {
    clearTimeout(this.#pending);
    this.#subscriptions.dispose();
  }

  #begin(document: vscode.TextDocument, key: string): Reading {
    const reading = { state: this.#state, result: this.#lint(document) };
    this.#readings.set(key, reading);
    void reading.result.then((result) => {
      if (this.#readings.get(key) !== reading || this.#state !== reading.state) return;
      this.#read.fire({ document, reading: result });
    });
    return reading;
  }

  async #lint(document: vscode.TextDocument): Promise<UnitReading> {
    try {
      const reading = await (await this.#core.get()).unit.read(documentOf(document));
      if (reading.kind === 'unjudged') this.#log.info(`${pathOf(document)}: ${reading.why}`);
      return reading;
    } catch (error) {
      const { message, remedy } = unexpected(error, this.#log);
      return { kind: 'unjudged', why: `${message} ${remedy}` };
    }
  }

  #readNow(): void {
    this.#state += 1;
    this.#readOpen();
  }

  #readOpen(): void {
    for (const document of openUnits()) void this.view(document);
  }
}

function openUnits(): readonly vscode.TextDocument[] {
  return vscode.workspace.textDocuments.filter(isUnit);
}

/** Other files have such languages and paths too: nothing is loaded for `sysctl.d/10-net.conf`. */
export function isUnit(document: vscode.TextDocument): boolean {
  const isKnown = vscode.languages.match(unitSelector, document) > 0;
  if (!isKnown) return false;
  const path = pathOf(document);
  const networkd = fileOfNetworkd(path);
  return networkd === null
    ? fileOfUnit(path) !== null
    : networkd.isDropIn || isLikeNetworkd(networkd, document.getText());
}

function documentOf(document: vscode.TextDocument): UnitDocument {
  return { ...unitAt(document.uri), path: pathOf(document) };
}

/**
 * The unit of a file, open or not, as the settings for it have it read. What is no manager and no release is
 * `auto`: VS Code says in the settings what is wrong, but hands it over.
 */
export function unitAt(uri: vscode.Uri): UnitDocument {
  const settings = vscode.workspace.getConfiguration('capwright.unit', uri);
  const manager = settings.get<unknown>('manager');
  const version = settings.get<unknown>('systemdVersion');
  return {
    path: uri.fsPath,
    trusted: vscode.workspace.isTrusted,
    texts: new Map(openUnits().map((open) => [pathOf(open), open.getText()])),
    scope: manager === 'system' || manager === 'user' ? manager : null,
    version: isSystemdRelease(version) ? version : null,
  };
}
