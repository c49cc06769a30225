import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, bench, describe } from 'vitest';
import { findLldbAdapter } from '../../extension/app/debugging/lldbAdapter.ts';
import { Client } from '../kernel/debug/client.ts';

const root = new URL('../..', import.meta.url).pathname;
const source = join(root, 'test/kernel/debug/patient.c');
const folder = mkdtempSync(join(tmpdir(), 'capwright-step-'));
const program = join(folder, 'patient');
execFileSync('cc', ['-g', '-O0', '-o', program, source]);

const clients: Client[] = [];

afterAll(() => {
  for (const client of clients) client.adapter.kill();
  rmSync(folder, { recursive: true });
});

interface Stepper {
  readonly name: string;
  readonly step: () => Promise<void>;
  readonly begun: Promise<unknown>;
}

/** A session that has stopped in `main`, with a step of the debugger as its work. */
function stepper(name: string, argv: readonly string[], configuration: object): Stepper {
  const begun = begin(argv, configuration);
  const step = async (): Promise<void> => {
    const client = await begun;
    await client.request('stepIn', { threadId: client.thread, granularity: 'instruction' });
    await client.event('stopped');
    await client.request('stackTrace', { threadId: client.thread, startFrame: 0, levels: 1 });
    // What was waited for is not looked at again.
    client.forget();
  };
  return { name, step, begun };
}

async function begin(argv: readonly string[], configuration: object): Promise<Client> {
  const client = new Client({ argv, terminal: null });
  clients.push(client);
  await client.initialize();
  const launched = client.request('launch', { program, args: ['1000000'], ...configuration });
  await Promise.race([
    client.event('initialized'),
    launched.then(() => new Promise(() => undefined)),
  ]);
  await client.request<DebugProtocol.SetFunctionBreakpointsResponse['body']>(
    'setFunctionBreakpoints',
    { breakpoints: [{ name: 'main' }] },
  );
  await client.request('configurationDone');
  await client.event('stopped');
  return client;
}

/**
 * One step after the other, so that both meet the same machine; what they took is printed at the end.
 * @param messages of the protocol in a step
 */
function pair(relay: Stepper, direct: Stepper, messages: number): Parameters<typeof bench> {
  const times: [relay: number, direct: number][] = [];
  const tell = (): void => {
    // After the warming up there is nothing yet.
    if (times.length === 0) return;
    const median = (which: 0 | 1): number =>
      times.map((each) => each[which]).toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
    const [relayed, by] = [median(0), median(1)];
    const more = (relayed - by) / messages;
    process.stdout.write(
      `${relay.name} ${relayed.toFixed(3)} ms, ${direct.name} ${by.toFixed(3)} ms (medians of ${String(times.length)}): ` +
        `${(relayed / by).toFixed(3)} times, ${more.toFixed(3)} ms more a message\n`,
    );
  };
  const timed = async ({ step }: Stepper): Promise<number> => {
    const start = performance.now();
    await step();
    return performance.now() - start;
  };
  return [
    `by ${relay.name}, and by ${direct.name} itself`,
    async () => {
      times.push([await timed(relay), await timed(direct)]);
    },
    {
      ...{ time: 3000, warmupTime: 0, warmupIterations: 0 },
      // Both have started before a step is timed.
      setup: async () => {
        await relay.begun;
        await direct.begun;
      },
      teardown: tell,
    },
  ];
}

const capwright = (name: string): readonly string[] => [
  ...[process.execPath, join(root, 'dist/cli.mjs'), 'dap', '--debugger', name],
];
const asked = { with: 'sandbox', console: 'internalConsole' };

// The budget: no more than 1.05 times the library by itself.
describe('a step in gdb, with the frame that it leads to', () => {
  const library = createRequire(import.meta.url).resolve('cdt-gdb-adapter/dist/debugAdapter.js');
  const direct = stepper('cdt-gdb-adapter', [process.execPath, library], {
    arguments: '1000000',
    preConnectCommands: ['-gdb-set inferior-tty /dev/null'],
  });
  bench(...pair(stepper('capwright dap', capwright('gdb'), asked), direct, 6));
});

// The budget: 0.15 ms a message. These are six: two requests, two answers, two events.
describe('a step in lldb, with the frame that it leads to', async () => {
  const adapter = await findLldbAdapter(process.env);
  if (adapter === null) throw new Error('no lldb-dap along PATH (apt-get install lldb-16)');
  const direct = stepper('lldb-dap', [adapter], {});
  bench(...pair(stepper('capwright dap', capwright('lldb'), asked), direct, 6));
});
