import { html, svg, type TemplateResult } from 'lit';
import type { ReportOperation } from '../extension/protocol/webview.ts';

const shapes: Readonly<Record<ReportOperation['verdict'], TemplateResult>> = {
  allowed: svg`<path d="M3.5 8.5 6.6 11.5 12.5 4.8" />`,
  denied: svg`<path d="M4 4 12 12M12 4 4 12" />`,
  unknown: svg`<path d="M5.5 6.2a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.7M8 12.6v.1" />`,
};

/** A mark whose shape tells the verdict, without its colour; it is not read aloud. */
export function verdictIcon(verdict: ReportOperation['verdict']): TemplateResult {
  return html`<svg class="icon ${verdict}" viewBox="0 0 16 16" aria-hidden="true">
    ${shapes[verdict]}
  </svg>`;
}
