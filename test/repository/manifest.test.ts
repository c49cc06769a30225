import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { capabilityName, namedCapabilityCount } from '../../extension/model/capability.ts';
import { root } from './tree.ts';

const Versions = v.record(v.string(), v.string());
const Manifest = v.object({
  engines: v.object({ vscode: v.string() }),
  dependencies: Versions,
  devDependencies: v.intersect([Versions, v.object({ '@types/vscode': v.string() })]),
});
const Lock = v.object({
  packages: v.record(
    v.string(),
    v.object({
      version: v.optional(v.string()),
      integrity: v.optional(v.string()),
      resolved: v.optional(v.string()),
      dependencies: v.optional(Versions),
      optionalDependencies: v.optional(Versions),
      devDependencies: v.optional(Versions),
    }),
  ),
});

const manifest = v.parse(Manifest, json('package.json'));
const { '': locked, ...packages } = v.parse(Lock, json('package-lock.json')).packages;

test('every dependency is one exact version', () => {
  const ranges = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version),
  );
  expect(ranges).toEqual([]);
});

test('the lock file is of these dependencies', () => {
  expect(locked).toMatchObject({
    dependencies: manifest.dependencies,
    devDependencies: manifest.devDependencies,
  });
});

test('the lock file says what a package contains, not where it comes from', () => {
  const loose = Object.entries(packages).filter(
    ([, { version, integrity, resolved }]) => !version || !integrity || resolved,
  );
  expect(loose).toEqual([]);
});

// Such a package is for another machine; npm refuses a lock file that does not know it.
test('the lock file is for every machine', () => {
  const unknown = Object.values(packages)
    .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
    .filter((name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`)));
  expect(unknown).toEqual([]);
});

test('the code is written against the oldest VS Code that it admits', () => {
  expect(manifest.engines.vscode).toBe(`^${manifest.devDependencies['@types/vscode']}`);
});

test('the manifest takes the name of every capability, and no other', () => {
  const names = Array.from({ length: namedCapabilityCount }, (_, index) => capabilityName(index));
  const taken = `^(cap_)?(${names.map((name) => name.slice('cap_'.length)).join('|')})$`;
  const patterns = readFileSync(join(root, 'package.json'), 'utf8').match(/"\^\(cap_\)\?.*"/g);
  expect(new Set(patterns)).toEqual(new Set([JSON.stringify(taken)]));
});

function json(path: string): unknown {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}
