/** Where paths of another system’s tree lead, as the kernel has it (openat2(2), RESOLVE_IN_ROOT). */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathBelow } from '../../extension/probe/helper/pathBelow.ts';
import { buildFixtures } from '../fixtures/build.ts';
import { mustRun } from './world/command.ts';

const names = ['a', 'b', 'c', 'd'] as const;
const part = fc.constantFrom(...names, ...names, '..', '.', '');
const path = fc
  .tuple(fc.boolean(), fc.array(part, { minLength: 1, maxLength: 6 }))
  .map(([absolute, parts]) => (absolute ? '/' : '') + parts.join('/') || '/');
/** At each of the places a file, a directory or a link; what is below a file or a link is not made. */
const tree = fc.array(
  fc.tuple(
    fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }),
    fc.oneof(
      fc.constantFrom('file', 'directory'),
      path.map((target) => ({ target })),
    ),
  ),
  { maxLength: 14 },
);

function grow(root: string, entries: typeof tree extends fc.Arbitrary<infer T> ? T : never): void {
  for (const [parts, kind] of entries) {
    const place = join(root, ...parts);
    try {
      if (kind === 'file') writeFileSync(place, '');
      else if (kind === 'directory') mkdirSync(place);
      else symlinkSync(kind.target, place);
    } catch (error) {
      // What came first stays, and nothing is made through a link.
      if (!(error instanceof Error && 'code' in error)) throw error;
    }
  }
}

test('a path leads where the kernel has it lead', { timeout: 120_000 }, async () => {
  const { inRoot } = await buildFixtures();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'capwright-below-')));
  const seen = { found: 0, loops: 0 };
  try {
    const trees = fc.sample(fc.tuple(tree, fc.array(path, { minLength: 80, maxLength: 80 })), 200);
    for (const [index, [entries, asked]] of trees.entries()) {
      const root = join(folder, String(index));
      mkdirSync(root);
      grow(root, entries);
      const paths = asked.map((each) => `/${each}`);
      const told = (await mustRun([inRoot, root], paths.join('\n'))).trimEnd().split('\n');
      for (const [at, kernel] of told.entries()) {
        const ours = pathBelow(root, paths[at] ?? '');
        const about = JSON.stringify([entries, paths[at]]);
        if (kernel === 'ELOOP') {
          seen.loops += 1;
          expect(ours, about).toMatchObject({ ok: false, error: { error: { errno: kernel } } });
        } else if (kernel.startsWith('/')) {
          seen.found += 1;
          expect(ours, about).toEqual({ ok: true, result: kernel });
        }
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(seen.found).toBeGreaterThan(200);
  expect(seen.loops).toBeGreaterThan(5);
});
