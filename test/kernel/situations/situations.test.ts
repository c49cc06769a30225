import { afterAll, beforeAll, describe, test } from 'vitest';
import { buildFixtures, type Fixtures } from '../../fixtures/build.ts';
import { openSpace } from '../world/space.ts';
import { prepareWorld, type World } from '../world/world.ts';
import { situations } from './situations.ts';

let world: World;
let fixtures: Fixtures;

beforeAll(async () => {
  fixtures = await buildFixtures();
  world = await prepareWorld();
});

afterAll(() => world.dispose());

for (const language of ['C', 'Rust'] as const) {
  describe.concurrent(`a program in ${language}`, () => {
    for (const situation of situations) {
      if (language !== 'C' && situation.anyLanguage === true) continue;
      test(situation.name, async ({ expect, skip }) => {
        const built = language === 'C' ? { path: fixtures.tun } : fixtures.tunRust;
        if (built.path === null) return skip(built.reason);

        const space = await openSpace();
        try {
          const bench = { world, fixtures, space };
          const missing = await situation.missing?.(bench);
          if (typeof missing === 'string') skip(missing);

          await situation.surroundings?.(bench);
          const program = await situation.program(bench, built.path);
          const args = situation.device === undefined ? [] : [situation.device];
          const { start, launcher } = situation;
          const attempt = await start.begin(bench, launcher, [program, ...args]);

          const observed = await attempt.finish();
          expect(observed).toEqual(situation.observed);
        } finally {
          await space.dispose();
        }
      });
    }
  });
}
