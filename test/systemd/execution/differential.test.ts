/** Random units, started by a booted systemd and foretold by the model: no disagreement. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from '../lab/lab.ts';
import { testReleases } from '../lab/testTrees.ts';
import { disagreements, factsOf, judgeOf } from './prediction.ts';
import { installPrograms } from './programs.ts';
import { samples } from './sample.ts';

describe.each(testReleases)('%s', (release) => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.boot(release);
    await installPrograms(lab);
  });
  afterAll(() => lab.dispose());

  test('what becomes of 250 random units was foretold', async () => {
    const judge = judgeOf(await factsOf(lab));
    const wrong: unknown[] = [];
    let started = 0;
    for await (const { unit, observation } of samples(lab, 250, 2)) {
      const found = disagreements(judge(unit), observation);
      if (found.length > 0) wrong.push({ found, unit });
      started += observation.commands.filter(({ start }) => start === 'ok').length;
    }
    expect(wrong).toEqual([]);
    expect(started).toBeGreaterThan(50);
  });
});
