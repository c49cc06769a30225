/** Whoever of a session is killed, or does not answer any more, at any moment, nothing is left. */
import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { leaveTime } from '../../../extension/debug/adapter/farewell.ts';
import { expectNoHolder, lineOf, processesOf, type Debugging } from './bench.ts';
import type { Client } from './client.ts';
import { join } from 'node:path';
import { launch, resume, setBreakpoints, type Patient } from './sequence.ts';

export const moments = ['launching', 'configuring', 'starting', 'stopped', 'running'] as const;

export type Moment = (typeof moments)[number];

/** Goes as far as that moment. */
export async function reach(
  debugging: Debugging,
  client: Client,
  patient: Patient,
  moment: Moment,
  way: string,
): Promise<void> {
  if (moment === 'launching') {
    await client.initialize();
    client
      .ask('launch', {
        ...{ program: patient.program, console: 'internalConsole', with: way },
        ...patient.configuration,
      })
      .catch(() => undefined);
    return;
  }
  await launch(client, patient, { args: ['100000'], with: way });
  if (moment === 'configuring') return;
  const path = join(debugging.dev.home, patient.source);
  await setBreakpoints(client, path, await lineOf(patient.source, 'each round'));
  const configured = client.request('configurationDone');
  configured.catch(() => undefined);
  if (moment === 'starting') return;
  await client.event('stopped');
  if (moment === 'stopped') return;
  await setBreakpoints(client, path);
  await resume(client);
}

/** @param victim `client`, `adapter`, or the name of a process of the session */
export async function kill(debugging: Debugging, client: Client, victim: string): Promise<void> {
  if (victim === 'client') client.adapter.stdin?.destroy();
  else if (victim === 'adapter') {
    const ended = new Promise((resolve) => client.adapter.once('exit', resolve));
    client.adapter.kill('SIGKILL');
    await ended;
  } else {
    const victims = await named(debugging, victim);
    expect(victims).not.toEqual([]);
    for (const pid of victims) process.kill(pid, 'SIGKILL');
    // A debugger has yet to notice; the client, who is told, leaves then.
    client.adapter.stdin?.destroy();
  }
}

/** Kills one, and waits until nothing is left. */
export async function killAndExpectNothing(
  debugging: Debugging,
  client: Client,
  victim: string,
): Promise<void> {
  await kill(debugging, client, victim);
  await expectNothing(debugging);
}

/**
 * Stops a process of the session, which then answers nothing, as a debugger does that waits for itself; leaves,
 * and holds that this does not wait for it.
 */
export async function leaveWithout(
  debugging: Debugging,
  client: Client,
  name: string,
): Promise<void> {
  const deaf = await named(debugging, name);
  expect(deaf).not.toEqual([]);
  for (const pid of deaf) process.kill(pid, 'SIGSTOP');
  const asked = performance.now();
  await client.disconnect();
  // To be answered, and for the supervisor, which lets an attached debugger end by itself.
  expect(performance.now() - asked).toBeLessThan(2 * leaveTime + scheduling);
}

/** In milliseconds, on a busy machine. */
const scheduling = 8_000;

/** Waits until nothing is left, first of all nothing that holds capabilities. */
export async function expectNothing(debugging: Debugging): Promise<void> {
  await expectNoHolder(debugging.dev);
  // Nor anything else: an adapter whose client is gone may run for ever.
  await expect
    .poll(() => processesOf(debugging.dev), { timeout: 20_000, interval: 50 })
    .toEqual([]);
}

async function named({ dev }: Debugging, name: string): Promise<readonly number[]> {
  const found: number[] = [];
  for (const pid of await processesOf(dev)) {
    const comm = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
    if (comm.startsWith(name)) found.push(pid);
  }
  return found;
}
