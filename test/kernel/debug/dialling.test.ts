/** Debuggers that dial their client: who else may do so, and whether what they start does. */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { shellOf } from '../launcher/bench.ts';
import { run, type Ran } from '../world/command.ts';
import type { User } from '../world/world.ts';
import { expectNoHolder, lineOf, openDebugging, processesOf, type Debugging } from './bench.ts';
import type { Client } from './client.ts';
import { debuggers } from './debuggers.ts';
import { launch, setBreakpoints, type Patient, type Stopped } from './sequence.ts';

let debugging: Debugging;
let client: Client;

beforeAll(async () => {
  debugging = await openDebugging();
  return () => debugging.dispose();
});

afterEach(() => {
  client.adapter.kill('SIGKILL');
});

/** Dials as a user of the machine, and prints what is said until that is closed. */
function dial(user: User, address: string): Promise<Ran> {
  const [host = '', port = ''] = address.split(':');
  const script = `cat </dev/tcp/${host}/${port}`;
  return run([...debugging.space.enter, ...shellOf(user), 'bash', '-c', script]);
}

/** Stands for a debugger, and becomes it when there is a file beside, with `.go` at its name’s end. */
async function hesitating(name: string, debuggerPath: string): Promise<string> {
  const path = join(debugging.dev.home, `hesitating-${name}`);
  const wait = 'until [ -e "$0.go" ]; do sleep 0.02; done';
  await writeFile(path, `#!/bin/sh\n${wait}\nexec ${debuggerPath} "$@"\n`);
  await chmod(path, 0o755);
  return path;
}

/** What a debugger that hesitates is going to dial. */
async function addressFor(path: string): Promise<string> {
  for (const pid of await processesOf(debugging.dev)) {
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const address = /\0--(?:connect|client-addr)\0([^\0]*)/.exec(words)?.[1];
    // Others have it among their arguments.
    if (address !== undefined && words.startsWith(`/bin/sh\0${path}\0`)) return address;
  }
  return '';
}

const dialling = debuggers.flatMap((each) =>
  each.dials === null ? [] : [{ ...each, dials: each.dials }],
);

describe.each(dialling)('$debugger', (each) => {
  let patient: Patient;

  beforeAll(async () => {
    patient = { ...each, program: await each.build(debugging) };
  });

  test.each([
    // Whoever it is, he is heard by nobody.
    { way: 'launcher', code: 0 },
    // There is nobody to dial.
    { way: 'sandbox', code: 1 },
  ])('by $way, another user who dials first is not taken for it', async ({ way, code }) => {
    const debuggerPath = await hesitating(`${each.debugger}-${way}`, each.dials);
    client = debugging.open(false, each.debugger);
    const launched = launch(client, patient, { debuggerPath, with: way, args: ['1'] });
    await expect.poll(() => addressFor(debuggerPath), { timeout: 20_000 }).not.toBe('');
    const address = await addressFor(debuggerPath);
    const { other } = debugging.bench.world;
    expect(await dial(other, address)).toMatchObject({ code, stdout: '' });
    await writeFile(`${debuggerPath}.go`, '');
    await launched;
    const path = join(debugging.dev.home, patient.source);
    await setBreakpoints(client, path, await lineOf(patient.source, 'after the call'));
    await client.request('configurationDone');
    expect(await client.event<Stopped>('stopped')).toMatchObject({ reason: 'breakpoint' });
    // Nor is there anybody to dial for one who comes later.
    expect(await dial(debugging.dev, address)).toMatchObject({ code: 1, stdout: '' });
    await client.disconnect();
    await expectNoHolder(debugging.dev);
  });
});

test('what a program in Python starts runs, and is not debugged', async () => {
  const program = join(debugging.dev.home, 'parent.py');
  const child = `[sys.executable, '-c', 'print("a child")']`;
  await writeFile(
    program,
    `import subprocess, sys\nsys.exit(subprocess.run(${child}).returncode)\n`,
  );
  client = debugging.open(false, 'python');
  const configuration = { debuggerPath: '/usr/bin/python3' };
  await launch(client, { program, configuration }, {});
  await client.request('configurationDone');
  expect(await client.event('exited')).toEqual({ exitCode: 0 });
  expect(client.said('stdout')).toBe('a child\n');
  expect(client.said('stderr')).toBe('');
  await client.disconnect();
});
