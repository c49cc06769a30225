import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { mustRun } from '../world/command.ts';
import { expectNoHolder, holders, openDebugging, type Debugging } from './bench.ts';
import type { Client } from './client.ts';
import { killAndExpectNothing, moments, reach } from './endings.ts';
import { launch, proveSequence, ways, type Patient } from './sequence.ts';

let debugging: Debugging;
let patient: Patient;
let client: Client;

beforeAll(async () => {
  debugging = await openDebugging();
  await copyFile(join(import.meta.dirname, 'patient.go'), join(debugging.dev.home, 'patient.go'));
  const { home } = debugging.dev;
  const build = ['/usr/bin/go', 'build', '-gcflags', 'all=-N -l', '-o', 'gopatient', 'patient.go'];
  const variables = ['GO111MODULE=off', 'GOPROXY=off', `GOCACHE=${home}/.cache`];
  await mustRun(['env', '-C', home, ...variables, ...build]);
  patient = {
    ...{ debugger: 'go', program: join(debugging.dev.home, 'gopatient'), source: 'patient.go' },
    configuration: { debuggerPath: '/usr/bin/dlv' },
    holders: ['dlv', 'gopatient'],
    frames: ['main.attempt', 'main.main'],
    device: 'device',
    five: 'argc + 1',
    name: 'gopatient',
    foreground: true,
  };
  return () => debugging.dispose();
});

afterEach(() => {
  client.adapter.kill('SIGKILL');
});

describe('the whole sequence', () => {
  test.each(ways.filter(({ way }) => way !== 'sandbox'))(
    'by $way, terminal: $terminal',
    async ({ way, terminal }) => {
      expect(debugging.bench.world.sudoMissing).toBeNull();
      client = debugging.open(terminal, 'go');
      await proveSequence(debugging, client, patient, way);
    },
  );
});

describe('the end', () => {
  test('of a program is told with its exit status, after all that it said', async () => {
    client = debugging.open(false, 'go');
    await launch(client, patient, { args: ['2'] });
    await client.request('configurationDone');
    expect(await client.event('exited')).toEqual({ exitCode: 3 });
    await client.event('terminated');
    expect(client.said('stdout')).toMatch(/round 0: ok\nround 1: ok\n$/);
    await client.disconnect();
    await expectNoHolder(debugging.dev);
  });
});

describe('nothing is started', () => {
  test.each([
    ['where the launcher may not give it', { capabilities: ['sys_admin'] }, 'not-granted'],
    ['without a Delve', { debuggerPath: '/none' }, 'debugger'],
    ['in a sandbox', { with: 'sandbox' }, 'configuration'],
  ])('%s', async (_, configuration, kind) => {
    client = debugging.open(false, 'go');
    await client.initialize();
    const response = await client.ask('launch', {
      ...{ program: patient.program, with: 'launcher', console: 'internalConsole' },
      ...configuration,
    });
    expect(response.success).toBe(false);
    const { error } = response.body as DebugProtocol.ErrorResponse['body'];
    expect(error?.variables?.['kind']).toBe(kind);
    expect(await holders(debugging.dev)).toEqual([]);
  });
});

describe('killed at any moment, it leaves no process', () => {
  const victims = ['adapter', 'client', 'dlv', 'gopatient'];
  const cases = moments.flatMap((moment) =>
    victims
      .filter((victim) => moment !== 'launching' || victim === 'adapter' || victim === 'client')
      .map((victim) => ({ moment, victim })),
  );

  test.each(cases)('the $victim, while $moment', async ({ moment, victim }) => {
    client = debugging.open(false, 'go');
    await reach(debugging, client, patient, moment, 'launcher');
    await killAndExpectNothing(debugging, client, victim);
  });

  test.each(victims)('the %s, behind sudo', async (victim) => {
    client = debugging.open(false, 'go');
    await reach(debugging, client, patient, 'running', 'sudo');
    await killAndExpectNothing(debugging, client, victim);
  });
});
