import * as v from 'valibot';
import type { Tree } from './tree.ts';

const Report = v.object({
  summary: v.object({
    totalCruised: v.number(),
    violations: v.array(v.object({ from: v.string(), rule: v.object({ name: v.string() }) })),
  }),
});

/** What dependency-cruiser refuses in these folders of a tree: the file and the rule. */
export function cruise(
  tree: Tree,
  ...folders: readonly string[]
): { rule: string; from: string }[] {
  const { stdout } = tree.run(
    ...(['depcruise', '--config', '.dependency-cruiser.mjs', '--output-type', 'json'] as const),
    ...folders,
  );
  const { summary } = v.parse(v.pipe(v.string(), v.parseJson(), Report), stdout);
  return summary.violations.map(({ from, rule }) => ({ rule: rule.name, from }));
}
