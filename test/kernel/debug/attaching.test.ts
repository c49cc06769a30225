import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openView } from '../../../extension/app/surroundings.ts';
import { withHost } from '../../../extension/cli/commandHost.ts';
import { judgeAttach } from '../../../extension/model/attach.ts';
import {
  collectProcessToAttach,
  collectPtraceScope,
} from '../../../extension/probe/attachEvidence.ts';
import { threadCredentials } from '../../../extension/probe/launcherEvidence.ts';
import { userNamespaceOf } from '../../../extension/probe/idView.ts';
import { mustRun, startAndWait, type Running } from '../world/command.ts';
import { prepareWorld, type User, type World } from '../world/world.ts';

let world: World;
let program: string;
let capable: string;
const started: Running[] = [];
/** What the kernel has answered. */
const answers = new Set<string>();

beforeAll(async () => {
  world = await prepareWorld();
  program = '/srv/attach';
  capable = '/srv/attach-capable';
  const source = join(import.meta.dirname, 'attach.c');
  for (const path of [program, capable]) {
    await mustRun(['cc', '-Wall', '-Wextra', '-Werror', '-o', path, source]);
    await chmod(path, 0o755);
  }
  await mustRun(['setcap', 'cap_net_raw=ep', capable]);
  return () => world.dispose();
});

afterAll(async () => {
  await Promise.all(started.map((each) => each.finish()));
});

/** setpriv(1) makes it the user with these capabilities, as the launcher does. */
function as({ uid, gid }: User, capabilities: readonly string[], ...more: string[]): string[] {
  const ids = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups'];
  const list = capabilities.map((each) => `+${each}`).join(',');
  const sets = list === '' ? [] : ['--inh-caps', list, '--ambient-caps', list];
  return ['setpriv', ...ids, ...sets, ...more, 'env', '--'];
}

const ownNamespace = ['unshare', '--user', '--map-current-user', '--keep-caps'];

interface Way {
  readonly name: string;
  /** By the people of the world. */
  readonly argv: (people: { readonly dev: User; readonly other: User }) => readonly string[];
}

const targets: readonly (Way & { readonly file?: 'capable'; readonly hidden?: true })[] = [
  { name: 'a plain process', argv: ({ dev }) => as(dev, []) },
  { name: 'one that is not dumpable', argv: ({ dev }) => as(dev, []), hidden: true },
  { name: 'one with net_admin', argv: ({ dev }) => as(dev, ['net_admin']) },
  { name: 'one with two', argv: ({ dev }) => as(dev, ['net_admin', 'net_raw']) },
  { name: 'one with no_new_privs', argv: ({ dev }) => as(dev, [], '--no-new-privs') },
  { name: 'one with file capabilities', argv: ({ dev }) => as(dev, []), file: 'capable' },
  { name: 'one of somebody else', argv: ({ other }) => as(other, []) },
  {
    name: 'one with somebody else’s group',
    argv: ({ dev, other }) => as({ ...dev, gid: other.gid }, []),
  },
  { name: 'one in a user namespace', argv: ({ dev }) => [...as(dev, []), ...ownNamespace] },
  {
    name: 'one in a user namespace of somebody else',
    argv: ({ other }) => [...as(other, []), ...ownNamespace],
  },
];

const callers: readonly Way[] = [
  { name: 'none', argv: ({ dev }) => as(dev, []) },
  { name: 'net_admin', argv: ({ dev }) => as(dev, ['net_admin']) },
  { name: 'two', argv: ({ dev }) => as(dev, ['net_admin', 'net_raw']) },
  { name: 'sys_ptrace', argv: ({ dev }) => as(dev, ['sys_ptrace']) },
  { name: 'none and no_new_privs', argv: ({ dev }) => as(dev, [], '--no-new-privs') },
  { name: 'all, in a user namespace', argv: ({ dev }) => [...as(dev, []), ...ownNamespace] },
];

/** What the model says of two processes that run. */
async function foretold(callerPid: number, targetPid: number): Promise<'ok' | 'EPERM' | 'unknown'> {
  return withHost(async (host) => {
    const opened = await openView(host);
    if (opened.kind === 'failure') throw new Error(opened.failure.message);
    const { view } = opened;
    const [target, scope, caller, namespaces] = await Promise.all([
      collectProcessToAttach(host, view, targetPid),
      collectPtraceScope(host),
      host.request({ kind: 'process', pid: callerPid }),
      host.request({ kind: 'namespaces', pid: callerPid }),
    ]);
    const main = caller.ok ? caller.result.threads[0] : undefined;
    const userNamespace = namespaces.ok ? userNamespaceOf(namespaces.result, view) : null;
    if (target === null || main === undefined || userNamespace === null) return 'unknown';
    const credentials = { ...threadCredentials(main, view), userNamespace };
    const { kind } = judgeAttach(credentials, target, scope);
    return kind === 'allowed' ? 'ok' : kind === 'denied' ? 'EPERM' : 'unknown';
  });
}

/** A caller that can be looked at before it attaches: it waits for a line, then becomes the one that does. */
async function attempt(
  caller: Way,
  pid: number,
): Promise<readonly [foretold: string, seen: string]> {
  const { dev, other } = world;
  const shell = ['sh', '-c', 'echo ready; read -r line; exec "$@"', 'sh'];
  const running = await startAndWait([
    ...caller.argv({ dev, other }),
    ...shell,
    program,
    String(pid),
  ]);
  const verdict = await foretold(running.pid, pid);
  const { stdout } = await running.finish();
  return [verdict, stdout.trim().split('\n').at(-1) ?? ''];
}

describe.each(targets)('$name', ({ argv, file, hidden }) => {
  let target: Running;

  beforeAll(async () => {
    const { dev, other } = world;
    const words = ['wait', ...(hidden === true ? ['hidden'] : [])];
    const path = file === 'capable' ? capable : program;
    target = await startAndWait([...argv({ dev, other }), path, ...words]);
    started.push(target);
  });

  test.each(callers)('for a debugger with $name', async (caller) => {
    const [verdict, seen] = await attempt(caller, target.pid);
    expect(verdict).toBe(seen);
    answers.add(seen);
  });
});

test('both answers have come', () => {
  expect([...answers].toSorted()).toEqual(['EPERM', 'ok']);
});

test('one that is traced already', async () => {
  const { dev } = world;
  const target = await startAndWait([...as(dev, []), program, 'wait']);
  const tracer = await startAndWait([...as(dev, []), program, String(target.pid), 'hold']);
  started.push(tracer, target);
  for (const caller of callers.slice(0, 4)) {
    expect(await attempt(caller, target.pid)).toEqual(['EPERM', 'EPERM']);
  }
});

test('at each level of Yama', async (context) => {
  const path = '/proc/sys/kernel/yama/ptrace_scope';
  const before = await readFile(path, 'utf8').catch(() => null);
  context.skip(before === null, 'this kernel has no Yama: its levels are as read in its source');
  const { dev } = world;
  const target = await startAndWait([...as(dev, []), program, 'wait']);
  started.push(target);
  try {
    for (const level of ['0', '1', '2']) {
      await writeFile(path, level);
      for (const caller of callers.slice(0, 4)) {
        const [verdict, seen] = await attempt(caller, target.pid);
        expect([level, caller.name, verdict]).toEqual([level, caller.name, seen]);
      }
    }
  } finally {
    await writeFile(path, before ?? '0');
  }
});
