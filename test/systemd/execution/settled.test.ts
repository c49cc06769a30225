import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from '../lab/lab.ts';
import { testReleases } from '../lab/testTrees.ts';
import { installPrograms } from './programs.ts';
import { describeSettled, observeSettled, settled, type Outcome } from './settled.ts';

const cases = settled.map((each, index) => ({ each, index, about: describeSettled(each) }));

describe.each(testReleases)('%s', (release) => {
  let lab: Lab;
  let observed: readonly Outcome[];
  beforeAll(async () => {
    lab = await Lab.boot(release);
    await installPrograms(lab);
    observed = await observeSettled(lab);
  });
  afterAll(() => lab.dispose());

  test.each(cases)('$about', ({ each, index }) => {
    expect(observed[index]).toEqual(each.outcome(lab.version));
  });
});
