import { constants } from 'node:os';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { debuggerFor } from '../../../extension/app/debugging/debuggerFor.ts';
import { withHost } from '../../../extension/cli/commandHost.ts';
import type { CredentialsAnswer } from '../../../extension/protocol/debug.ts';
import {
  expectNoHolder,
  holders,
  lineOf,
  openDebugging,
  openDebuggingIn,
  type Debugging,
} from './bench.ts';
import type { Client } from './client.ts';
import { debuggers, treeTime } from './debuggers.ts';
import { expectNothing, killAndExpectNothing, leaveWithout, moments, reach } from './endings.ts';
import {
  launch,
  proveSequence,
  resume,
  setBreakpoints,
  stack,
  type Patient,
  type Stopped,
} from './sequence.ts';

let machine: Debugging;
let debugging: Debugging;
let client: Client;

beforeAll(async () => {
  machine = await openDebugging();
  return () => machine.dispose();
});

afterEach(() => {
  client.adapter.kill('SIGKILL');
});

describe.each(debuggers)('$debugger', (each) => {
  let patient: Patient;

  beforeAll(async () => {
    const place = await each.place?.();
    debugging = place === undefined ? machine : await openDebuggingIn(machine, place);
    patient = { ...each, program: await each.build(debugging) };
    return () => place?.dispose();
  }, treeTime);

  const open = (terminal = false): void => {
    client = debugging.open(terminal, each.debugger);
  };

  const terminals = [true, false];
  const ways = each.ways.flatMap((way) => terminals.map((terminal) => ({ way, terminal })));

  test.each(ways)('the whole sequence, by $way, terminal: $terminal', async ({ way, terminal }) => {
    expect(debugging.bench.world.sudoMissing).toBeNull();
    open(terminal);
    await proveSequence(debugging, client, patient, way);
  });

  test('the debugger for the program is found', async () => {
    const found = await withHost((host) => debuggerFor(host, patient.program));
    expect(found === each.debugger).toBe(each.byDefault);
  });

  test('the end of a program is told with its exit status, after all that it said', async () => {
    open();
    await launch(client, patient, { args: ['2'] });
    await client.request('configurationDone');
    expect(await client.event('exited')).toEqual({ exitCode: 3 });
    await client.event('terminated');
    expect(client.said('stdout')).toMatch(/round 0: ok\nround 1: ok\n$/);
    await client.disconnect();
    await expectNoHolder(debugging.dev);
  });

  test('the end of a terminated session leaves nothing', async () => {
    open();
    await launch(client, patient, { args: ['100000'] });
    await client.request('configurationDone');
    // Before `initialized` or after it, as the debugger is.
    await expect
      .poll(() => client.events.map(({ event }) => event), { timeout: 20_000 })
      .toContain('process');
    await client.request('terminate');
    await client.event('terminated');
    await client.disconnect();
    await expectNoHolder(debugging.dev);
  });

  test('it stops where the program begins', async () => {
    open();
    await launch(client, patient, { args: ['1'], stopOnEntry: true });
    await client.request('configurationDone');
    expect(await client.event<Stopped>('stopped')).toMatchObject({ reason: 'entry' });
    const [frame] = await stack(client);
    expect(frame?.name).toBe(each.entry);
    // As an editor does, whatever is shown there.
    await client.request('scopes', { frameId: frame?.id });
    // What stopped it there is nothing that the client has set.
    expect(client.events.filter(({ event }) => event === 'breakpoint')).toEqual([]);
    await resume(client);
    expect(await client.event('exited')).toEqual({ exitCode: 3 });
    await client.disconnect();
  });

  const hasty = each.takesHaste ? [20] : [1];
  test.each(hasty)('%i breakpoints that come while it runs are each told as one', async (count) => {
    open();
    const line = await lineOf(each.source, 'each round');
    await launch(client, patient, { args: ['100000'] });
    await setBreakpoints(client, sourceOf(patient), line);
    await client.request('configurationDone');
    for (let turn = 0; turn < count; turn += 1) {
      expect(await client.event<Stopped>('stopped')).toMatchObject({ reason: 'breakpoint' });
      await setBreakpoints(client, sourceOf(patient));
      await resume(client);
      await setBreakpoints(client, sourceOf(patient), line);
    }
    await client.disconnect();
    await expectNoHolder(debugging.dev);
  });

  test('a signal is told by its name, and its end as shells tell it', async () => {
    open();
    await launch(client, patient, { args: ['100000'] });
    await setBreakpoints(client, sourceOf(patient), await lineOf(each.source, 'each round'));
    await client.request('configurationDone');
    expect(await client.event<Stopped>('stopped')).toMatchObject({ reason: 'breakpoint' });
    const { pid } = await client.request<CredentialsAnswer>('capwright/credentials');
    await setBreakpoints(client, sourceOf(patient));
    await resume(client);
    process.kill(pid, each.signal.name);
    if (each.signal.stops) {
      expect(await client.event<Stopped>('stopped')).toMatchObject({
        reason: 'exception',
        text: each.signal.name,
      });
      await resume(client);
    }
    expect(await client.event('exited')).toEqual({
      exitCode: 128 + constants.signals[each.signal.name],
    });
    await client.disconnect();
  });

  if (each.refused === null) {
    test('no filter for refused calls is offered, at which it cannot stop', async () => {
      open();
      const offered = await client.initialize();
      expect(offered.exceptionBreakpointFilters).toBeUndefined();
    });
  } else {
    const gate = { filters: ['capwright.denied'] };

    const ways = each.ways.filter((way) => way !== 'sudo');
    test.each(ways)(
      'by %s, a refused call stops the program, and the gate is named',
      async (way) => {
        open();
        await launch(client, patient, { with: way, capabilities: ['net_raw'], args: ['2'] });
        // At once, as VS Code does it.
        await Promise.all([
          client.request('setExceptionBreakpoints', gate),
          lineOf(each.source, 'after the call').then((line) =>
            setBreakpoints(client, sourceOf(patient), line),
          ),
        ]);
        await setBreakpoints(client, sourceOf(patient));
        await client.request('configurationDone');
        const { text, ...stopped } = await client.event<Stopped>('stopped');
        expect(stopped).toMatchObject({
          reason: 'exception',
          description: 'ioctl(TUNSETIFF): EPERM',
        });
        expect(text).toMatch(
          /^Creating a TUN device: .* needs CAP_NET_ADMIN .* does not have it\.$/,
        );
        const frames = await stack(client);
        expect(frames.map(({ name }) => name).slice(0, each.refused?.length)).toEqual(each.refused);
        // A frame without source steps back.
        for (const { source, presentationHint } of frames) {
          if (source?.path === undefined) expect(presentationHint).toBe('subtle');
        }
        expect(await client.request('exceptionInfo', { threadId: client.thread })).toMatchObject({
          exceptionId: 'ioctl(TUNSETIFF): EPERM',
          breakMode: 'always',
        });
        await resume(client);
        expect(await client.event<Stopped>('stopped')).toMatchObject({ reason: 'exception' });

        await client.request('setExceptionBreakpoints', { filters: [] });
        await resume(client);
        expect(await client.event('exited')).toEqual({ exitCode: 3 });
        await client.disconnect();
      },
    );

    if (each.refusedLater) {
      test('it stops at a refused call also where that is asked for while it runs', async () => {
        open();
        await launch(client, patient, { capabilities: ['net_raw'], args: ['100000'] });
        await client.request('configurationDone');
        await expect.poll(() => client.said('stdout'), { timeout: 20_000 }).toContain('round 1: ');
        await client.request('setExceptionBreakpoints', gate);
        expect(await client.event<Stopped>('stopped')).toMatchObject({ reason: 'exception' });
        await client.disconnect();
      });
    }

    test('a call that is allowed does not stop it', async () => {
      open();
      await launch(client, patient, { args: ['2'] });
      await client.request('setExceptionBreakpoints', gate);
      await client.request('configurationDone');
      expect(await client.event('exited')).toEqual({ exitCode: 3 });
      expect(client.events.filter(({ event }) => event === 'stopped')).toEqual([]);
      await client.disconnect();
    });
  }

  test.each([
    ['where the launcher may not give it', { capabilities: ['sys_admin'] }, 'not-granted'],
    ['where the debugger is not there', each.absent, 'debugger'],
  ])('nothing is started %s', async (_, configuration, kind) => {
    open();
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

  const parts = each.victims.map(([name]) => name);

  test.each(parts)('%s does not answer as the client leaves: nothing is left', async (deaf) => {
    open();
    await reach(debugging, client, patient, 'stopped', 'launcher');
    await leaveWithout(debugging, client, deaf);
    await expectNothing(debugging);
  });

  describe('killed at any moment, it leaves no process', () => {
    const victims = [
      ['adapter', 'launching'] as const,
      ['client', 'launching'] as const,
      ...each.victims,
    ];
    // Behind sudo it is the launcher that is killed, as without.
    const cases = each.ways.flatMap((way) =>
      moments
        .filter((moment) => way !== 'sudo' || moment === 'running')
        .flatMap((moment) =>
          victims
            .filter(([, since]) => moments.indexOf(since) <= moments.indexOf(moment))
            .map(([victim]) => ({ way, moment, victim })),
        ),
    );

    test.each(cases)('the $victim, by $way, while $moment', async ({ way, moment, victim }) => {
      open();
      await reach(debugging, client, patient, moment, way);
      await killAndExpectNothing(debugging, client, victim);
    });
  });
});

function sourceOf({ source }: Patient): string {
  return join(debugging.dev.home, source);
}
