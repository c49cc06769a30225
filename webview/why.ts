import { html, nothing, type TemplateResult } from 'lit';
import type { ReportOperation } from '../extension/protocol/webview.ts';
import type { Actions } from './actions.ts';
import { t } from './words.ts';

/** The chain of reasons in the kernel's order, each with the source that implements it. */
export function why(
  { reasons, findings, picture }: ReportOperation,
  { send }: Actions,
): TemplateResult {
  const titles = new Map(picture.stages.map(({ stage, title }) => [stage, title]));
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  return html`
    <section aria-labelledby="why">
      <h2 id="why">${t('Why')}</h2>
      <ol class="why">
        ${reasons.map(
          ({ text, source, effect, stage }) => html`
            <li class=${effect}>
              <span class="at">${titles.get(stage)}</span>
              <span lang="en">
                ${
                  effect === 'withholds' || effect === 'refuses'
                    ? html`<strong>${text}</strong>`
                    : text
                }
                <cite>${source}</cite>
              </span>
            </li>
          `,
        )}
      </ol>
      ${
        rules.length === 0
          ? nothing
          : html`<p class="rules">
              ${rules.map(
                (rule) =>
                  html`<button class="link" @click=${() => send({ kind: 'explainRule', rule })}>
                    ${t('Explain {0}', rule)}
                  </button>`,
              )}
            </p>`
      }
    </section>
  `;
}
