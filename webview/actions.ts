import type { FromPanel, ReportPath } from '../extension/protocol/webview.ts';

/** What the reader looks at; absent where nothing was chosen yet. */
export interface Choice {
  readonly path?: ReportPath['path'];
  readonly operation?: string;
}

export interface Actions {
  readonly choose: (change: Choice) => void;
  readonly send: (message: FromPanel) => void;
}
