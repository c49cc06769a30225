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
import { t } from './words.ts';

export function reportPage(
  shown: PanelContent | null,
  checking: boolean,
  choice: Choice,
  actions: Actions,
): TemplateResult {
  if (shown === null || shown.kind === 'checking') {
    return html`<p role="status" class="quiet">${t('Checking…')}</p>`;
  }
  if (shown.kind === 'failure') {
    return html`
      <section class="banner denied" role="alert">
        ${verdictIcon('denied')}
        <div>
          <h1 lang="en">${shown.message}</h1>
          <p lang="en">${shown.remedy}</p>
          <div class="buttons">${checkAgain(actions)}</div>
          ${checking ? html`<p role="status">${t('Checking…')}</p>` : nothing}
        </div>
      </section>
    `;
  }
  const { report, trusted } = shown;
  const chosen = chosenIn(report, choice);
  if (chosen === null) return html`<p>${t('Nothing was asked.')}</p>`;
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
          <li>${noneOr(program.capability)}</li>
          <li>${t('owner {0}', program.owner)}</li>
          <li>${t('mode {0}', program.mode)}</li>
          <li lang="en">${program.mount}</li>
        </ul>
        <p class="quiet">${seenFrom(vantage, checking)}</p>
      </div>
      <div class="buttons">
        ${checkAgain(actions)}
        <vscode-button secondary @click=${() => actions.send({ kind: 'copyReport' })}
          >${t('Copy Report')}</vscode-button
        >
        <vscode-button secondary @click=${actions.savePicture}>${t('Save Picture…')}</vscode-button>
      </div>
    </header>
  `;
}

function noneOr(capability: string | null): string | TemplateResult {
  return capability === null ? t('no file capabilities') : html`<code>${capability}</code>`;
}

function seenFrom(vantage: string, checking: boolean): string {
  const seen = t('As seen from {0}', vantage);
  return checking ? `${seen} · ${t('checking again…')}` : seen;
}

function checkAgain({ send }: Actions): TemplateResult {
  return html`<vscode-button secondary @click=${() => send({ kind: 'refresh' })}
    >${t('Check Again')}</vscode-button
  >`;
}

function banner({ verdict, headline, because }: ReportOperation): TemplateResult {
  return html`
    <section class="banner ${verdict}" role="status">
      ${verdictIcon(verdict)}
      <div>
        <strong>${headline}</strong>
        <p lang="en">${because}</p>
      </div>
    </section>
  `;
}

function notes({ notes: all }: Report): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  return html`
    <section aria-labelledby="notes">
      <h2 id="notes">${t('What was not seen')}</h2>
      <ul class="notes">
        ${all.map((note) => html`<li lang="en">${note}</li>`)}
      </ul>
    </section>
  `;
}
