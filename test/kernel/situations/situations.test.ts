import { beforeAll, describe, test, type ExpectStatic } from 'vitest';
import { buildFixtures, type Fixtures } from '../../fixtures/build.ts';
import { mustRun } from '../world/command.ts';
import { openSpace } from '../world/space.ts';
import { prepareWorld, type World } from '../world/world.ts';
import type { Bench } from './bench.ts';
import { rootShell } from './launchers.ts';
import { allowed, type Observation } from './observation.ts';
import { predict, type Prediction } from './prediction.ts';
import { makeChanges, provable, repairsAmong, startRepaired, type Repair } from './repairs.ts';
import { situations, type Situation } from './situations.ts';

let world: World;
let fixtures: Fixtures;

beforeAll(async () => {
  const bundle = new URL('../../../.build/bundle.mjs', import.meta.url).pathname;
  await mustRun([process.execPath, bundle]);
  fixtures = await buildFixtures();
  world = await prepareWorld();
  return () => world.dispose();
});

/** The ids of the repairs that were done, and after which the kernel allowed what it had refused. */
const proven = new Set<string>();

for (const [turn, language] of (['C', 'Rust'] as const).entries()) {
  describe.concurrent(`a program in ${language}`, () => {
    for (const [row, situation] of situations.entries()) {
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
          const { observed, predicted } = await doAndAsk(
            bench,
            situation,
            program,
            situation.device,
          );

          expect(observed).toEqual(expectedHere(situation, observed));
          expectAgreement(expect, situation, predicted, observed);

          if (predicted.kind !== 'verdict') return;
          const repairs = repairsAmong(predicted.fixes).filter(
            ({ device }) => device === null || situation.namesNone !== true,
          );
          // One at a time, and every one of them in some row.
          const repair = repairs[(row + turn) % repairs.length];
          if (repair !== undefined) {
            await proveRepair(expect, bench, situation, program, repair);
          }
        } finally {
          await space.dispose();
        }
      });
    }
  });
}

test('every repair has been proven', ({ expect }) => {
  expect([...proven].sort()).toEqual([...provable].sort());
});

async function doAndAsk(
  bench: Bench,
  { start, launcher, tap }: Situation,
  program: string,
  device: string | undefined,
): Promise<{ readonly observed: Observation; readonly predicted: Prediction }> {
  const args = [...(tap === true ? ['--tap'] : []), ...(device === undefined ? [] : [device])];
  const { waiting, finish } = await start.begin(bench, launcher, [program, ...args]);
  const question = { program, device, tap: tap === true, path: start.path, pid: waiting };
  const predicted = await predict(bench, waiting === null ? launcher : rootShell(), question);
  return { observed: await finish(), predicted };
}

/** What has to be observed on this kernel: kernels differ in few rows, and those say so. */
function expectedHere({ observed, elsewhere }: Situation, found: Observation): Observation {
  const here =
    elsewhere !== undefined && JSON.stringify(found) === JSON.stringify(elsewhere.observed);
  return here ? elsewhere.observed : observed;
}

function expectAgreement(
  expect: ExpectStatic,
  { unseen, unasked }: Situation,
  predicted: Prediction,
  observed: Observation,
  when = 'as it is',
): void {
  switch (predicted.kind) {
    case 'verdict':
      expect(predicted.observation, `what was predicted ${when}`).toEqual(observed);
      return;
    case 'unknown':
      expect(unseen, `why it can be unknown: ${predicted.unseen.join('; ')}`).toBeTypeOf('string');
      return;
    case 'refused':
      expect(unasked, `why it can be refused: ${predicted.message}`).toBeTypeOf('string');
  }
}

async function proveRepair(
  expect: ExpectStatic,
  bench: Bench,
  situation: Situation,
  program: string,
  repair: Repair,
): Promise<void> {
  const device = repair.device ?? situation.device;
  await makeChanges(bench, repair);
  if (repair.start === null) {
    // It may be a repair for another launch path: then it is enough that this is predicted.
    const { observed, predicted } = await doAndAsk(bench, situation, program, device);
    expectAgreement(expect, situation, predicted, observed, `after ${repair.id}`);
    if (observed.stage === 'none') proven.add(repair.id);
  } else {
    const args = device === undefined ? [] : [device];
    const observed = await startRepaired(bench, situation.launcher, repair.start, args);
    expect(observed, `with ${repair.id}`).toEqual(allowed);
    proven.add(repair.id);
  }
}
