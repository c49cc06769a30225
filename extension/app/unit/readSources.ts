import type { FoundUnit, UnitSources } from '../../model/unit/unitSources.ts';
import { collectUnitText, type UnitTree } from '../../probe/unitEvidence.ts';
import type { UnreadFile } from '../../report/lint/lintReport.ts';

/** What a unit is made of, as far as it could be read. */
export type ReadSources =
  | (FoundUnit & { readonly unread: readonly UnreadFile[] })
  | Exclude<UnitSources, FoundUnit>
  | { readonly kind: 'unread'; readonly why: string };

/** Reads the files that were found by their names. What cannot be read of the drop-ins is told. */
export async function readSources(tree: UnitTree, sources: UnitSources): Promise<ReadSources> {
  if (sources.kind !== 'found') return sources;
  const own = await collectUnitText(tree, sources.fragment.text);
  if (own.kind === 'missing') return { kind: 'not-found' };
  if (own.kind === 'unread') return own;
  const fragment = { ...sources.fragment, text: own.text };
  if (fragment.text === '') return { kind: 'masked', path: fragment.path };
  const others = await Promise.all(
    sources.dropIns.map(async ({ path, text }) => ({
      path,
      found: await collectUnitText(tree, text),
    })),
  );
  return {
    ...sources,
    fragment,
    dropIns: others.flatMap(({ path, found }) =>
      found.kind === 'text' ? [{ path, text: found.text }] : [],
    ),
    unread: others.flatMap(({ path, found }) =>
      found.kind === 'unread' ? [{ path, why: found.why }] : [],
    ),
  };
}
