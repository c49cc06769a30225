import { chmod, chown, copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { buildFixtures, type Fixtures } from '../fixtures/build.ts';
import { mustRun, run, type Ran } from './world/command.ts';
import { logIn, prepareWorld, type World } from './world/world.ts';

const commandLine = new URL('../../dist/cli.mjs', import.meta.url).pathname;

let world: World;
let fixtures: Fixtures;
let folder: string;

beforeAll(async () => {
  world = await prepareWorld();
  fixtures = await buildFixtures();
  folder = join(world.dev.home, 'bad input');
  await mkdir(folder);
  await chown(folder, world.dev.uid, world.dev.gid);
});

afterAll(async () => {
  await world.dispose();
});

/** As the developer, with the helper's own processes the only ones that may start. */
async function check(program: string, ...options: readonly string[]): Promise<Ran> {
  return run([
    ...logIn(world.dev),
    world.reach(process.execPath),
    world.reach(commandLine),
    'check',
    ...options,
    '--',
    program,
  ]);
}

async function program(name: string, content?: Uint8Array): Promise<string> {
  const path = join(folder, name);
  if (content === undefined) await copyFile(fixtures.tun, path);
  else await writeFile(path, content);
  await chmod(path, 0o755);
  return path;
}

const unusable: readonly {
  readonly what: string;
  readonly make: () => Promise<string>;
  readonly message: string;
  readonly status: number;
}[] = [
  {
    what: 'a missing file',
    make: () => Promise.resolve(join(folder, 'nothing')),
    message: 'does not exist',
    status: 2,
  },
  {
    what: 'a directory',
    make: () => Promise.resolve(folder),
    message: 'is a directory, not a program',
    status: 2,
  },
  {
    what: 'a FIFO',
    make: async () => {
      const path = join(folder, 'fifo');
      await mustRun(['mkfifo', path]);
      return path;
    },
    message: 'is a named pipe, not a program',
    status: 2,
  },
  {
    what: 'a device',
    make: () => Promise.resolve('/dev/null'),
    message: 'is a device, not a program',
    status: 2,
  },
  {
    what: 'a file in the place of a directory',
    make: async () => join(await program('plain'), 'tunnel'),
    message: 'ENOTDIR',
    status: 2,
  },
  {
    what: 'a directory that may not be searched',
    make: async () => {
      const closed = join(folder, 'closed');
      await mkdir(closed, { mode: 0o700 });
      return join(closed, 'tunnel');
    },
    message: 'EACCES',
    status: 3,
  },
];

describe('what is no program', () => {
  it.each(unusable)('$what: a clear message', async ({ make, message, status }) => {
    const path = await make();
    const ran = await check(path);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).not.toMatch(/\n\s+at /);
    expect(ran.code).toBe(status);
  });

  it('says so as JSON too', async () => {
    const ran = await check(join(folder, 'nothing'), '--json');
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { blame: 'user' } });
    expect(ran.code).toBe(2);
  });
});

const report = v.object({
  program: v.object({
    path: v.string(),
    mode: v.string(),
    capabilities: v.nullable(v.string()),
    assumptions: v.array(v.string()),
  }),
  paths: v.array(
    v.object({
      path: v.string(),
      verdicts: v.array(
        v.object({
          verdict: v.string(),
          call: v.optional(v.string()),
          errno: v.optional(v.string()),
        }),
      ),
    }),
  ),
  findings: v.array(
    v.object({
      fixes: v.array(
        v.object({
          steps: v.array(v.looseObject({ argv: v.optional(v.array(v.string())) })),
        }),
      ),
    }),
  ),
});

async function answer(path: string) {
  const ran = await check(path, '--json');
  expect(ran.stderr).toBe('');
  return v.parse(report, JSON.parse(ran.stdout));
}

describe('programs that are odd', () => {
  it('judges a file that may be run but not read, and says what it assumed', async () => {
    const path = await program('unreadable');
    await chmod(path, 0o711);
    const { program: judged, paths } = await answer(path);
    expect(judged.assumptions).toEqual([expect.stringContaining('cannot be read')]);
    expect(paths.find((each) => each.path === 'sandbox')?.verdicts[0]?.verdict).toBe('allowed');
  });

  it.each([
    ['text without #!', Buffer.from('echo hello\n')],
    ['an empty file', Buffer.alloc(0)],
    ['half an ELF header', Buffer.from('\x7fELF\x02\x01')],
  ])('%s: execve answers ENOEXEC', async (what, content) => {
    const path = await program(what, content);
    const { paths } = await answer(path);
    for (const { verdicts } of paths) {
      expect(verdicts).toMatchObject([{ verdict: 'denied', call: 'execve', errno: 'ENOEXEC' }]);
    }
  });

  it('tells a program of another architecture', async () => {
    const bytes = await readFile(fixtures.tun);
    // e_machine: the one of two that this machine is not.
    bytes.writeUInt16LE(bytes.readUInt16LE(18) === 183 ? 62 : 183, 18);
    const path = await program('foreign', bytes);
    const ran = await check(path);
    expect(ran.stdout).toContain('execve will answer ENOEXEC');
    expect(ran.stdout).toMatch(/it is built for (?:aarch64|x86_64)/);
  });

  it.each([
    'line\nfeed',
    'both \' and "',
    '-rf',
    '$(reboot)',
    '`reboot`; reboot',
    '\u001b[31mred',
    'tab\tand space ',
    '*',
  ])('takes the name %j for nothing but a name', async (name) => {
    const path = await program(name);
    const { program: judged, findings } = await answer(path);
    expect(judged.path).toBe(path);
    const commands = findings.flatMap(({ fixes }) =>
      fixes.flatMap(({ steps }) => steps.map(({ argv }) => argv ?? [])),
    );
    expect(commands.some((argv) => argv.includes(path))).toBe(true);
    for (const argv of commands) {
      const naming = argv.filter((word) => word.includes(name));
      expect(naming.every((word) => word === path || word === `/var/tmp/${name}`)).toBe(true);
    }
    const text = await check(path);
    // eslint-disable-next-line no-control-regex -- the name's own control characters are what is looked for
    expect(text.stdout.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f]/);
  });

  it('starts nothing but its own helper, whatever the name', async () => {
    const path = await program('$(touch stolen)');
    const log = join(folder, 'execve.log');
    await mustRun([
      ...logIn(world.dev),
      ...['strace', '--follow-forks', '--trace=execve,execveat', '--output', log],
      ...['sh', '-c', '"$@" || true', 'sh'],
      ...[world.reach(process.execPath), world.reach(commandLine), 'check', path],
    ]);
    const executed = [...(await readFile(log, 'utf8')).matchAll(/execve(?:at)?\("([^"]*)"/g)];
    const names = executed.map(([, file]) => file);
    expect(names.length).toBeGreaterThanOrEqual(3);
    expect(
      names.filter((file) => file !== world.reach(process.execPath) && !file?.endsWith('/sh')),
    ).toEqual([]);
  });

  it('never mixes two files that take turns at one path', async () => {
    const path = await program('swapped');
    await mustRun(['setcap', 'cap_net_admin=ep', path]);
    const plain = await program('swapped.plain');
    await chmod(plain, 0o711);
    const enough = new AbortController();
    const swapper = (async () => {
      while (!enough.signal.aborted) {
        await rename(path, `${path}.kept`);
        await rename(plain, path);
        await rename(path, plain);
        await rename(`${path}.kept`, path);
      }
    })();
    const whole = ['0755 cap_net_admin=ep', '0711 null'];
    for (let round = 0; round < 25; round += 1) {
      const parsed: unknown = JSON.parse((await check(path, '--json')).stdout);
      if (v.is(report, parsed)) {
        expect(whole).toContain(`${parsed.program.mode} ${String(parsed.program.capabilities)}`);
      } else {
        expect(parsed).toMatchObject({
          error: { message: expect.stringMatching(/was replaced while|does not exist/) as string },
        });
      }
    }
    enough.abort();
    await swapper;
  });
});
