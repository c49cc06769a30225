import * as vscode from 'vscode';
import { fileOfUnit } from '../model/unit/fileOfUnit.ts';
import type { UnitView } from '../report/unitView.ts';
import { unexpected } from './failure.ts';
import type { LazyCore } from './lazyCore.ts';

/**
 * The languages of other extensions for unit files, and the paths by which they are known without
 * one. VS Code itself takes a unit for plain text and a drop-in for properties.
 */
export const unitSelector: vscode.DocumentSelector = [
  { scheme: 'file', language: 'systemd-conf' },
  { scheme: 'file', language: 'systemd-unit-file' },
  {
    scheme: 'file',
    pattern: '**/*.{service,socket,mount,automount,swap,target,timer,path,slice,scope}',
  },
  { scheme: 'file', pattern: '**/*.d/*.conf' },
];

/** After the last keystroke. Milliseconds. */
const pause = 200;

interface Reading {
  readonly version: number;
  readonly view: Promise<UnitView | null>;
}

/** The unit files that are open, each with what is to be said about its present text. */
export class UnitDocuments {
  readonly #core: LazyCore;
  readonly #log: vscode.LogOutputChannel;
  readonly #read = new vscode.EventEmitter<{
    readonly document: vscode.TextDocument;
    readonly view: UnitView | null;
  }>();
  /** Never of a text that has been changed meanwhile. */
  readonly onDidRead = this.#read.event;
  readonly #closed = new vscode.EventEmitter<vscode.TextDocument>();
  readonly onDidClose = this.#closed.event;
  readonly #readings = new Map<string, Reading>();
  readonly #subscriptions: vscode.Disposable;
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
        if (isUnit(document)) this.#readSoon();
      }),
      workspace.onDidCloseTextDocument((document) => {
        if (this.#readings.delete(document.uri.toString())) this.#closed.fire(document);
      }),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('capwright.unit')) this.#readAgain();
      }),
      // The unit’s other files may have changed on the disk meanwhile.
      window.onDidChangeActiveTextEditor((editor) => {
        if (editor !== undefined && isUnit(editor.document)) this.#readAgain();
      }),
    );
  }

  /** Reads what was open before there was anybody to listen. */
  start(): void {
    this.#readAgain();
  }

  /** Of the text as it is now; null where there is nothing to say. Never rejects. */
  view(document: vscode.TextDocument): Promise<UnitView | null> {
    if (!isUnit(document) || document.isClosed) return Promise.resolve(null);
    const key = document.uri.toString();
    const before = this.#readings.get(key);
    if (before?.version === document.version) return before.view;
    const reading = { version: document.version, view: this.#lint(document) };
    this.#readings.set(key, reading);
    void reading.view.then((view) => {
      if (this.#readings.get(key) === reading && document.version === reading.version) {
        this.#read.fire({ document, view });
      }
    });
    return reading.view;
  }

  dispose(): void {
    clearTimeout(this.#pending);
    this.#subscriptions.dispose();
  }

  async #lint(document: vscode.TextDocument): Promise<UnitView | null> {
    const { manager, systemdVersion } = settingsOf(document);
    try {
      const core = await this.#core.get();
      return await core.readUnit({
        path: document.uri.fsPath,
        texts: new Map(openUnits().map((open) => [open.uri.fsPath, open.getText()])),
        scope: manager === 'auto' ? null : manager,
        version: systemdVersion === 'auto' ? null : systemdVersion,
      });
    } catch (error) {
      unexpected(error, this.#log);
      return null;
    }
  }

  #readSoon(): void {
    clearTimeout(this.#pending);
    this.#pending = setTimeout(() => this.#readAgain(), pause);
  }

  /** All of them: one may be a drop-in of another. */
  #readAgain(): void {
    this.#readings.clear();
    for (const document of openUnits()) void this.view(document);
  }
}

function openUnits(): readonly vscode.TextDocument[] {
  return vscode.workspace.textDocuments.filter(isUnit);
}

/** Other files have such languages and paths too: nothing is loaded for `sysctl.d/10-net.conf`. */
export function isUnit(document: vscode.TextDocument): boolean {
  const isKnown = vscode.languages.match(unitSelector, document) > 0;
  return isKnown && fileOfUnit(document.uri.fsPath) !== null;
}

interface UnitSettings {
  readonly manager: 'auto' | 'system' | 'user';
  readonly systemdVersion: 'auto' | number;
}

function settingsOf(document: vscode.TextDocument): UnitSettings {
  const settings = vscode.workspace.getConfiguration('capwright.unit', document);
  return {
    manager: settings.get<UnitSettings['manager']>('manager', 'auto'),
    systemdVersion: settings.get<UnitSettings['systemdVersion']>('systemdVersion', 'auto'),
  };
}
