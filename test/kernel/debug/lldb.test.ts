import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { CredentialsAnswer } from '../../../extension/protocol/debug.ts';
import { expectNoHolder, holders, openDebugging, type Debugging } from './bench.ts';
import type { Client } from './client.ts';
import { killAndExpectNothing, moments, reach } from './endings.ts';
import {
  launch,
  proveSequence,
  resume,
  stack,
  ways,
  type Patient,
  type Stopped,
} from './sequence.ts';

let debugging: Debugging;
let patient: Patient;
let client: Client;

beforeAll(async () => {
  debugging = await openDebugging();
  patient = {
    ...{ debugger: 'lldb', program: debugging.program, source: 'patient.c', configuration: {} },
    holders: ['lldb-server', 'patient'],
    frames: ['attempt', 'main'],
    device: 'request.ifr_ifrn.ifrn_name',
    five: 'argc + 1',
    name: 'patient',
    foreground: false,
  };
  return () => debugging.dispose();
});

afterEach(() => {
  client.adapter.kill('SIGKILL');
});

describe('the whole sequence', () => {
  test.each(ways)('by $way, terminal: $terminal', async ({ way, terminal }) => {
    expect(debugging.bench.world.sudoMissing).toBeNull();
    client = debugging.open(terminal, 'lldb');
    await proveSequence(debugging, client, patient, way);
  });
});

describe('the end', () => {
  test('of a program is told with its exit status, after all that it said', async () => {
    client = debugging.open(false, 'lldb');
    await launch(client, patient, { args: ['2'] });
    await client.request('configurationDone');
    expect(await client.event('exited')).toEqual({ exitCode: 3 });
    await client.event('terminated');
    expect(client.said('stdout')).toMatch(/round 0: ok\nround 1: ok\n$/);
    await client.disconnect();
    await expectNoHolder(debugging.dev);
  });

  test('by a signal is told by its name, and then as shells tell it', async () => {
    client = debugging.open(false, 'lldb');
    await launch(client, patient, { args: ['100000'], stopOnEntry: true });
    await client.request('configurationDone');
    expect(await client.event<Stopped>('stopped')).toMatchObject({ reason: 'entry' });
    expect((await stack(client))[0]?.name).toBe('main');
    const { pid } = await client.request<CredentialsAnswer>('capwright/credentials');
    await resume(client);
    process.kill(pid, 'SIGUSR1');
    expect(await client.event<Stopped>('stopped')).toMatchObject({
      reason: 'exception',
      text: 'SIGUSR1',
    });
    await resume(client);
    expect(await client.event('exited')).toEqual({ exitCode: 128 + 10 });
    await client.disconnect();
  });
});

test('no filter for refused calls is offered, which lldb cannot stop at', async () => {
  client = debugging.open(false, 'lldb');
  const offered = await client.initialize();
  expect(offered.exceptionBreakpointFilters).toBeUndefined();
});

describe('nothing is started', () => {
  test.each([
    ['where the launcher may not give it', { capabilities: ['sys_admin'] }, 'not-granted'],
    ['without an lldb', { debuggerPath: '/bin/true' }, 'debugger'],
  ])('%s', async (_, configuration, kind) => {
    client = debugging.open(false, 'lldb');
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
  const victims = ['adapter', 'client', 'lldb-vscode', 'lldb-server', 'patient'];
  const cases = moments.flatMap((moment) =>
    victims
      .filter((victim) => moment !== 'launching' || victim === 'adapter' || victim === 'client')
      .map((victim) => ({ moment, victim })),
  );

  test.each(cases)('the $victim, while $moment', async ({ moment, victim }) => {
    client = debugging.open(false, 'lldb');
    await reach(debugging, client, patient, moment, 'launcher');
    await killAndExpectNothing(debugging, client, victim);
  });

  test.each(victims)('the %s, behind sudo', async (victim) => {
    client = debugging.open(false, 'lldb');
    await reach(debugging, client, patient, 'running', 'sudo');
    await killAndExpectNothing(debugging, client, victim);
  });
});
