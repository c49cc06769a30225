/** The page of the report panel: shows the last message of the extension, keeps what is chosen. */
import { render } from 'lit';
import * as v from 'valibot';
import {
  panelStateSchema,
  toPanelSchema,
  type FromPanel,
  type PanelContent,
  type PanelState,
} from '../extension/protocol/webview.ts';
import { chosenIn, type Choice } from './choice.ts';
import { reportPage } from './reportPage.ts';
import { styleSheets } from './styleSheets.ts';
import { themeColours } from './themeColours.ts';
import { speak } from './words.ts';

interface EditorHost {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: PanelState): void;
}

declare function acquireVsCodeApi(): EditorHost;

const host = acquireVsCodeApi();
const page = document.createElement('main');
let shown: PanelContent | null = null;
let checking = false;
let choice: Choice = restoredChoice();

document.adoptedStyleSheets = [...document.adoptedStyleSheets, ...styleSheets];
document.body.append(page);
window.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  const message = v.parse(toPanelSchema, data);
  switch (message.kind) {
    case 'texts':
      speak(message.texts);
      break;
    case 'pictureWanted':
      savePicture();
      break;
    case 'lookAt':
      choose(message.choice);
      break;
    default:
      show(message);
  }
});
host.postMessage({ kind: 'ready' });

function show(message: PanelContent): void {
  checking = message.kind === 'checking';
  // The report that is there stays readable while the next one is being made.
  if (message.kind !== 'checking' || shown === null) shown = message;
  update();
}

function choose(changed: Choice): void {
  choice = { ...choice, ...changed };
  update();
}

function savePicture(): void {
  const chosen = shown?.kind === 'report' ? chosenIn(shown.report, choice) : null;
  if (chosen === null) return;
  host.postMessage({
    kind: 'savePicture',
    path: chosen.path.path,
    operation: chosen.operation.operation,
    colours: themeColours(),
  });
}

function update(): void {
  if (shown?.kind === 'report') {
    host.setState({ program: shown.report.program.path, ...choice });
  }
  page.setAttribute('aria-busy', String(checking));
  render(
    reportPage(shown, checking, choice, {
      choose,
      savePicture,
      send: (message) => {
        host.postMessage(message);
      },
    }),
    page,
  );
}

function restoredChoice(): Choice {
  const state = v.safeParse(panelStateSchema, host.getState());
  if (!state.success) return {};
  const { path, operation } = state.output;
  return {
    ...(path === undefined ? {} : { path }),
    ...(operation === undefined ? {} : { operation }),
  };
}
