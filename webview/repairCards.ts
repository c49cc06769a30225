import { html, nothing, type TemplateResult } from 'lit';
import type { ReportOperation, ReportRepair } from '../extension/protocol/webview.ts';
import type { Actions } from './actions.ts';
import { verdictIcon } from './verdictIcon.ts';

/** The repairs as cards, least privilege first. Nothing runs from here: the extension asks first. */
export function repairCards(
  { repairs, verdict }: ReportOperation,
  trusted: boolean,
  actions: Actions,
): TemplateResult | typeof nothing {
  if (verdict !== 'denied') return nothing;
  return html`
    <section aria-labelledby="repairs">
      <h2 id="repairs">Repairs, least privilege first</h2>
      ${
        trusted || repairs.length === 0
          ? nothing
          : html`<p class="quiet">
              In Restricted Mode nothing is run.
              <button class="link" @click=${() => actions.send({ kind: 'trustWorkspace' })}>
                Manage workspace trust
              </button>
            </p>`
      }
      ${
        repairs.length === 0
          ? html`<p class="quiet">No repair that would lead to “allowed” is known.</p>`
          : html`<ul class="repairs">
              ${repairs.map((repair) => card(repair, trusted, actions))}
            </ul>`
      }
    </section>
  `;
}

function card(
  { key, title, remark, runnable, steps, after }: ReportRepair,
  trusted: boolean,
  { send }: Actions,
): TemplateResult {
  return html`
    <li class="repair">
      <h3>${title}</h3>
      <p class="quiet">${remark}</p>
      ${steps.map(({ kind, text }) =>
        kind === 'advice' ? html`<p>${text}</p>` : html`<pre><code>${text}</code></pre>`,
      )}
      <ul class="after" aria-label="After it">
        ${after.map(
          ({ title: way, verdict, word }) =>
            html`<li>${verdictIcon(verdict)}${way}<span class="unseen">: ${word}</span></li>`,
        )}
      </ul>
      <div class="buttons">
        ${
          runnable && trusted
            ? html`<vscode-button
                aria-label="Run in Terminal: ${title}"
                @click=${() => send({ kind: 'runRepair', key })}
                >Run in Terminal…</vscode-button
              >`
            : nothing
        }
        ${
          steps.some(({ kind }) => kind !== 'advice')
            ? html`<vscode-button
                secondary
                aria-label="Copy: ${title}"
                @click=${() => send({ kind: 'copyRepair', key })}
                >Copy</vscode-button
              >`
            : nothing
        }
      </div>
    </li>
  `;
}
