/** Fixes that are offered are made on a booted systemd, those with commands up to a limit: what becomes of the unit was foretold. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import type { UnitFix } from '../../../extension/fixes/unitFix.ts';
import { Lab } from '../lab/lab.ts';
import { testReleases } from '../lab/testTrees.ts';
import { exampleProgramsOfLab, exampleSubjects } from './exampleSubjects.ts';
import { factsOf, judgedBy } from './prediction.ts';
import { installPrograms } from './programs.ts';
import { repairAll } from './repair.ts';
import { unitCase, unitOf } from './unitCase.ts';

describe.each(testReleases)('%s', (release) => {
  let lab: Lab;
  let judge: ReturnType<typeof judgedBy>;
  beforeAll(async () => {
    lab = await Lab.boot(release);
    await installPrograms(lab, exampleProgramsOfLab);
    judge = judgedBy(await factsOf(lab), exampleProgramsOfLab);
  });
  afterAll(() => lab.dispose());

  test('the fixes of the rules’ examples do what they promise', async () => {
    const subjects = exampleSubjects.map(({ subject }) => subject);
    const { made, gained, wrong } = await repairAll(lab, judge, subjects, { withCommands: 40 });
    expect(wrong).toEqual([]);
    expect(made.size).toBeGreaterThan(40);
    expect(gained).toBeGreaterThan(100);
  });

  test('a fix that does nothing is noticed', async () => {
    const subjects = exampleSubjects.map(({ subject }) => subject);
    const spoil = (fix: UnitFix): UnitFix => ({ ...fix, edits: [] });
    const { wrong } = await repairAll(lab, judge, subjects, { withCommands: 0, spoil });
    expect(wrong.length).toBeGreaterThan(30);
  });

  test('so do those of random units', async () => {
    const subjects = fc
      .sample(unitCase, { seed: 3, numRuns: 120 })
      .map((drawn) => (unique: string) => unitOf(drawn, unique));
    const { gained, wrong } = await repairAll(lab, judge, subjects, { withCommands: 20 });
    expect(wrong).toEqual([]);
    expect(gained).toBeGreaterThan(50);
  });
});
