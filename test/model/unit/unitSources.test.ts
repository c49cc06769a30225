/** Which files make up a unit; test/systemd asks systemd. */
import { expect, it } from 'vitest';
import type { Manager } from '../../../extension/model/unit/specifiers.ts';
import { formatUnitName, parseUnitName } from '../../../extension/model/unit/unitName.ts';
import { findUnit, type UnitEntry } from '../../../extension/model/unit/unitSources.ts';

const etc = '/etc/systemd/system';
const run = '/run/systemd/system';
const usr = '/usr/lib/systemd/system';
const system: Manager = { scope: 'system' };
const user: Manager = {
  ...{ scope: 'user', user: 'alice', uid: 1000, group: 'alice', gid: 1000 },
  ...{ home: '/home/alice', runtimeDirectory: '/run/user/1000' },
};

it.each<readonly [string, string, readonly string[], readonly string[]]>([
  [
    'the file in /etc takes the place of the others',
    'a.service',
    [`${usr}/a.service`, `${etc}/a.service`, `${run}/a.service`],
    [`${etc}/a.service`],
  ],
  [
    'drop-ins apply in the order of their names',
    'a.service',
    [`${usr}/a.service`, `${etc}/a.service.d/2.conf`, `${usr}/a.service.d/1.conf`],
    [`${usr}/a.service`, `${usr}/a.service.d/1.conf`, `${etc}/a.service.d/2.conf`],
  ],
  [
    'one name counts once, /etc first',
    'a.service',
    [`${usr}/a.service`, `${usr}/a.service.d/1.conf`, `${etc}/a.service.d/1.conf`],
    [`${usr}/a.service`, `${etc}/a.service.d/1.conf`],
  ],
  [
    'the path counts more than the directory',
    'a-b.service',
    [`${usr}/a-b.service`, `${usr}/a-b.service.d/1.conf`, `${etc}/a-.service.d/1.conf`],
    [`${usr}/a-b.service`, `${etc}/a-.service.d/1.conf`],
  ],
  [
    'only *.conf, and nothing hidden',
    'a.service',
    [`${etc}/a.service`, `${etc}/a.service.d/1.config`, `${etc}/a.service.d/.2.conf`],
    [`${etc}/a.service`],
  ],
  [
    'an instance has the file of its template',
    'a@b.service',
    [`${etc}/a@.service`, `${etc}/a@.service.d/1.conf`, `${etc}/a@b.service.d/2.conf`],
    [`${etc}/a@.service`, `${etc}/a@.service.d/1.conf`, `${etc}/a@b.service.d/2.conf`],
  ],
  [
    'or one of its own',
    'a@b.service',
    [`${etc}/a@.service`, `${usr}/a@b.service`],
    [`${usr}/a@b.service`],
  ],
  [
    'all services have those of the type, the last in rank',
    'a.service',
    [
      `${etc}/a.service`,
      `${etc}/service.d/1.conf`,
      `${usr}/a.service.d/1.conf`,
      `${etc}/service.d/2.conf`,
    ],
    [`${etc}/a.service`, `${usr}/a.service.d/1.conf`, `${etc}/service.d/2.conf`],
  ],
])('%s', (_, name, paths, found) => {
  expect(files(name, paths.map(file))).toEqual(found);
});

it('the directories of a dashed instance, in their rank', () => {
  const stems = [
    ...['a-b-c@i.service', 'a-b-c@.service', 'a-b-@i.service', 'a-b-@.service'],
    ...['a-@i.service', 'a-@.service', 'service'],
  ];
  const unit = file(`${etc}/a-b-c@.service`);
  for (let first = 0; first < stems.length; first += 1) {
    const dropIns = stems.slice(first).map((stem) => file(`${etc}/${stem}.d/1.conf`));
    const [, chosen] = files('a-b-c@i.service', [unit, ...dropIns.toReversed()]);
    expect(chosen).toBe(`${etc}/${stems[first] ?? ''}.d/1.conf`);
  }
});

it('a link within the paths is another name, with drop-ins of its own', () => {
  const entries: readonly UnitEntry[] = [
    file(`${usr}/a.service`),
    { path: `${etc}/b.service`, kind: 'link', target: `${usr}/a.service` },
    file(`${etc}/b.service.d/1.conf`),
  ];
  for (const name of ['a.service', 'b.service']) {
    const found = findUnit(named(name), entries, system);
    if (found.kind !== 'found') expect.fail(found.kind);
    expect(found.names.map(formatUnitName)).toEqual(['a.service', 'b.service']);
    expect(files(name, entries)).toEqual([`${usr}/a.service`, `${etc}/b.service.d/1.conf`]);
  }
});

it('a link out of the paths is the unit itself', () => {
  const entries: readonly UnitEntry[] = [
    { path: `${etc}/a.service`, kind: 'link', target: '/opt/x.service' },
    file('/opt/x.service'),
  ];
  expect(files('a.service', entries)).toEqual([`${etc}/a.service`]);
});

it.each<readonly [string, UnitEntry]>([
  ['a link to /dev/null', { path: `${etc}/a.service`, kind: 'link', target: '/dev/null' }],
  ['an empty file', { path: `${etc}/a.service`, kind: 'file', text: '' }],
])('%s masks', (_, mask) => {
  const found = findUnit(named('a.service'), [file(`${usr}/a.service`), mask], system);
  expect(found).toEqual({ kind: 'masked', path: `${etc}/a.service` });
});

// As on booted managers; while something holds the masked one loaded, systemd says `error` of the other.
it('another name of a masked unit is masked', () => {
  const entries: readonly UnitEntry[] = [
    { path: `${etc}/a.service`, kind: 'link', target: '/dev/null' },
    { path: `${etc}/b.service`, kind: 'link', target: `${etc}/a.service` },
  ];
  const found = findUnit(named('b.service'), entries, system);
  expect(found).toEqual({ kind: 'masked', path: `${etc}/a.service` });
});

it('a drop-in that is a link to /dev/null hides those of its name', () => {
  const entries: readonly UnitEntry[] = [
    file(`${etc}/a.service`),
    file(`${usr}/a.service.d/1.conf`),
    { path: `${etc}/a.service.d/1.conf`, kind: 'link', target: '/dev/null' },
  ];
  expect(files('a.service', entries)).toEqual([`${etc}/a.service`, `${etc}/a.service.d/1.conf`]);
});

it('links that go round find nothing', () => {
  const entries: readonly UnitEntry[] = [
    { path: `${etc}/a.service`, kind: 'link', target: `${etc}/b.service` },
    { path: `${etc}/b.service`, kind: 'link', target: `${etc}/a.service` },
  ];
  expect(findUnit(named('a.service'), entries, system)).toEqual({ kind: 'not-found' });
});

it('a user manager looks in other places', () => {
  const own = '/home/alice/.config/systemd/user/a.service';
  const entries = [file(`${etc}/a.service`), file('/etc/systemd/user/a.service'), file(own)];
  const found = findUnit(named('a.service'), entries, user);
  expect(found.kind === 'found' && found.fragment.path).toBe(own);
});

it.each(['', 'a', 'a.conf', '.service', '@a.service', 'a b.service', `${'a'.repeat(256)}.service`])(
  '%j is no unit’s name',
  (text) => {
    expect(parseUnitName(text)).toBeNull();
  },
);

function file(path: string): UnitEntry {
  return { path, kind: 'file', text: '[Unit]\n' };
}

function named(text: string) {
  return parseUnitName(text) ?? expect.fail(`${text} is no unit’s name`);
}

function files(name: string, entries: readonly UnitEntry[]): readonly string[] {
  const found = findUnit(named(name), entries, system);
  return found.kind === 'found' ? [found.fragment, ...found.dropIns].map(({ path }) => path) : [];
}
