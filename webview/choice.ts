import type { Report, ReportOperation, ReportPath } from '../extension/protocol/webview.ts';

/** What the reader looks at; absent where nothing was chosen yet. */
export interface Choice {
  readonly path?: ReportPath['path'];
  readonly operation?: string;
}

/** What is shown for a choice: what was chosen where the report has it, else the first. */
export function chosenIn(
  { paths }: Report,
  choice: Choice,
): { readonly path: ReportPath; readonly operation: ReportOperation } | null {
  const path = paths.find((each) => each.path === choice.path) ?? paths[0];
  const operation =
    path?.operations.find((each) => each.operation === choice.operation) ?? path?.operations[0];
  return path === undefined || operation === undefined ? null : { path, operation };
}
