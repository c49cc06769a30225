/**
 * What kernels were measured to do, recorded by test/kernel/exec/record.ts: the judge for machines
 * where the kernel cannot be asked (no root, another release).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { predict } from '../../extension/app/predict.ts';
import { scenarioSchema } from '../../extension/protocol/predict.ts';

const folder = join(import.meta.dirname, '../fixtures/vectors');
const files = readdirSync(folder).filter((name) => /^exec-.*\.jsonl$/.test(name));
const vector = v.object({ scenario: scenarioSchema, outcome: v.looseObject({ exec: v.string() }) });

it('there are recorded vectors', () => {
  expect(files).not.toEqual([]);
});

describe.each(files)('%s', (file) => {
  const lines = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');

  it.each(lines.map((line, index) => [index + 1, line] as const))('line %i', (_, line) => {
    const { scenario, outcome } = v.parse(vector, JSON.parse(line));
    const { reasons, ...answer } = predict(scenario);
    expect(answer, JSON.stringify(reasons)).toEqual(outcome);
  });
});
