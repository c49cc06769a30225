import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { sightingsIn, userSightings } from '../../extension/probe/sightings.ts';
import { exampleSighting } from '../../extension/rules/exampleSighting.ts';

const sighting = exampleSighting({});
const path = '/home/dev/a b\n-rf $(reboot)/tun';

let state: string;
let folder: string;

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'sightings-'));
  folder = join(state, 'capwright/sightings');
  return () => {
    rmSync(state, { recursive: true });
  };
});

const theFile = (): string => join(folder, readdirSync(folder)[0] ?? '');

test('what was never seen is known not to have been', async () => {
  expect(await sightingsIn(folder).recall(path)).toMatchObject({ kind: 'known', value: null });
  expect(existsSync(folder)).toBe(false);
});

test('what is remembered is recalled, by the next process too, and the later sighting counts', async () => {
  const later = exampleSighting({ inode: '99', born: null });
  await sightingsIn(folder).remember(path, sighting);
  await sightingsIn(folder).remember('/other', later);
  expect(await sightingsIn(folder).recall(path)).toMatchObject({ kind: 'known', value: sighting });
  await sightingsIn(folder).remember(path, later);
  expect(await sightingsIn(folder).recall(path)).toMatchObject({ kind: 'known', value: later });
  expect(readdirSync(folder)).toHaveLength(2);
});

test('it is the user’s alone', async () => {
  await sightingsIn(folder).remember(path, sighting);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(theFile()).mode & 0o777).toBe(0o600);
});

test('what is known already is not written again', async () => {
  await sightingsIn(folder).remember(path, sighting);
  utimesSync(theFile(), 1, 1);
  await sightingsIn(folder).remember(path, sighting);
  expect(statSync(theFile()).mtimeMs).toBe(1000);
});

test('many at once do not disturb each other', async () => {
  const sightings = sightingsIn(folder);
  const inodes = Array.from({ length: 40 }, (_, index) => String(index));
  await Promise.all(inodes.map((inode) => sightings.remember(path, exampleSighting({ inode }))));
  const recalled = await sightings.recall(path);
  expect(recalled.kind === 'known' && inodes.includes(recalled.value?.stamp.inode ?? '')).toBe(
    true,
  );
  expect(readdirSync(folder)).toHaveLength(1);
});

test('beyond 256 the oldest is forgotten', async () => {
  mkdirSync(folder, { recursive: true });
  for (let index = 0; index < 300; index += 1) {
    const file = join(folder, `${index}.json`);
    writeFileSync(file, '');
    utimesSync(file, index, index);
  }
  await sightingsIn(folder).remember(path, sighting);
  const names = readdirSync(folder);
  expect(names).toHaveLength(256);
  expect(names).toContain('299.json');
  expect(names).not.toContain('44.json');
  expect(await sightingsIn(folder).recall(path)).toMatchObject({ value: sighting });
});

describe('what cannot be used is unknown, and is overwritten', () => {
  test.each([
    ['cut off', (text: string) => text.slice(0, 40), 'is damaged'],
    ['empty', () => '', 'is damaged'],
    [
      'of another version',
      (text: string) => text.replace('/1', '/2'),
      'not written by this version',
    ],
    ['of another shape', () => '[]', 'not written by this version'],
    [
      'not a time',
      (text: string) => text.replace(/"born":"\d+"/, '"born":"now"'),
      'not written by',
    ],
  ])('%s', async (_, damage, reason) => {
    const sightings = sightingsIn(folder);
    await sightings.remember(path, sighting);
    writeFileSync(theFile(), damage(readFileSync(theFile(), 'utf8')));
    expect(await sightings.recall(path)).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining(reason) as string,
    });
    await sightings.remember(path, sighting);
    expect(await sightings.recall(path)).toMatchObject({ value: sighting });
  });
});

test('a folder that cannot be made is no error', async () => {
  writeFileSync(join(state, 'capwright'), '');
  await sightingsIn(folder).remember(path, sighting);
  expect(await sightingsIn(folder).recall(path)).toMatchObject({
    kind: 'unknown',
    reason: expect.stringContaining('ENOTDIR') as string,
  });
});

test('what cannot be read is not what is not there', async () => {
  await sightingsIn(folder).remember(path, sighting);
  const file = theFile();
  rmSync(file);
  symlinkSync(file, file);
  expect(await sightingsIn(folder).recall(path)).toMatchObject({
    kind: 'unknown',
    reason: expect.stringContaining('ELOOP') as string,
  });
});

test('the user’s memory is where XDG says', async () => {
  await userSightings({ XDG_STATE_HOME: state }).remember(path, sighting);
  expect(await sightingsIn(folder).recall(path)).toMatchObject({ value: sighting });
  for (const environment of [{}, { XDG_STATE_HOME: 'relative' }]) {
    expect(await userSightings(environment).recall(path)).toMatchObject({
      source: expect.stringContaining(join(homedir(), '.local/state/capwright/')) as string,
    });
  }
});
