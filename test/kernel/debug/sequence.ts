/** What a developer does with a debugger, whichever it is: the same steps, and the same to be seen. */
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { expect } from 'vitest';
import type { CredentialsAnswer, DebuggerName } from '../../../extension/protocol/debug.ts';
import { mustRun } from '../world/command.ts';
import { expectNoHolder, holders, lineOf, listening, type Debugging } from './bench.ts';
import type { Client } from './client.ts';

export type Stopped = DebugProtocol.StoppedEvent['body'];

/** A program under a debugger, and how that shows what it is asked for. */
export interface Patient {
  readonly debugger: DebuggerName;
  readonly program: string;
  /** In the developer’s home. */
  readonly source: string;
  /** In the launch configuration, beside what all of them have. */
  readonly configuration: object;
  /** The processes that hold capabilities while it is stopped: their names, in order. */
  readonly holders: readonly string[];
  /** The innermost frames while it holds the device. */
  readonly frames: readonly string[];
  /** Expressions, and what they come to: the device’s name, and 5 in `main`. */
  readonly device: string;
  readonly five: string;
  /** The name of the process. */
  readonly name: string;
  /** Whether the program is the foreground job of its terminal. */
  readonly foreground: boolean;
}

/** Launches it, up to where breakpoints are set. */
export async function launch(
  client: Client,
  { program, configuration }: Pick<Patient, 'program' | 'configuration'>,
  asked: object,
): Promise<void> {
  await client.initialize();
  const launched = client.request('launch', {
    ...{ program, with: 'launcher' },
    console: client.hasTerminal ? 'integratedTerminal' : 'internalConsole',
    ...configuration,
    ...asked,
  });
  launched.catch(() => undefined);
  await Promise.race([
    client.event('initialized'),
    launched.then(() => new Promise(() => undefined)),
  ]);
}

export async function setBreakpoints(
  client: Client,
  path: string,
  ...lines: readonly number[]
): Promise<void> {
  const { breakpoints } = await client.request<DebugProtocol.SetBreakpointsResponse['body']>(
    'setBreakpoints',
    { source: { path }, breakpoints: lines.map((line) => ({ line })) },
  );
  expect(breakpoints.map(({ verified }) => verified)).toEqual(lines.map(() => true));
}

/** The frames of the thread that stopped last. */
export async function stack(client: Client): Promise<readonly DebugProtocol.StackFrame[]> {
  const { stackFrames } = await client.request<DebugProtocol.StackTraceResponse['body']>(
    'stackTrace',
    { threadId: client.thread },
  );
  return stackFrames;
}

/** In the innermost frame. */
export async function evaluate(client: Client, expression: string): Promise<string> {
  const [frame] = await stack(client);
  const { result } = await client.request<DebugProtocol.EvaluateResponse['body']>('evaluate', {
    ...{ expression, frameId: frame?.id, context: 'watch' },
  });
  return result;
}

export function resume(client: Client): Promise<unknown> {
  return client.request('continue', { threadId: client.thread });
}

/** What the program wrote. */
function written(client: Client): string {
  return client.hasTerminal ? client.terminalText : client.said('stdout');
}

/** Until it has written something more: a debugger says that it runs before it does. */
async function resumeAndSeeItRun(client: Client): Promise<void> {
  const before = written(client).length;
  await resume(client);
  await expect
    .poll(() => written(client).length, { timeout: 20_000, interval: 20 })
    .toBeGreaterThan(before);
}

/** What a command line has by which a debugger gets its capabilities. */
const wordsOf: Readonly<Record<string, string>> = {
  launcher: '/usr/local/lib/capwright/',
  sudo: '$ sudo ',
  sandbox: ' --sandbox ',
};

/** In the debug console, before the program ran: what is started, the way to the capabilities, and which. */
function expectCommandShown(
  client: Client,
  { holders: [starts = ''] }: Patient,
  way: string,
): void {
  const running = client.events.findIndex(({ event }) => event === 'process');
  const commands = client.events
    .slice(0, running)
    .filter(({ event }) => event === 'output')
    .map(({ body }) => (body as DebugProtocol.OutputEvent['body']).output)
    .filter((line) => line.startsWith('$ '));
  expect(commands).toHaveLength(1);
  expect(commands[0]).toContain(wordsOf[way]);
  expect(commands[0]).toContain(' --caps cap_net_admin ');
  expect(commands[0]).toMatch(new RegExp(` -- .*${starts}`));
}

/**
 * Breakpoint, run, stop, look, step, a breakpoint that comes late, pause while it runs, end; with the
 * device made, the credentials shown, nothing listening, and nothing left that holds capabilities.
 */
export async function proveSequence(
  debugging: Debugging,
  client: Client,
  patient: Patient,
  way: string,
): Promise<void> {
  const { dev } = debugging;
  const path = join(dev.home, patient.source);
  const [afterCall, eachRound] = await Promise.all([
    lineOf(patient.source, 'after the call'),
    lineOf(patient.source, 'each round'),
  ]);
  const terminal = client.hasTerminal;
  await launch(client, patient, {
    ...{ with: way, args: ['100000', "a b'c", '$HOME'], env: { COLOUR: 'a b' } },
  });
  await setBreakpoints(client, path, afterCall);
  await client.request('configurationDone');
  expect(await client.event<Stopped>('stopped')).toMatchObject({
    reason: 'breakpoint',
    allThreadsStopped: true,
  });
  expectCommandShown(client, patient, way);
  const { systemProcessId: pid } = client.last('process') as DebugProtocol.ProcessEvent['body'];
  expect((await stack(client)).slice(0, patient.frames.length).map(({ name }) => name)).toEqual(
    patient.frames,
  );

  // The device is there while the program holds it.
  const name = /\w*tun\d+/.exec(await evaluate(client, patient.device))?.[0] ?? '';
  const ofProgram = ['nsenter', '--target', String(pid), '--net', '--'];
  expect(await mustRun([...ofProgram, 'ip', '-o', 'link', 'show', name])).toContain(name);

  const { threads, pid: shown } = await client.request<CredentialsAnswer>('capwright/credentials');
  expect(shown).toBe(pid);
  const { uid } = dev;
  expect(threads[0]).toMatchObject({
    ...{ tid: pid, name: patient.name, uid: [uid, uid, uid, uid] },
    ...{ permitted: ['cap_net_admin'], effective: ['cap_net_admin'], ambient: ['cap_net_admin'] },
  });
  expect(client.said('console')).toContain(
    `Process ${String(pid)} runs as user ${uid} and holds cap_net_admin, as foretold.`,
  );
  // sudo is root's own, and waits for what it started.
  const capable = (await holders(dev)).map((each) => each.name);
  expect(capable.filter((each) => each !== 'sudo').toSorted()).toEqual(patient.holders);
  expect(await listening(dev)).toEqual([]);

  await client.request('next', { threadId: client.thread });
  expect(await client.event<Stopped>('stopped')).toMatchObject({ reason: 'step' });
  await setBreakpoints(client, path);
  await resumeAndSeeItRun(client);
  // A breakpoint that comes late, while it runs.
  await setBreakpoints(client, path, eachRound);
  expect(await client.event<Stopped>('stopped')).toMatchObject({ reason: 'breakpoint' });
  expect(await evaluate(client, patient.five)).toBe('5');
  await setBreakpoints(client, path);
  await resumeAndSeeItRun(client);
  await client.request('pause', { threadId: client.thread });
  expect(await client.event<Stopped>('stopped')).toMatchObject({ reason: 'pause' });
  await client.disconnect();

  const text = written(client).replaceAll('\r', '');
  expect(text).toContain(`argument a b'c\nargument $HOME\n`);
  const foreground = terminal && patient.foreground ? '1' : '0';
  const streams = terminal ? `terminal 1 1 1` : 'terminal 0 0 0';
  expect(text).toContain(`${streams} foreground ${foreground} colour a b\n`);
  expect(text).toContain('round 0: ok\n');
  await expectNoHolder(dev);
}
