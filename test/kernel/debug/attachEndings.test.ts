/**
 * Whoever of a session is killed, or does not answer, while a debugger is attached: the process that was there before goes on
 * running, and nobody else holds capabilities.
 */
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  holders,
  lineOf,
  openDebugging,
  openDebuggingIn,
  processesOf,
  type Debugging,
} from './bench.ts';
import type { Client } from './client.ts';
import { debuggers, treeTime } from './debuggers.ts';
import { kill, leaveWithout } from './endings.ts';
import { changedCode, expectUntraced, startTarget, type Target } from './target.ts';

let machine: Debugging;
let debugging: Debugging;
let client: Client;
let target: Target;

beforeAll(async () => {
  machine = await openDebugging();
  debugging = machine;
  return () => machine.dispose();
});

const moments = ['attaching', 'configuring', 'stopped', 'running'] as const;

/** `evaluating`: the breakpoint is come to again and again, and the debugger has the program go on. */
type Moment = (typeof moments)[number] | 'evaluating';

describe.each(debuggers.filter(({ attaches }) => attaches))('$debugger', (each) => {
  let program: string;

  beforeAll(async () => {
    const place = await each.place?.();
    if (place !== undefined) debugging = await openDebuggingIn(machine, place);
    program = await each.build(debugging);
    return async () => {
      debugging = machine;
      await place?.dispose();
    };
  }, treeTime);

  afterEach(async () => {
    client.adapter.kill('SIGKILL');
    target.process.kill('SIGKILL');
    await expect
      .poll(() => processesOf(debugging.dev), { timeout: 20_000, interval: 50 })
      .toEqual([]);
  });

  /** Attaches to a program that holds a capability, and goes as far as that moment. */
  async function reach(moment: Moment, way: string): Promise<void> {
    target = await startTarget(
      debugging,
      ...[debugging.bench.installed, '--caps', 'net_admin', '--', program, '100000'],
    );
    client = debugging.open(false, each.debugger);
    await client.initialize();
    const attached = client.request('attach', {
      ...{ ...each.configuration, pid: target.pid, program, with: way },
    });
    attached.catch(() => undefined);
    if (moment === 'attaching') {
      await expect.poll(others, { timeout: 20_000, interval: 5 }).not.toEqual([]);
      return;
    }
    await client.event('initialized');
    if (moment === 'configuring') return;
    const place = moment === 'running' ? 'at the end' : 'after the call';
    const line = await lineOf(each.source, place);
    await client.request('setBreakpoints', {
      source: { path: join(debugging.dev.home, each.source) },
      breakpoints: [{ line, ...(moment === 'evaluating' ? { condition: '1 == 0' } : {}) }],
    });
    await client.request('configurationDone');
    await attached;
    if (moment === 'stopped') await client.event('stopped');
    else await expectBreakpoint();
  }

  /** The debugger has set it, and the program runs. */
  async function expectBreakpoint(): Promise<void> {
    await expect
      .poll(() => changedCode(target.pid), { timeout: 20_000 })
      .toContainEqual(expect.stringContaining(program));
  }

  /** Those that hold capabilities, beside the process that is debugged. */
  async function others(): Promise<readonly string[]> {
    const all = await holders(debugging.dev);
    return all.filter(({ pid }) => pid !== target.pid).map(({ name }) => name);
  }

  async function expectNothingLeft(): Promise<void> {
    await expect.poll(others, { timeout: 20_000, interval: 50 }).toEqual([]);
    await expect
      .poll(() => processesOf(debugging.dev), { timeout: 20_000, interval: 50 })
      .toEqual([target.pid]);
  }

  const ways = (moment: Moment): readonly string[] =>
    moment === 'running' ? ['launcher', 'sudo'] : ['launcher'];
  const cases = moments.flatMap((moment) =>
    ways(moment).flatMap((way) => ['adapter', 'client'].map((victim) => ({ moment, way, victim }))),
  );

  test.each(cases)(
    'the $victim, killed while $moment, by $way: the program goes on as it was',
    async ({ moment, way, victim }) => {
      await reach(moment, way);
      await kill(debugging, client, victim);
      await expectNothingLeft();
      await expectUntraced(target);
      expect(await changedCode(target.pid)).toEqual([]);
    },
  );

  // Which of its breakpoints a debugger takes out at such a moment, and when, is its own affair.
  test.each(['adapter', 'client'])(
    'the %s, killed while a breakpoint is evaluated: nobody keeps capabilities',
    async (victim) => {
      await reach('evaluating', 'launcher');
      await kill(debugging, client, victim);
      await expect.poll(others, { timeout: 20_000, interval: 50 }).toEqual([]);
    },
  );

  const debuggersOwn = each.holders.filter((name) => name !== each.name);

  const parts = new Set([...each.victims.map(([name]) => name), ...debuggersOwn]);
  parts.delete(each.name);

  // Nobody can take the breakpoint out, then.
  test.each([...parts])(
    '%s does not answer as the client leaves: nobody keeps capabilities',
    async (deaf) => {
      await reach('stopped', 'launcher');
      await leaveWithout(debugging, client, deaf);
      await expect.poll(others, { timeout: 20_000, interval: 50 }).toEqual([]);
      const left = async (): Promise<readonly number[]> =>
        (await processesOf(debugging.dev)).filter((pid) => pid !== target.pid);
      await expect.poll(left, { timeout: 20_000, interval: 50 }).toEqual([]);
    },
  );

  test.each(debuggersOwn)(
    '%s, killed itself, leaves no capabilities, but its breakpoint, as is said in the documents',
    async (victim) => {
      await reach('evaluating', 'launcher');
      const ended = new Promise((resolve) =>
        target.process.once('exit', (status, signal) => resolve(signal ?? status)),
      );
      await kill(debugging, client, victim);
      await expect.poll(others, { timeout: 20_000, interval: 50 }).toEqual([]);
      // Go’s runtime makes a status of that signal.
      expect(await ended).toBe(each.debugger === 'go' ? 2 : 'SIGTRAP');
    },
  );
});
