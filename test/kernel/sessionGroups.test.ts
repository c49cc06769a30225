/** More groups than a session can have: what a login makes of them, as the kernel and the C library do it. */
import { appendFile, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { gatherSession } from '../../extension/app/session.ts';
import { sessionView, type FactView } from '../../extension/report/sessionView.ts';
import { makeBundles } from './world/bundles.ts';
import { startAndWait } from './world/command.ts';
import { developerHost } from './world/developerHost.ts';
import { logIn, prepareWorld, type World } from './world/world.ts';

let world: World;
let host: ReturnType<typeof developerHost>;

beforeAll(async () => {
  await makeBundles();
  world = await prepareWorld();
  host = developerHost(world);
});
afterAll(async () => {
  host.dispose();
  await world.dispose();
});

/** Puts the developer into so many more. Their numbers go down, as nobody would expect. */
async function addGroups(count: number): Promise<void> {
  const lines = Array.from({ length: count }, (_, index) => {
    const gid = 300_000 - index;
    return `many${String(gid)}:x:${String(gid)}:${world.dev.name}\n`;
  });
  await appendFile('/etc/group', lines.join(''));
}

/** Logs in by initgroups(3), and looks. */
async function session(): Promise<{
  readonly held: readonly string[];
  facts: readonly FactView[];
}> {
  const shell = [...logIn(world.dev), 'sh', '-c', 'echo ready; read -r line'];
  const { pid, finish } = await startAndWait(shell);
  onTestFinished(async () => {
    await finish();
  });
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  const outcome = await gatherSession(host, [{ kind: 'process', pid, process: 'terminal' }]);
  if (outcome.kind === 'failure') throw new Error(outcome.failure.message);
  const [view] = sessionView(outcome.session);
  return {
    held: /^Groups:\s*(.*?)\s*$/m.exec(status)?.[1]?.split(' ') ?? [],
    facts: view?.facts ?? [],
  };
}

const valueOf = (facts: readonly FactView[], id: string): string | undefined =>
  facts.find((fact) => fact.id === id)?.value;

test('two groups are over no limit', async () => {
  const { held, facts } = await session();
  expect(held).toEqual([world.dev.gid, world.tunners.gid].map(String));
  expect(valueOf(facts, 'groups')).toBe('dev, tunners');
  expect(facts.filter(({ id }) => /over|missing/.test(id))).toEqual([]);
});

test('of twenty, NFS tells a server those of the sixteen lowest numbers', async () => {
  await addGroups(18);
  const { held, facts } = await session();
  expect(held).toHaveLength(20);
  const unsent = held.slice(16).map((gid) => `many${gid}`);
  expect(valueOf(facts, 'groups over NFS')).toBe(unsent.join(', '));
  expect(valueOf(facts, 'groups over')).toBeUndefined();
});

test('of more than kernel.ngroups_max, the last of /etc/group are lost', async () => {
  const limit = Number(await readFile('/proc/sys/kernel/ngroups_max', 'utf8'));
  // With the two that the developer has, and those of the test before.
  await addGroups(limit + 1);
  const { held, facts } = await session();
  expect(held).toHaveLength(limit);
  const names = (await readFile('/etc/group', 'utf8')).split('\n').flatMap((line) => {
    const [name = '', , gid = '', members] = line.split(':');
    return members === world.dev.name || gid === String(world.dev.gid) ? [{ name, gid }] : [];
  });
  const has = new Set(held);
  const lost = names.filter(({ gid }) => !has.has(gid)).map(({ name }) => name);
  expect(valueOf(facts, 'groups over')).toBe(`${String(names.length)} of at most ${String(limit)}`);
  expect(lost.length).toBeGreaterThan(0);
  expect(valueOf(facts, 'groups missing')).toBe(lost.join(', '));
});
