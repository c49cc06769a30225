import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { PanelContent, Report, ReportOperation } from '../extension/protocol/webview.ts';
import type { Actions } from './actions.ts';
import { chosenIn, type Choice } from './choice.ts';
import { operationsTable } from './operationsTable.ts';
import { pathTabs, tabPanelId, tabId } from './pathTabs.ts';
import { picture } from './picture.ts';
import { repairCards } from './repairCards.ts';
import { verdictIcon } from './verdictIcon.ts';
import { why } from './why.ts';

export function reportPage(
  shown: PanelContent | null,
  checking: boolean,
  choice: Choice,
  actions: Actions,
): TemplateResult {
  if (shown === null || shown.kind === 'checking') {
    return html`<p role="status" class="quiet">Checking…</p>`;
  }
  if (shown.kind === 'failure') {
    return html`
      <section class="banner denied" role="alert">
        ${verdictIcon('denied')}
        <div>
          <strong>${shown.message}</strong>
          <p>${shown.remedy}</p>
          ${checkAgain(actions)}
        </div>
      </section>
    `;
  }
  const { report, trusted } = shown;
  const chosen = chosenIn(report, choice);
  if (chosen === null) return html`<p>Nothing was asked.</p>`;
  const { path, operation } = chosen;
  return html`
    ${head(report, checking, actions)} ${banner(operation)}
    ${pathTabs(report.paths, path, operation.operation, actions)}
    <div id=${tabPanelId} role="tabpanel" aria-labelledby=${tabId(path.path)}>
      ${picture(operation)} ${why(operation, actions)} ${repairCards(operation, trusted, actions)}
      ${operationsTable(path, operation, actions)}
    </div>
    ${notes(report)}
  `;
}

function head({ program, vantage }: Report, checking: boolean, actions: Actions): TemplateResult {
  return html`
    <header>
      <div class="subject">
        <h1 title=${program.path}>${program.name}</h1>
        <ul class="facts">
          <li><code>${program.capability ?? 'no file capabilities'}</code></li>
          <li>owner ${program.owner}</li>
          <li>mode <code>${program.mode}</code></li>
          <li>${program.mount}</li>
        </ul>
        <p class="quiet">As seen from ${vantage}${checking ? ' · checking again…' : ''}</p>
      </div>
      <div class="buttons">
        ${checkAgain(actions)}
        <vscode-button secondary @click=${() => actions.send({ kind: 'copyReport' })}
          >Copy Report</vscode-button
        >
        <vscode-button secondary @click=${actions.savePicture}>Save Picture…</vscode-button>
      </div>
    </header>
  `;
}

function checkAgain({ send }: Actions): TemplateResult {
  return html`<vscode-button secondary @click=${() => send({ kind: 'refresh' })}
    >Check Again</vscode-button
  >`;
}

function banner({ verdict, headline, because }: ReportOperation): TemplateResult {
  return html`
    <section class="banner ${verdict}" role="status">
      ${verdictIcon(verdict)}
      <div>
        <strong>${headline}</strong>
        <p>${because}</p>
      </div>
    </section>
  `;
}

function notes({ notes: all }: Report): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  return html`
    <section aria-labelledby="notes">
      <h2 id="notes">What was not seen</h2>
      <ul class="notes">
        ${all.map((note) => html`<li>${note}</li>`)}
      </ul>
    </section>
  `;
}
