import { basename } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import {
  fromPanelSchema,
  panelStateSchema,
  type FromPanel,
  type PanelRequest,
  type ToPanel,
} from '../../protocol/webview.ts';
import type { CheckStore } from '../checkStore.ts';
import { panelPage } from './panelPage.ts';

const panelType = 'capwright.report';

export interface PanelActions {
  /** What the reader asked for in the page. */
  readonly on: (asked: Exclude<FromPanel, { kind: 'ready' }>) => void;
  readonly log: vscode.LogOutputChannel;
}

/** The report panel: at most one, which follows the store. */
export class ReportPanel {
  readonly #store: CheckStore;
  readonly #dist: vscode.Uri;
  readonly #actions: PanelActions;
  readonly #subscriptions: vscode.Disposable;
  #panel: vscode.WebviewPanel | undefined;
  /** Whether the page listens: one that was hidden is loaded anew when it is shown. */
  #listens = false;
  /** What the page is asked to do once it shows a report. */
  #requests: readonly PanelRequest[] = [];

  constructor(store: CheckStore, extensionUri: vscode.Uri, actions: PanelActions) {
    this.#store = store;
    this.#dist = vscode.Uri.joinPath(extensionUri, 'dist');
    this.#actions = actions;
    const send = (): void => this.#send();
    this.#subscriptions = vscode.Disposable.from(
      store.onDidChange(send),
      store.onDidChangeChecking(send),
      vscode.workspace.onDidGrantWorkspaceTrust(send),
      vscode.window.registerWebviewPanelSerializer(panelType, {
        deserializeWebviewPanel: async (panel, state) => {
          this.#adopt(panel);
          const kept = v.safeParse(panelStateSchema, state);
          if (kept.success && store.program === undefined) await store.select(kept.output.program);
          await store.check();
        },
      }),
    );
  }

  reveal(): void {
    if (this.#panel !== undefined) {
      this.#panel.reveal(undefined, true);
      return;
    }
    this.#adopt(
      vscode.window.createWebviewPanel(panelType, 'Capwright', {
        viewColumn: vscode.ViewColumn.Active,
        preserveFocus: false,
      }),
    );
  }

  /** Shows the report and has it ask for its picture to be saved. */
  savePicture(): void {
    this.#request({ kind: 'pictureWanted' });
  }

  /** Shows the report where it speaks of the operation, and of the launch path where one is meant. */
  lookAt(choice: Extract<PanelRequest, { kind: 'lookAt' }>['choice']): void {
    this.#request({ kind: 'lookAt', choice });
  }

  dispose(): void {
    this.#subscriptions.dispose();
    this.#panel?.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel?.dispose();
    this.#panel = panel;
    this.#listens = false;
    panel.webview.options = { enableScripts: true, localResourceRoots: [this.#dist] };
    panel.iconPath = vscode.Uri.joinPath(this.#dist, '../extension/media/panel.svg');
    panel.webview.onDidReceiveMessage((data: unknown) => {
      const message = v.safeParse(fromPanelSchema, data);
      if (!message.success) {
        this.#actions.log.error(
          `a message of the panel was not understood: ${JSON.stringify(data)}`,
        );
        return;
      }
      if (message.output.kind !== 'ready') {
        this.#actions.on(message.output);
        return;
      }
      this.#listens = true;
      const { bundle } = vscode.l10n;
      if (bundle !== undefined) void panel.webview.postMessage({ kind: 'texts', texts: bundle });
      this.#send();
    });
    panel.onDidChangeViewState(() => {
      if (this.#panel === panel && !panel.visible) this.#listens = false;
    });
    panel.onDidDispose(() => {
      if (this.#panel === panel) this.#panel = undefined;
    });
    panel.webview.html = panelPage(panel.webview, this.#dist);
  }

  #send(): void {
    const panel = this.#panel;
    const { state } = this.#store;
    if (panel === undefined || state.kind === 'none') return;
    panel.title = `Capwright: ${basename(state.program)}`;
    for (const message of this.#messages()) void panel.webview.postMessage(message);
    if (!this.#listens || state.kind !== 'report') return;
    const requests = this.#requests;
    this.#requests = [];
    for (const request of requests) void panel.webview.postMessage(request);
  }

  #request(request: PanelRequest): void {
    this.#requests = [...this.#requests.filter(({ kind }) => kind !== request.kind), request];
    this.reveal();
    if (this.#panel?.visible === true && this.#listens) this.#send();
  }

  #messages(): readonly ToPanel[] {
    const { state, checking } = this.#store;
    if (state.kind === 'none') return [];
    const busy: ToPanel = { kind: 'checking', program: state.program };
    const shown: ToPanel | null =
      state.kind === 'report'
        ? { kind: 'report', report: state.model, trusted: vscode.workspace.isTrusted }
        : state.kind === 'failure'
          ? {
              kind: 'failure',
              message: state.failure.message,
              remedy: state.failure.remedy,
            }
          : null;
    return [...(shown === null ? [] : [shown]), ...(checking ? [busy] : [])];
  }
}
