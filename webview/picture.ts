import { html, nothing, svg, type TemplateResult } from 'lit';
import { breakPlaces } from '../extension/report/picture/breakPlaces.ts';
import { crossingSides } from '../extension/report/picture/crossing.ts';
import type {
  ReportLane,
  ReportOperation,
  ReportReason,
  ReportStage,
} from '../extension/protocol/webview.ts';
import { t } from './words.ts';

/**
 * The stages as boxes, side by side or, where it is narrow, one below the other, and through them
 * one lane for each capability. Each box draws its own piece of a lane, across half of the gap to
 * either side, so that text wraps as text and the lane is still one line.
 */
export function picture({
  picture: { lanes, stages, captions },
  reasons,
  verdict,
}: ReportOperation): TemplateResult {
  return html`
    <section aria-labelledby="picture">
      <h2 id="picture" class="unseen">${t('From the file to the kernel’s answer')}</h2>
      <ol class="picture ${verdict}">
        ${stages.map((stage) =>
          stageBox(
            stage,
            lanes,
            reasons.filter((reason) => reason.stage === stage.stage),
          ),
        )}
      </ol>
      ${captions.map((caption) => html`<p class="caption">${caption}</p>`)}
    </section>
  `;
}

function stageBox(
  { stage, title, cut, lines }: ReportStage,
  lanes: readonly ReportLane[],
  reasons: readonly ReportReason[],
): TemplateResult {
  const [first, ...rest] = lines;
  const name = html`${title}${cut && stage !== 'result' ? html`<span class="unseen"> ${t('(cut here)')}</span>` : nothing}`;
  return html`
    <li
      class="stage ${stage} ${cut ? 'cut' : ''}"
      @keydown=${dismissAtEscape}
      @mouseleave=${allowAgain}
      @focusout=${allowAgain}
    >
      <h3>
        ${
          reasons.length === 0
            ? name
            : html`<button class="asks" aria-describedby="reasons-${stage}">${name}</button>`
        }
      </h3>
      <div class="box">
        <div class="lanes" aria-hidden="true">
          ${lanes.map(
            ({ capability, crossings }) => html`
              <div class="lane">
                ${stage === 'file' ? html`<code>${capability}</code>` : nothing}
                ${lanePiece(crossings[stage], stage, 'across')}
                ${lanePiece(crossings[stage], stage, 'down')}
              </div>
            `,
          )}
        </div>
        <p lang="en">
          <strong>${breakable(first ?? '')}</strong>
          ${rest.map((line) => html`<span>${breakable(line)}</span>`)}
        </p>
      </div>
      ${reasons.length === 0 ? nothing : stageReasons(stage, reasons)}
    </li>
  `;
}

/** Why it is so, shown while the pointer is on the stage or the focus on its name. */
function stageReasons(
  stage: ReportStage['stage'],
  reasons: readonly ReportReason[],
): TemplateResult {
  return html`
    <div role="tooltip" id="reasons-${stage}" class="reasons" lang="en">
      ${reasons.map(
        ({ effect, text, source }) =>
          html`<p class=${effect}>${breakable(text)}. <cite>${breakable(source)}</cite></p>`,
      )}
    </div>
  `;
}

/** What hovers over other text must go without moving pointer or focus (WCAG 2.2, 1.4.13). */
function dismissAtEscape(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || !(event.currentTarget instanceof HTMLElement)) return;
  event.currentTarget.toggleAttribute('data-dismissed', true);
}

function allowAgain({ currentTarget }: Event): void {
  if (currentTarget instanceof HTMLElement) currentTarget.removeAttribute('data-dismissed');
}

/** Calls, paths and capability texts may break after their punctuation, before anywhere else. */
function breakable(text: string): readonly (string | TemplateResult)[] {
  return text.split(breakPlaces).flatMap((part) => [part, html`<wbr />`]);
}

type Crossing = ReportLane['crossings'][ReportStage['stage']];

function lanePiece(
  crossing: Crossing,
  stage: ReportStage['stage'],
  direction: 'across' | 'down',
): TemplateResult {
  const [before, after] = crossingSides[crossing];
  const half = (from: string, to: string, on: boolean): TemplateResult => {
    const name = on ? 'on' : 'off';
    return direction === 'across'
      ? svg`<line class=${name} x1=${from} x2=${to} y1="50%" y2="50%" />`
      : svg`<line class=${name} y1=${from} y2=${to} x1="50%" x2="50%" />`;
  };
  const [x, y] = ['50%', '50%'];
  return html`<svg class=${direction}>
    ${stage === 'file' ? nothing : half('0', '50%', before)}
    ${stage === 'result' ? nothing : half('50%', '100%', after)}
    <svg x=${x} y=${y} overflow="visible">
      ${crossing === 'enters' ? svg`<circle class="source" r="5" />` : nothing}
      ${crossing === 'lost' || crossing === 'missing' ? svg`<path class="cross" d="M-7-7 7 7M7-7-7 7" />` : nothing}
      ${stage === 'result' ? svg`<circle class=${before ? 'source' : 'nothing'} r="5" />` : nothing}
    </svg>
  </svg>`;
}
