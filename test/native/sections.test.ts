import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { compiledLanguage } from '../../extension/model/sourceLanguage.ts';
import { buildFixtures } from '../fixtures/build.ts';
import { ask, useStage } from './vantage.ts';

const stage = useStage();
const sectionsOf = (path: string) => ask(stage.client(), { kind: 'sections', path });

test.for([
  ['tun', 'c'],
  ['tunRust', 'rust'],
  ['tun32', 'c'],
] as const)('%s is written in %s by its sections', async ([fixture, language], { skip }) => {
  const built = (await buildFixtures())[fixture];
  const program = typeof built === 'string' ? { path: built } : built;
  if (program.path === null) return skip(program.reason);
  const { names, comment } = await sectionsOf(program.path);
  expect(names).toContain('.text');
  expect(compiledLanguage(names, comment)).toBe(language);
});

test('what has no table of sections has no sections', async () => {
  const { tun } = await buildFixtures();
  const program = readFileSync(tun);
  const path = join(stage.folder, 'program');
  const patched = (change: (bytes: Buffer) => void): Buffer => {
    const copy = Buffer.from(program);
    change(copy);
    return copy;
  };
  for (const content of [
    Buffer.alloc(0),
    Buffer.from('#!/bin/sh\n'),
    program.subarray(0, 63),
    program.subarray(0, 64),
    patched((bytes) => bytes.fill(0xff, 40, 48)),
    patched((bytes) => bytes.fill(0xff, 60, 62)),
    patched((bytes) => bytes.fill(9, 4, 6)),
  ]) {
    writeFileSync(path, content);
    expect(await sectionsOf(path)).toEqual({ names: [], comment: '' });
  }
  writeFileSync(
    path,
    patched((bytes) => bytes.fill(0xff, 62, 64)),
  );
  expect(await sectionsOf(path)).toEqual({ names: [], comment: '' });
});

test('a directory is not read', async () => {
  const path = join(stage.folder, 'folder');
  mkdirSync(path);
  const reply = await stage.client().request({ kind: 'sections', path });
  expect(reply).toMatchObject({ ok: false, error: { kind: 'unavailable' } });
});
