import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DebuggerName } from '../../../extension/protocol/debug.ts';
import { mustRun, run } from '../world/command.ts';
import { holders, openDebugging, type Debugging } from './bench.ts';
import type { Client } from './client.ts';
import { killAndExpectNothing } from './endings.ts';

let debugging: Debugging;
let client: Client;

beforeAll(async () => {
  debugging = await openDebugging();
  return () => debugging.dispose();
});

afterEach(() => {
  client.adapter.kill('SIGKILL');
});

describe('nothing is started', () => {
  /** The word of the refusal, and what is shown. */
  async function refusal(
    configuration: object,
    debuggerName: DebuggerName = 'gdb',
  ): Promise<readonly [kind: string, text: string]> {
    client = debugging.open(false, debuggerName);
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

  test('by its own adapter, where gdb is older than that', async (context) => {
    const { stdout } = await run(['gdb', '--version']);
    const release = Number(/ (\d+)\.\d+/.exec(stdout)?.[1]);
    context.skip(release >= 14, 'the gdb of this machine speaks the protocol itself');
    const [kind, text] = await refusal({}, 'gdb-dap');
    expect(kind).toBe('debugger');
    expect(text).toMatch(/^gdb 1\d\.\d+ does not speak the Debug Adapter Protocol/);
    expect(text).toContain('Set "debugger" to "gdb"');
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

describe('killed before it has begun, it leaves no process with capabilities', () => {
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
    await killAndExpectNothing(debugging, client, 'adapter');
  });
});
