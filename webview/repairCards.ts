import { html, nothing, type TemplateResult } from 'lit';
import type { ReportOperation, ReportRepair } from '../extension/protocol/webview.ts';
import type { Actions } from './actions.ts';
import { verdictIcon } from './verdictIcon.ts';
import { t } from './words.ts';

/** The repairs as cards, least privilege first. Nothing runs from here: the extension asks first. */
export function repairCards(
  { repairs, verdict }: ReportOperation,
  trusted: boolean,
  actions: Actions,
): TemplateResult | typeof nothing {
  if (verdict !== 'denied') return nothing;
  return html`
    <section aria-labelledby="repairs">
      <h2 id="repairs">${t('Repairs, least privilege first')}</h2>
      ${
        trusted || repairs.length === 0
          ? nothing
          : html`<p class="quiet">
              ${t('In Restricted Mode nothing is run.')}
              <button class="link" @click=${() => actions.send({ kind: 'trustWorkspace' })}>
                ${t('Manage Workspace Trust')}
              </button>
            </p>`
      }
      ${
        repairs.length === 0
          ? html`<p class="quiet">${t('No repair that would lead to “allowed” is known.')}</p>`
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
  // Blanks part the ids of a list.
  const afterId = `after-${key.replaceAll(' ', '-')}`;
  return html`
    <li class="repair">
      <h3 lang="en">${title}</h3>
      <p class="quiet" lang="en">${remark}</p>
      ${steps.map(stepText)}
      <div class="prospects">
        <span id=${afterId}>${t('After it:')}</span>
        <ul class="after" aria-labelledby=${afterId}>
          ${after.map(
            ({ title: way, verdict, word }) =>
              html`<li>${verdictIcon(verdict)}${way}<span class="unseen">: ${word}</span></li>`,
          )}
        </ul>
      </div>
      <div class="buttons">
        ${
          runnable && trusted
            ? html`<vscode-button
                aria-label=${t('Run in Terminal: {0}', title)}
                @click=${() => send({ kind: 'runRepair', key })}
                >${t('Run in Terminal…')}</vscode-button
              >`
            : nothing
        }
        ${
          steps.some(({ kind }) => kind !== 'advice')
            ? html`<vscode-button
                secondary
                aria-label=${t('Copy: {0}', title)}
                @click=${() => send({ kind: 'copyRepair', key })}
                >${t('Copy')}</vscode-button
              >`
            : nothing
        }
      </div>
    </li>
  `;
}

function stepText({ kind, text }: ReportRepair['steps'][number]): TemplateResult {
  switch (kind) {
    case 'advice':
      return html`<p lang="en">${text}</p>`;
    case 'command':
      return html`<pre><code>${words(text)}</code></pre>`;
    case 'code':
      return html`<pre><code>${text}</code></pre>`;
  }
}

/** The words of a command, which break between them before anywhere else; copied, they are the command. */
function words(command: string): readonly (string | TemplateResult)[] {
  return command
    .split(/(\s+)/)
    .map((part, index) => (index % 2 === 1 ? part : html`<span class="word">${part}</span>`));
}
