/** axe-core, the rules of accessibility that a machine can check, on a page of ours inside VS Code's. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';

const source = join(import.meta.dirname, '../../../node_modules/axe-core/axe.min.js');

interface Found {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** What every rule that axe-core has finds, none left out; a line each. */
export async function axeViolations(document: FrameLocator): Promise<readonly string[]> {
  const frame = await (await document.owner().elementHandle()).contentFrame();
  if (frame === null) throw new Error('the frame is gone');
  await frame.evaluate(await readFile(source, 'utf8'));
  const found = await frame.evaluate<readonly Found[]>(
    'axe.run(document).then(({ violations }) => violations)',
  );
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id} (${help}): ${html} ${failureSummary ?? ''}`),
  );
}
