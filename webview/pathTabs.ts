import { html, type TemplateResult } from 'lit';
import type { ReportPath } from '../extension/protocol/webview.ts';
import type { Actions } from './actions.ts';
import { verdictIcon } from './verdictIcon.ts';
import { t } from './words.ts';

export const tabPanelId = 'launch-path';

export function tabId(path: ReportPath['path']): string {
  return `tab-${path}`;
}

/** The launch paths as tabs: arrow keys, Home and End move and choose, as the ARIA pattern has it. */
export function pathTabs(
  paths: readonly ReportPath[],
  chosen: ReportPath,
  operation: string,
  { choose }: Actions,
): TemplateResult {
  const onKeydown = (event: KeyboardEvent): void => {
    const target = paths.at(nextIndex(event.key, paths.indexOf(chosen), paths.length) ?? NaN);
    if (target === undefined || nextIndex(event.key, 0, 1) === null) return;
    event.preventDefault();
    choose({ path: target.path });
    document.getElementById(tabId(target.path))?.focus();
  };
  return html`
    <div role="tablist" aria-label=${t('Launch path')} class="tabs" @keydown=${onKeydown}>
      ${paths.map((path) => {
        const selected = path === chosen;
        const shown =
          path.operations.find((each) => each.operation === operation) ?? path.operations[0];
        if (shown === undefined) return null;
        return html`<button
          role="tab"
          id=${tabId(path.path)}
          aria-label="${path.title}, ${shown.word}"
          aria-selected=${selected ? 'true' : 'false'}
          aria-controls=${tabPanelId}
          tabindex=${selected ? 0 : -1}
          @click=${() => choose({ path: path.path })}
        >
          ${verdictIcon(shown.verdict)}${path.title}
        </button>`;
      })}
    </div>
  `;
}

/** Null for a key that moves nothing. */
function nextIndex(key: string, index: number, count: number): number | null {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return (index + 1) % count;
    case 'ArrowLeft':
    case 'ArrowUp':
      return (index + count - 1) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
