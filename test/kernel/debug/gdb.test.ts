import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CredentialsAnswer } from '../../../extension/protocol/debug.ts';
import { mustRun, run } from '../world/command.ts';
import { expectNoHolder, holders, lineOf, openDebugging, type Debugging } from './bench.ts';
import type { Client } from './client.ts';
import {
  launch as launchIn,
  proveSequence,
  resume as resumeIn,
  setBreakpoints as setBreakpointsIn,
  stack,
  ways,
  type Patient,
  type Stopped,
} from './sequence.ts';

let debugging: Debugging;
let eachRound: number;
let afterCall: number;
let client: Client;

beforeAll(async () => {
  debugging = await openDebugging();
  eachRound = await lineOf('patient.c', 'each round');
  afterCall = await lineOf('patient.c', 'after the call');
  return () => debugging.dispose();
});

afterEach(() => {
  client.adapter.kill('SIGKILL');
});

/** Up to where breakpoints are set. */
async function launch(configuration: object, terminal = false): Promise<void> {
  client = debugging.open(terminal);
  await launchIn(client, { program: debugging.program, configuration: {} }, configuration);
}

const setBreakpoints = (...lines: readonly number[]): Promise<void> =>
  setBreakpointsIn(client, join(debugging.dev.home, 'patient.c'), ...lines);

const resume = (): Promise<unknown> => resumeIn(client);

describe('the whole sequence', () => {
  test.each(ways)('by $way, terminal: $terminal', async ({ way, terminal }) => {
    expect(debugging.bench.world.sudoMissing).toBeNull();
    client = debugging.open(terminal);
    await proveSequence(debugging, client, patientOf(debugging), way);
  });
});

function patientOf({ program }: Debugging): Patient {
  return {
    ...{ debugger: 'gdb', program, source: 'patient.c', configuration: {} },
    holders: ['gdb', 'patient'],
    frames: ['attempt', 'main'],
    device: '(char *)request.ifr_ifrn.ifrn_name',
    five: 'argc + 1',
    name: 'patient',
    foreground: true,
  };
}

describe('the end', () => {
  test('of a program is told with its exit status, after all that it said', async () => {
    await launch({ args: ['2'] });
    await client.request('configurationDone');
    expect(await client.event('exited')).toEqual({ exitCode: 3 });
    await client.event('terminated');
    expect(client.said('stdout')).toMatch(/round 0: ok\nround 1: ok\n$/);
    await client.disconnect();
  });

  test('by a signal is told by its name, and then as shells tell it', async () => {
    await launch({ args: ['100000'], stopOnEntry: true });
    await client.request('configurationDone');
    expect(await client.event<Stopped>('stopped')).toMatchObject({ reason: 'entry' });
    const { pid } = await client.request<CredentialsAnswer>('capwright/credentials');
    await resume();
    process.kill(pid, 'SIGUSR1');
    expect(await client.event<Stopped>('stopped')).toMatchObject({
      reason: 'exception',
      text: 'SIGUSR1',
    });
    await resume();
    expect(await client.event('exited')).toEqual({ exitCode: 128 + 10 });
    await client.disconnect();
  });

  test('of a terminated session leaves nothing', async () => {
    await launch({ args: ['100000'] });
    await client.request('configurationDone');
    await client.event('process');
    await client.request('terminate');
    await client.event('terminated');
    await client.disconnect();
    await expectNoHolder(debugging.dev);
  });
});

describe('a call that the kernel refuses', () => {
  const gate = { filters: ['capwright.denied'] };

  test('stops the program where it returns, and the gate is named', async () => {
    await launch({ capabilities: ['net_raw'], args: ['2'] });
    // At once, as VS Code does it.
    await Promise.all([client.request('setExceptionBreakpoints', gate), setBreakpoints(afterCall)]);
    await setBreakpoints();
    await client.request('configurationDone');
    const { text, ...stopped } = await client.event<Stopped>('stopped');
    expect(stopped).toMatchObject({
      reason: 'exception',
      description: 'ioctl(TUNSETIFF): EPERM',
    });
    expect(text).toMatch(/^Creating a TUN device: .* needs CAP_NET_ADMIN .* does not have it\.$/);
    expect((await stack(client)).map(({ name }) => name)).toEqual([
      '__GI___ioctl',
      'attempt',
      'main',
    ]);
    expect(await client.request('exceptionInfo', { threadId: 1 })).toMatchObject({
      exceptionId: 'ioctl(TUNSETIFF): EPERM',
      breakMode: 'always',
    });
    await resume();
    expect(await client.event<Stopped>('stopped')).toMatchObject({ reason: 'exception' });

    await client.request('setExceptionBreakpoints', { filters: [] });
    await resume();
    expect(await client.event('exited')).toEqual({ exitCode: 3 });
    await client.disconnect();
  });

  test('does not stop one that is allowed', async () => {
    await launch({ args: ['2'] });
    await client.request('setExceptionBreakpoints', gate);
    await client.request('configurationDone');
    expect(await client.event('exited')).toEqual({ exitCode: 3 });
    expect(client.events.filter(({ event }) => event === 'stopped')).toEqual([]);
    await client.disconnect();
  });
});

describe('nothing is started', () => {
  /** The word of the refusal, and what is shown. */
  async function refusal(configuration: object): Promise<readonly [kind: string, text: string]> {
    client = debugging.open(false);
    await client.initialize();
    const response = await client.ask('launch', {
      ...{ program: debugging.program, with: 'launcher', console: 'internalConsole' },
      ...configuration,
    });
    expect(response.success).toBe(false);
    expect(await holders(debugging.dev)).toEqual([]);
    const { error } = response.body as DebugProtocol.ErrorResponse['body'];
    return [error?.variables?.['kind'] ?? '', response.message ?? ''];
  }

  test('where the program’s own file capabilities would clear the ambient ones; plain gdb shows what was foretold', async () => {
    const capable = join(debugging.dev.home, 'capable');
    await copyFile(debugging.program, capable);
    await mustRun(['setcap', 'cap_net_admin=ep', capable]);
    // Started by itself it may, under a debugger it may not.
    expect((await run([...debugging.shell, capable])).stdout).toContain('round 0: ok');
    const [kind, text] = await refusal({ program: capable });
    expect(kind).toBe('ambient-cleared');
    expect(text).toContain('file-capabilities-under-ptrace');
    expect(text).toContain(`setcap -r ${capable}`);
    const plain = ['gdb', '--batch', '-nx', '-ex', 'run', '--args', capable];
    expect((await run([...debugging.shell, ...plain])).stdout).toContain('round 0: EPERM');
  });

  test('where the launcher may not give the capability', async () => {
    const [kind, text] = await refusal({ capabilities: ['sys_admin'] });
    expect(kind).toBe('not-granted');
    expect(text).toContain('lacks cap_sys_admin');
  });

  test.each([
    ['a program that is not there', { program: '/srv/none' }, 'program'],
    ['a capability that is none', { capabilities: ['net'] }, 'configuration'],
    ['a program by a relative path', { program: 'patient' }, 'configuration'],
    ['an argument of two lines', { args: ['a\nb'] }, 'configuration'],
    ['another debugger', { debugger: 'none' }, 'configuration'],
    ['a gdb that is none', { debuggerPath: '/bin/true' }, 'debugger'],
  ])('for %s', async (_, configuration, word) => {
    expect((await refusal(configuration))[0]).toBe(word);
  });
});

describe('killed at any moment, it leaves no process with capabilities', () => {
  const moments = ['launching', 'configuring', 'starting', 'stopped', 'running'] as const;
  const victims = ['adapter', 'client', 'gdb', 'patient'] as const;
  // Before it starts there is no program, and before gdb starts no gdb.
  const cases = moments.flatMap((moment) =>
    victims
      .filter((victim) => victim !== 'patient' || moment === 'stopped' || moment === 'running')
      .filter((victim) => victim !== 'gdb' || moment !== 'launching')
      .map((victim) => ({ moment, victim })),
  );

  async function reach(moment: (typeof moments)[number], way = 'launcher'): Promise<void> {
    if (moment === 'launching') {
      client = debugging.open(false);
      await client.initialize();
      client
        .ask('launch', { program: debugging.program, console: 'internalConsole', with: way })
        .catch(() => undefined);
      return;
    }
    await launch({ args: ['100000'], with: way });
    if (moment === 'configuring') return;
    await setBreakpoints(eachRound);
    const configured = client.request('configurationDone');
    configured.catch(() => undefined);
    if (moment === 'starting') return;
    await client.event('stopped');
    if (moment === 'stopped') return;
    await setBreakpoints();
    await resume();
  }

  test.each(cases)('the $victim, while $moment', async ({ moment, victim }) => {
    await reach(moment);
    await kill(victim);
    if (victim === 'gdb' || victim === 'patient') {
      // gdb waits for nothing from a program that it has stopped.
      if (victim === 'gdb' || moment === 'running') await client.event('terminated');
      client.adapter.stdin?.destroy();
    }
    await expectNoHolder(debugging.dev);
  });

  test.each(['adapter', 'client', 'gdb', 'patient'] as const)(
    'the %s, behind sudo',
    async (victim) => {
      await reach('running', 'sudo');
      await kill(victim);
      await expectNoHolder(debugging.dev);
    },
  );

  // In milliseconds: from before the helper answers until after the program runs.
  const delays = Array.from({ length: 10 }, (_, index) => index * 55);

  test.each(delays)('the adapter, %i ms after the launch', async (delay) => {
    client = debugging.open(false);
    await client.initialize();
    const configured = client
      .ask('launch', { program: debugging.program, console: 'internalConsole', args: ['100000'] })
      .then(() => client.ask('configurationDone'));
    configured.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, delay));
    await kill('adapter');
    await expectNoHolder(debugging.dev);
  });
});

async function kill(victim: 'adapter' | 'client' | 'gdb' | 'patient'): Promise<void> {
  switch (victim) {
    case 'client':
      client.adapter.stdin?.destroy();
      return;
    case 'adapter': {
      // The child is setpriv, then env, and then the adapter: one process all along.
      const ended = new Promise((resolve) => client.adapter.once('exit', resolve));
      client.adapter.kill('SIGKILL');
      await ended;
      return;
    }
    default: {
      const found = (await holders(debugging.dev)).filter(({ name }) => name === victim);
      expect(found).not.toEqual([]);
      for (const { pid } of found) process.kill(pid, 'SIGKILL');
    }
  }
}
