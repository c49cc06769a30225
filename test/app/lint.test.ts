/** Units of a tree on the disk, found and read. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lintUnits, type LintOutcome } from '../../extension/app/unit/lint.ts';
import { readingHost } from '../../extension/probe/readingHost.ts';
import { lintJson } from '../../extension/report/lint/lintJson.ts';

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'capwright-tree-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const service = '[Service]\nExecStart=/usr/bin/true\n';

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function link(path: string, target: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(target, join(root, path));
}

function lint(unit: string): Promise<LintOutcome> {
  const request = { units: [unit], scope: null, version: 257, root, looks: false };
  return lintUnits(readingHost(), request);
}

async function judged(unit: string) {
  const outcome = await lint(unit);
  const [linted] = outcome.kind === 'report' ? outcome.units : [];
  if (linted?.kind !== 'judged') throw new Error(JSON.stringify(outcome));
  const { fragment, dropIns } = linted.judged.unit;
  const texts = [fragment, ...dropIns].map(({ path, text }) => [path, text]);
  return { texts, unread: linted.unread.map(({ path }) => path) };
}

test('a link to a file in no unit path is a unit, and so is such a drop-in', async () => {
  write('/opt/vpn.service', service);
  write('/opt/more.conf', '[Service]\nUser=daemon\n');
  link('/etc/systemd/system/vpn.service', '/opt/vpn.service');
  link('/etc/systemd/system/vpn.service.d/10-more.conf', '../../../../opt/more.conf');
  link('/etc/systemd/system/vpn.service.d/20-gone.conf', '/opt/gone.conf');
  expect(await judged('vpn.service')).toEqual({
    texts: [
      ['/etc/systemd/system/vpn.service', service],
      ['/etc/systemd/system/vpn.service.d/10-more.conf', '[Service]\nUser=daemon\n'],
    ],
    unread: [],
  });
});

test('a link to a directory of drop-ins is followed, and the links in it lead on from there', async () => {
  write('/etc/systemd/system/vpn.service', service);
  write('/opt/drop-ins/10-own.conf', '[Service]\nUser=daemon\n');
  write('/opt/shared/more.conf', '[Service]\nNice=5\n');
  link('/opt/drop-ins/20-more.conf', '../shared/more.conf');
  link('/etc/systemd/system/vpn.service.d', '/opt/drop-ins');
  expect(await judged('vpn.service')).toEqual({
    texts: [
      ['/etc/systemd/system/vpn.service', service],
      ['/etc/systemd/system/vpn.service.d/10-own.conf', '[Service]\nUser=daemon\n'],
      ['/etc/systemd/system/vpn.service.d/20-more.conf', '[Service]\nNice=5\n'],
    ],
    unread: [],
  });
});

test('links of the tree lead to what lies in the tree, and none out of it', async () => {
  write('/nix/store/x/vpn.service', service);
  write('/nix/store/x/hosts.service', service);
  link('/etc/static/systemd/system', '/nix/store/x');
  link('/etc/systemd', '/etc/static/systemd');
  expect(await judged('vpn.service')).toMatchObject({ unread: [] });
  const outside = mkdtempSync(join(tmpdir(), 'capwright-outside-'));
  try {
    writeFileSync(join(outside, 'other.service'), service);
    link('/usr/lib/systemd/system', outside);
    link('/run/systemd/system', join('../../../../../../..', outside));
    link('/nix/store/x/other.service', join(outside, 'other.service'));
    const none = {
      kind: 'failure',
      failure: { message: 'The unit "other.service" was not found.' },
    };
    expect(await lint('other.service')).toMatchObject(none);
  } finally {
    rmSync(outside, { recursive: true });
  }
});

test.each([
  ['an empty file', () => write('/etc/systemd/system/vpn.service', '')],
  ['a link to /dev/null', () => link('/etc/systemd/system/vpn.service', '/dev/null')],
])('%s masks the unit that lies after it', async (_, mask) => {
  write('/usr/lib/systemd/system/vpn.service', service);
  mask();
  const outcome = await lint('vpn.service');
  expect(outcome).toMatchObject({
    units: [{ kind: 'masked', path: '/etc/systemd/system/vpn.service' }],
  });
  // Whoever reads the JSON finds the lists of every unit, though they are empty here.
  expect(lintJson(257, outcome.kind === 'report' ? outcome.units : [])).toMatchObject({
    units: [
      { loadState: 'masked', dropIns: [], unread: [], findings: [], ignored: [], outcome: [] },
    ],
  });
});

test('what is too long is not read as if it were shorter', async () => {
  const long = `#${' '.repeat(1 << 20)}\n`;
  write('/etc/systemd/system/vpn.service', service);
  write('/etc/systemd/system/vpn.service.d/long.conf', long);
  expect(await judged('vpn.service')).toEqual({
    texts: [['/etc/systemd/system/vpn.service', service]],
    unread: ['/etc/systemd/system/vpn.service.d/long.conf'],
  });
  write('/etc/systemd/system/vpn.service', `${service}${long}`);
  expect(await lint('vpn.service')).toMatchObject({
    kind: 'failure',
    failure: {
      message: expect.stringMatching(/cannot be read: .* is longer than 1 MiB/) as string,
    },
  });
});

test('what a template says of its instance is not known, and refuses nothing', async () => {
  write('/etc/systemd/system/vpn@.service', `${service}User=%i\n`);
  expect(await lint('vpn@.service')).toMatchObject({
    units: [{ findings: [], judged: { judgement: { commands: [{ start: 'ok' }] } } }],
  });
});

test('the type of a mount is that of its file system', async () => {
  write('/etc/systemd/system/mnt.mount', '[Mount]\nWhat=tmpfs\nWhere=/mnt\nType=tmpfs\n');
  expect(await lint('mnt.mount')).toMatchObject({ units: [{ findings: [] }] });
});
