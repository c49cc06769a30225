import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kernelChanges, kernelRules } from '../../extension/model/kernel.ts';

const changes = Object.entries(kernelChanges);
const readme = readFileSync(join(import.meta.dirname, '../kernel/exec/README.md'), 'utf8');

describe.each(changes)('%s', (name, { since, about, evidence }) => {
  const [major, minor, patch] = since;

  it('is off before and on since', () => {
    const before = `${String(major)}.${String(minor - 1)}.99`;
    expect(kernelRules(before)).toHaveProperty(name, false);
    expect(kernelRules([major, minor, patch].join('.'))).toHaveProperty(name, true);
  });

  it('is a row of the README of the tests that observe it', () => {
    const row = `| ${String(major)}.${String(minor)} | \`${name}\` | ${about} | ${evidence} |`;
    expect(readme.replaceAll(/ +/g, ' ')).toContain(row);
  });
});

it('the changes are in the order of their releases', () => {
  const numbers = changes.map(([, { since }]) => since[0] * 1000 + since[1]);
  expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
});
