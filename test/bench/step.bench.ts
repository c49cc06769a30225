import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterAll, bench, describe } from 'vitest';
import { findLldbAdapter } from '../../extension/app/lldbAdapter.ts';
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

/** A session that has stopped in `main`, with a step of the debugger as its work. */
function stepper(argv: readonly string[], configuration: object): () => Promise<void> {
  const begun = begin(argv, configuration);
  return async () => {
    const client = await begun;
    await client.request('stepIn', { threadId: client.thread, granularity: 'instruction' });
    await client.event('stopped');
    await client.request('stackTrace', { threadId: client.thread, startFrame: 0, levels: 1 });
    // What was waited for is not looked at again.
    client.forget();
  };
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

const capwright = (name: string): readonly string[] => [
  ...[process.execPath, join(root, 'dist/cli.mjs'), 'dap', '--debugger', name],
];
const asked = { with: 'sandbox', console: 'internalConsole' };

// The budget: no more than 1.05 times the library by itself. gdb answers most of the time.
describe('a step in gdb, with the frame that it leads to', () => {
  const library = createRequire(import.meta.url).resolve('cdt-gdb-adapter/dist/debugAdapter.js');
  bench('capwright dap', stepper(capwright('gdb'), asked));
  bench(
    'cdt-gdb-adapter',
    stepper([process.execPath, library], {
      arguments: '1000000',
      preConnectCommands: ['-gdb-set inferior-tty /dev/null'],
    }),
  );
});

// The budget: 0.15 ms a message. These are six: two requests, two answers, two events.
describe('a step in lldb, with the frame that it leads to', async () => {
  const adapter = await findLldbAdapter(process.env);
  if (adapter === null) throw new Error('no lldb-dap along PATH (apt-get install lldb-16)');
  bench('capwright dap', stepper(capwright('lldb'), asked));
  bench('lldb-dap', stepper([adapter], {}));
});
