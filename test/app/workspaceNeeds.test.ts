/** What the files of a workspace say that its programs need. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ProgramNeeds } from '../../extension/app/programs/programNeeds.ts';
import { needsOfProgram, workspaceNeeds } from '../../extension/app/programs/workspaceNeeds.ts';
import { operations } from '../../extension/model/operations.ts';
import { readingHost } from '../../extension/probe/readingHost.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'capwright-needs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

async function needs(
  program: string,
  listed: readonly string[] = [],
  units: readonly string[] = [],
): Promise<ProgramNeeds | null> {
  const variables = { workspaceFolder: folder, userHome: '/', env: {}, config: () => undefined };
  const paths = units.map((each) => join(folder, each));
  const search = { folders: [variables], units: paths, looks: false };
  const said = await workspaceNeeds(readingHost(), search);
  return needsOfProgram(listed, said, join(folder, program));
}

const launch = (...configurations: readonly object[]): string => JSON.stringify({ configurations });
const debug = (name: string, program: string, capabilities: readonly string[]): object => ({
  ...{ name, type: 'capwright', request: 'launch' },
  ...{ program: `\${workspaceFolder}/${program}`, capabilities },
});
const unit = (program: string, lines: string): string =>
  `[Service]\nExecStart=/usr/local/sbin/${program} --all\n${lines}\n`;

test('nothing is needed where nothing says so', async () => {
  write('.vscode/launch.json', launch(debug('probe', 'probe', ['cap_sys_admin'])));
  write('probe.service', unit('probe', 'User=daemon'));
  expect(await needs('probe', ['no.such'], ['probe.service'])).toBeNull();
});

test('a launch configuration tells by the capabilities that it asks for', async () => {
  write(
    '.vscode/launch.json',
    launch(
      debug('raw', 'probe', ['net_raw']),
      debug('port', 'probe', ['CAP_NET_BIND_SERVICE']),
      debug('other', 'relay', ['cap_net_admin']),
      { ...debug('of another type', 'plain', ['cap_net_raw']), type: 'cppdbg' },
    ),
  );
  const operations = ['socket.raw', 'socket.packet', 'bind.low-port'];
  expect(await needs('probe')).toEqual({ operations, source: 'launch', name: 'raw' });
  expect(await needs('relay')).toMatchObject({ operations: ['tun.create'], name: 'other' });
  expect(await needs('plain')).toBeNull();
});

test('a unit tells of the program that it starts, also of one that was installed from here', async () => {
  write('probe.service', unit('probe', '# capwright: wants socket.packet'));
  write('relay.service', unit('relay', 'AmbientCapabilities=CAP_NET_BIND_SERVICE'));
  const units = ['probe.service', 'relay.service'];
  const probe = { operations: ['socket.packet'], source: 'unit', name: 'probe.service' };
  expect(await needs('build/probe', [], units)).toEqual(probe);
  const relay = await needs('target/debug/relay', [], units);
  expect(relay).toMatchObject({ operations: ['bind.low-port'], name: 'relay.service' });
  expect(await needs('prober', [], units)).toBeNull();
});

test('what a unit only limits says nothing of what its program needs', async () => {
  write('probe.service', unit('probe', 'CapabilityBoundingSet=CAP_NET_RAW'));
  expect(await needs('probe', [], ['probe.service'])).toBeNull();
});

test('the settings count before launch configurations, and these before units', async () => {
  write('.vscode/launch.json', launch(debug('debug', 'probe', ['cap_net_raw'])));
  write('probe.service', unit('probe', '# capwright: wants netlink.write'));
  const units = ['probe.service'];
  expect(await needs('probe', [], units)).toMatchObject({ source: 'launch' });
  const set = { operations: ['bind.low-port', 'tun.create'], source: 'setting', name: '' };
  expect(await needs('probe', ['bind.low-port', 'no.such', 'tun.create'], units)).toEqual(set);
});

test('the setting can name every operation, and no other', () => {
  const manifest = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8');
  const { contributes } = JSON.parse(manifest) as {
    contributes: { configuration: { properties: Record<string, { items?: { enum?: unknown } }> } };
  };
  const setting = contributes.configuration.properties['capwright.operations'];
  expect(setting?.items?.enum).toEqual(operations.map(({ id }) => id));
});
