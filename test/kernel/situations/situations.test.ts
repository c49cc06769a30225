import { beforeAll, describe, test, type ExpectStatic } from 'vitest';
import { buildFixtures, type Fixtures } from '../../fixtures/build.ts';
import { makeBundles } from '../world/bundles.ts';
import { toolMissing } from '../world/command.ts';
import { openSpace } from '../world/space.ts';
import { prepareWorld, type World } from '../world/world.ts';
import type { Bench } from './bench.ts';
import { rootShell, shell } from './launchers.ts';
import { allowed, type Observation } from './observation.ts';
import { predict, type Prediction } from './prediction.ts';
import { makeChanges, provable, repairsAmong, startRepaired, type Repair } from './repairs.ts';
import { situations, type Situation } from './situations.ts';
import { directly, typedLater } from './starts.ts';

let world: World;
let fixtures: Fixtures;
let gdbMissing: string | null;

beforeAll(async () => {
  await makeBundles();
  fixtures = await buildFixtures();
  gdbMissing = await toolMissing('gdb');
  world = await prepareWorld();
  return () => world.dispose();
});

/** The ids of the repairs that were done, and after which the kernel allowed what it had refused. */
const proven = new Set<string>();

for (const language of ['C', 'Rust'] as const) {
  describe.concurrent(`a program in ${language}`, () => {
    for (const situation of situations) {
      if (language !== 'C' && situation.anyLanguage === true) continue;

      test(situation.name, async ({ expect, skip }) => {
        const built = language === 'C' ? { path: fixtures.tun } : fixtures.tunRust;
        if (built.path === null) return skip(built.reason);

        // A repair is the same whatever the program was written in. Each begins from scratch.
        let turns = 1;
        for (let turn = 0; turn < turns; turn++) {
          await onBench(situation, built.path, skip, async (bench, program) => {
            const { device } = situation;
            const { observed, predicted } = await doAndAsk(bench, situation, program, device);
            expect(observed).toEqual(expectedHere(situation, observed));
            expectAgreement(expect, excusesOf(situation), predicted, observed);

            const repairs = repairsOf(predicted, situation);
            const repair = repairs[turn];
            if (repair !== undefined) {
              await proveRepair(expect, bench, situation, program, repair);
            }
            if (language === 'C') turns = repairs.length;
          });
        }
      });
    }
  });
}

describe.concurrent('asked about from another shell', () => {
  for (const situation of situations.filter(({ start }) => start === directly)) {
    test(situation.name, async ({ expect, skip }) => {
      await onBench(situation, fixtures.tun, skip, async (bench, program) => {
        const { device, unseenFromOutside } = situation;
        const later = { ...situation, start: typedLater };
        const excuses = excusesOf(situation);
        const outside = { ...excuses, unseen: unseenFromOutside ?? excuses.unseen };
        const { observed, predicted } = await doAndAsk(bench, later, program, device, shell());
        expect(observed).toEqual(expectedHere(situation, observed));
        expectAgreement(expect, outside, predicted, observed);
      });
    });
  }
});

test('every repair has been proven', ({ expect, skip }) => {
  const reason = provable.map(repairMissing).find((each) => each !== null);
  if (typeof reason === 'string') skip(reason);
  expect([...proven].sort()).toEqual([...provable].sort());
});

/** The repairs that can be proven on this machine. */
function repairsOf(predicted: Prediction, { useless = {} }: Situation): readonly Repair[] {
  if (predicted.kind !== 'verdict') return [];
  return repairsAmong(predicted.fixes).filter(
    ({ id }) => repairMissing(id) === null && !Object.hasOwn(useless, id),
  );
}

/** Why a repair cannot be done on this machine; null where it can. */
function repairMissing(id: string): string | null {
  if (id === 'debug-with-ambient-capabilities' && gdbMissing !== null) return gdbMissing;
  const withoutSudo = ['run-in-sandbox', 'make-executable', 'enter-group'];
  return withoutSudo.includes(id) ? null : world.sudoMissing;
}

/** Makes the situation in a space of its own. */
async function onBench(
  situation: Situation,
  built: string,
  skip: (reason: string) => never,
  use: (bench: Bench, program: string) => Promise<void>,
): Promise<void> {
  const space = await openSpace();
  try {
    const bench = { world, fixtures, space };
    const { tool } = situation.start;
    const missing =
      (await situation.missing?.(bench)) ?? (tool === undefined ? null : await toolMissing(tool));
    if (missing !== null) skip(missing);

    await situation.surroundings?.(bench);
    await use(bench, await situation.program(bench, built));
  } finally {
    await space.dispose();
  }
}

/** @param asker whose vantage the question is asked at, where the launcher waits */
async function doAndAsk(
  bench: Bench,
  { start, launcher, tap }: Situation,
  program: string,
  device: string | undefined,
  asker = rootShell(),
): Promise<{ readonly observed: Observation; readonly predicted: Prediction }> {
  const command = [program, ...argumentsFor(tap, device)] as const;
  const { waiting, finish } = await start.begin(bench, launcher, command);
  const question = { program, device, tap: tap === true, path: start.path, pid: waiting };
  const predicted = await predict(bench, waiting === null ? launcher : asker, question);
  return { observed: await finish(), predicted };
}

function argumentsFor(tap: true | undefined, device: string | undefined): readonly string[] {
  return [...(tap === true ? ['--tap'] : []), ...(device === undefined ? [] : [device])];
}

/** What has to be observed on this kernel: kernels differ in few rows, and those say so. */
function expectedHere({ observed, elsewhere }: Situation, found: Observation): Observation {
  const here =
    elsewhere !== undefined && JSON.stringify(found) === JSON.stringify(elsewhere.observed);
  return here ? elsewhere.observed : observed;
}

/** Why a check may answer something else than a verdict. */
interface Excuses {
  readonly unseen: string | undefined;
  readonly unasked: string | undefined;
}

function excusesOf({ unseen, unasked }: Situation): Excuses {
  return { unseen, unasked };
}

function expectAgreement(
  expect: ExpectStatic,
  { unseen, unasked }: Excuses,
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
    expectAgreement(expect, excusesOf(situation), predicted, observed, `after ${repair.id}`);
    if (observed.stage === 'none') proven.add(repair.id);
  } else {
    const { launcher, tap } = situation;
    const command = [program, ...argumentsFor(tap, device)] as const;
    const observed = await startRepaired(bench, launcher, repair.start, command);
    expect(observed, `with ${repair.id}`).toEqual(allowed);
    proven.add(repair.id);
  }
}
