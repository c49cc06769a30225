import * as fc from 'fast-check';
import type { Lab } from '../lab/lab.ts';
import { observe, type Observation, type UnitUnderTest } from './observe.ts';
import { unitCase, unitOf, type UnitCase } from './unitCase.ts';

/** A random unit, and what a booted systemd made of it. */
export interface Sample {
  readonly drawn: UnitCase;
  readonly unit: UnitUnderTest;
  readonly observation: Observation;
}

/** How many units are started at once. */
const batchSize = 250;

/** Draws units and has the lab start them. The same seed gives the same units. */
export async function* samples(lab: Lab, cases: number, seed: number): AsyncGenerator<Sample> {
  const all = fc.sample(unitCase, { seed, numRuns: cases });
  for (let start = 0; start < cases; start += batchSize) {
    const drawn = all.slice(start, start + batchSize);
    const units = drawn.map((each, index) => unitOf(each, `w${start + index}`));
    const observed = await observe(lab, units);
    for (const [index, observation] of observed.entries()) {
      const [one, unit] = [drawn[index], units[index]];
      if (one !== undefined && unit !== undefined) yield { drawn: one, unit, observation };
    }
  }
}
