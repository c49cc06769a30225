import { html, type TemplateResult } from 'lit';
import type { ReportOperation, ReportPath } from '../extension/protocol/webview.ts';
import type { Actions } from './actions.ts';
import { verdictIcon } from './verdictIcon.ts';
import { t } from './words.ts';

/** Every operation on the chosen launch path; choosing one shows its picture, reasons and repairs. */
export function operationsTable(
  { operations, phrase }: ReportPath,
  chosen: ReportOperation,
  { choose }: Actions,
): TemplateResult {
  return html`
    <section aria-labelledby="operations">
      <h2 id="operations">${t('Operations, when started {0}', phrase)}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">${t('Operation')}</th>
            <th scope="col">${t('Verdict')}</th>
            <th scope="col">${t('Because')}</th>
          </tr>
        </thead>
        <tbody>
          ${operations.map(
            (each) => html`
              <tr class=${each === chosen ? 'chosen' : ''}>
                <th scope="row">
                  <button
                    class="link"
                    aria-pressed=${each === chosen ? 'true' : 'false'}
                    @click=${() => {
                      choose({ operation: each.operation });
                      window.scrollTo({ top: 0 });
                    }}
                  >
                    ${each.title}
                  </button>
                </th>
                <td><span class="verdict">${verdictIcon(each.verdict)}${each.word}</span></td>
                <td lang="en">${each.gate}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    </section>
  `;
}
