/** Every operation of the table, done in every context that can be made here, against the model. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import * as v from 'valibot';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  CAP_BPF,
  CAP_DAC_OVERRIDE,
  CAP_NET_ADMIN,
  CAP_NET_BIND_SERVICE,
  CAP_NET_RAW,
  CAP_PERFMON,
  CAP_SYS_ADMIN,
} from '../../../extension/model/capability.ts';
import { emptySet, members, names, setOf } from '../../../extension/model/capabilitySet.ts';
import { judgeProcess } from '../../../extension/model/judge.ts';
import { operations, type Operation } from '../../../extension/model/operations.ts';
import type { Verdict } from '../../../extension/model/verdict.ts';
import { collectFeatures } from '../../../extension/probe/featureEvidence.ts';
import { createLinuxHost } from '../../../extension/probe/linuxHost.ts';
import { makeBundles } from '../world/bundles.ts';
import { run, startAndWait } from '../world/command.ts';
import { logIn, prepareWorld, type World } from '../world/world.ts';
import { buildRunner } from './build.ts';
import { evidenceOf, heldHere, runnerArguments, type Context, type Machine } from './context.ts';

const status = await readFile('/proc/self/status', 'utf8');
const held = heldHere(status);

const base: Context = {
  name: 'a user without capabilities',
  uid: 1000,
  capabilities: emptySet,
  userNamespace: 'initial',
  network: 'initial',
  flags: '',
};
const netAdmin = setOf(CAP_NET_ADMIN);
const named = (name: string, change: Partial<Context>): Context => ({ ...base, name, ...change });

const single = members(held).map((capability) =>
  named(`a user with ${names(setOf(capability)).join()}`, { capabilities: setOf(capability) }),
);

const pairs = [
  setOf(CAP_NET_ADMIN, CAP_NET_RAW),
  setOf(CAP_NET_ADMIN, CAP_BPF),
  setOf(CAP_NET_ADMIN, CAP_SYS_ADMIN),
  setOf(CAP_NET_ADMIN, CAP_NET_RAW, CAP_DAC_OVERRIDE),
  setOf(CAP_NET_RAW, CAP_DAC_OVERRIDE),
  setOf(CAP_NET_RAW, CAP_NET_BIND_SERVICE),
  setOf(CAP_BPF, CAP_PERFMON),
].map((capabilities) =>
  named(`a user with ${names(capabilities).join(' and ')}`, { capabilities }),
);

const roots = [
  named('root', { uid: 0, capabilities: held }),
  named('root without capabilities', { uid: 0 }),
  named('root with cap_net_admin', { uid: 0, capabilities: netAdmin }),
];

const nested = (['root', 'same'] as const).flatMap((userNamespace) =>
  (['own', 'initial'] as const).flatMap((network) =>
    [held, netAdmin, setOf(CAP_SYS_ADMIN), emptySet].map((capabilities) =>
      named(
        `${userNamespace === 'root' ? 'root' : 'the user'} of a user namespace, ${network === 'own' ? 'with' : 'without'} a network namespace, with ${capabilities === held ? 'everything' : names(capabilities).join() || 'nothing'}`,
        { userNamespace, network, capabilities },
      ),
    ),
  ),
);

const inside = { userNamespace: 'root', network: 'own', capabilities: held } as const;
const special = [
  named('the owner of a namespace, outside of it', { network: 'child' }),
  named('the owner of a namespace, outside of it, with cap_sys_admin', {
    network: 'child',
    capabilities: setOf(CAP_SYS_ADMIN),
  }),
  named('a netlink socket opened before the capability was raised', {
    capabilities: netAdmin,
    flags: 'l',
  }),
  named('a netlink socket opened before root raised everything', {
    uid: 0,
    capabilities: held,
    flags: 'l',
  }),
  named('such a socket in a user namespace', { ...inside, flags: 'l' }),
  named('a TUN node opened in another network namespace', { ...inside, flags: 't' }),
  named('a TUN node opened there by a holder of cap_net_admin', {
    capabilities: netAdmin,
    flags: 't',
  }),
  named('ping_group_range changed', { flags: 'p' }),
  named('ping_group_range changed in a namespace of its own', { ...inside, flags: 'p' }),
  named('ip_unprivileged_port_start changed', { flags: 'b' }),
  named('ip_unprivileged_port_start changed in a namespace of its own', {
    ...inside,
    capabilities: emptySet,
    flags: 'b',
  }),
  named('no_new_privs', { capabilities: netAdmin, flags: 'n' }),
  named('no user namespaces left', { ...inside, flags: 'm' }),
];

const filtered = [
  named('a filter that allows all', { capabilities: netAdmin, flags: 'ns' }),
  named('a filter that allows all, in a namespace', { ...inside, flags: 'ns' }),
  named('a filter that refuses namespaces and bpf', { ...inside, flags: 'nS' }),
  named('a filter that refuses them to root', { uid: 0, capabilities: held, flags: 'nS' }),
];

const contexts: readonly Context[] = [base, ...single, ...pairs, ...roots, ...nested, ...special];

let runner: string;
let machine: Machine;

beforeAll(async () => {
  runner = await buildRunner();
  const read = async (path: string): Promise<string> => (await readFile(path, 'utf8')).trim();
  const helperPath = join(import.meta.dirname, '../../../extension/probe/helper/helperMain.ts');
  const host = createLinuxHost({ helperPath, addonPath: null });
  machine = {
    kernelRelease: await read('/proc/sys/kernel/osrelease'),
    features: await collectFeatures(host),
    unprivilegedBpfDisabled: Number(await read('/proc/sys/kernel/unprivileged_bpf_disabled')),
  };
  return () => {
    host.dispose();
  };
});

let compared = 0;

describe('the model and the kernel agree', () => {
  test.each(contexts.map((context) => [context.name, context] as const))(
    '%s',
    async (_, context) => {
      const done = await doAll(context);
      const asked = operationsFor(context, done);
      const { system, opener } = evidenceOf(context, machine);
      const told = judgeProcess(system, asked, opener).filter(
        ({ verdict }) => !hangsOnModule(verdict),
      );
      expect(told.map(({ operation, verdict }) => [operation, wordOf(verdict)])).toEqual(
        told.map(({ operation }) => [operation, done.get(operation)]),
      );
      compared += told.length;
    },
  );

  test('over all operations and contexts', () => {
    console.log(
      `${operations.length} operations, ${contexts.length} contexts, ${compared} comparisons`,
    );
    expect(operations.length).toBeGreaterThanOrEqual(45);
    expect(contexts.length).toBeGreaterThanOrEqual(40);
    expect(compared).toBeGreaterThan(0.9 * contexts.length * 75);
  });
});

describe('what a seccomp filter refuses cannot be seen', () => {
  test.each(filtered.map((context) => [context.name, context] as const))(
    '%s',
    async (_, context) => {
      const done = await doAll(context);
      const asked = operationsFor(context, done);
      const { system } = evidenceOf(context, machine);
      let unknown = 0;
      for (const { operation, verdict } of judgeProcess(system, asked)) {
        const kernel = done.get(operation);
        if (verdict.kind === 'unknown') {
          if (hangsOnModule(verdict)) continue;
          expect([operation, verdict.unseen]).toEqual([operation, ['the seccomp filter of bash']]);
          unknown += 1;
        } else {
          expect([operation, wordOf(verdict)]).toEqual([operation, kernel]);
          if (verdict.kind === 'allowed') {
            expect([operation, verdict.unseen]).toEqual([
              operation,
              ['the seccomp filter of bash'],
            ]);
          }
        }
      }
      expect(unknown).toBeGreaterThan(0);
    },
  );
});

describe('the command line gathers the evidence itself', () => {
  let world: World;
  beforeAll(async () => {
    await makeBundles();
    world = await prepareWorld();
    return () => world.dispose();
  });

  const ask = async (prefix: readonly string[], ...args: readonly string[]) => {
    const cli = join(import.meta.dirname, '../../../dist/cli.mjs');
    const node = [process.execPath, cli].map(world.reach);
    const ran = await run(['unshare', '--net', '--', ...prefix, ...node, 'can', '--json', ...args]);
    expect(ran.stderr).toBe('');
    return v.parse(answerSchema, JSON.parse(ran.stdout)).operations;
  };

  test.each<[string, readonly string[], Partial<Context>, readonly string[]]>([
    ['of a user', [], {}, []],
    [
      'of a user with an ambient capability',
      ['--inh-caps=+net_admin', '--ambient-caps=+net_admin'],
      { capabilities: netAdmin },
      [],
    ],
    ['of root of a sandbox', [], inside, ['unshare', '--user', '--map-root-user', '--net', '--']],
  ])('%s', async (_, privileges, change, within) => {
    const context = { ...base, ...change, uid: world.dev.uid };
    const done = await doAll(context);
    const answers = await ask([...logIn(world.dev, ...privileges), ...within], '--all');
    const told = answers.filter(
      ({ operation, verdict }) => verdict !== 'unknown' && operation !== 'tun.attach',
    );
    expect(told.length).toBeGreaterThan(75);
    expect(told.map(({ operation, verdict, errno }) => [operation, errno ?? verdict])).toEqual(
      told.map(({ operation }) => {
        const word = done.get(operation);
        return [operation, word === 'ok' ? 'allowed' : word];
      }),
    );
  });

  test('who opened the netlink socket', async () => {
    const user = await startAndWait([
      ...logIn(world.dev),
      'sh',
      '-c',
      'echo ready && read -r line',
    ]);
    try {
      const asked = ['netlink.address', `--opened-by=${user.pid}`];
      expect(await ask([], ...asked)).toMatchObject([
        { errno: 'EPERM', gate: 'opener-capability' },
      ]);
      expect(await ask([], 'netlink.address')).toMatchObject([{ verdict: 'allowed' }]);
    } finally {
      await user.finish();
    }
  });
});

const answerSchema = v.object({
  operations: v.array(
    v.object({
      operation: v.string(),
      verdict: v.picklist(['allowed', 'denied', 'unknown']),
      errno: v.optional(v.string()),
      gate: v.optional(v.string()),
    }),
  ),
});

/** Each operation with the kernel's answer: `ok`, or the errno. */
async function doAll(context: Context): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await execa(
    'unshare',
    [...['--mount', '--propagation', 'private', '--', runner], ...runnerArguments(context)],
    { timeout: 60_000 },
  );
  return new Map(
    stdout.split('\n').map((line) => {
      const [id = '', word = ''] = line.split(' ');
      return [id, word] as const;
    }),
  );
}

/** Attaching needs a device that exists, which test/kernel/situations makes. */
function operationsFor(
  { flags }: Context,
  done: ReadonlyMap<string, string>,
): readonly Operation[] {
  const asked = operations.filter(({ id }) => id !== 'tun.attach');
  expect(asked.map(({ id }) => id).filter((id) => !done.has(id))).toEqual([]);
  return flags.includes('t') ? asked.filter(({ family }) => family === 'tun') : asked;
}

function wordOf(verdict: Verdict): string {
  if (verdict.kind === 'denied') return verdict.errno;
  return verdict.kind === 'allowed' ? 'ok' : 'unknown';
}

/** A module that is not loaded here may be loaded when it is asked for: the model says that it cannot tell. */
function hangsOnModule(verdict: Verdict): boolean {
  return (
    verdict.kind === 'unknown' &&
    verdict.unseen.every((what) => what.startsWith('whether this kernel has '))
  );
}
