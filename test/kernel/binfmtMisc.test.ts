/** A program of a foreign format that an entry of binfmt_misc takes, in a user namespace of the test's own. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run, type Ran } from './world/command.ts';

const commandLine = new URL('../../dist/cli.mjs', import.meta.url).pathname;

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'capwright-binfmt-'));
  program = join(folder, 'program');
  await writeFile(program, 'FOREIGN format');
  await chmod(program, 0o755);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a command where the entry exists; it is gone with the namespace (Linux 6.7). */
function withEntry(entry: string, ...command: readonly string[]): Promise<Ran> {
  const binfmt = '/proc/sys/fs/binfmt_misc';
  const script = `mount -t binfmt_misc none ${binfmt} && printf %s "$0" > ${binfmt}/register && exec "$@"`;
  const inside = ['--user', '--map-root-user', '--mount', '--propagation', 'private'];
  return run(['unshare', ...inside, 'sh', '-c', script, entry, ...command]);
}

const check = ['check', '--json', '--operation', 'socket.packet', '--'];

describe('an entry of binfmt_misc', () => {
  it.each([
    [':capwright:M::FOREIGN::/bin/true:', false],
    [':capwright:M:1:OREIGN::/bin/true:OC', true],
  ])('%s is seen, and the kernel runs its interpreter', async (entry, ownCredentials) => {
    expect(await withEntry(entry, program)).toMatchObject({ code: 0 });
    const { stdout } = await withEntry(entry, process.execPath, commandLine, ...check, program);
    const reason = { rule: 'interpreter-registered', path: program, interpreter: '/bin/true' };
    expect(reasonsOf(stdout)).toContainEqual(
      expect.objectContaining({ ...reason, ownCredentials }),
    );
  });

  it('of another format takes nothing', async () => {
    const entry = ':capwright:M::OTHER::/bin/true:';
    const { stdout } = await withEntry(entry, process.execPath, commandLine, ...check, program);
    expect(reasonsOf(stdout)).toContainEqual(expect.objectContaining({ rule: 'format-refused' }));
  });
});

/** Every reason in the report, wherever it stands. */
function reasonsOf(json: string): readonly unknown[] {
  const found: unknown[] = [];
  JSON.parse(json, (_, value: unknown) => {
    if (typeof value === 'object' && value !== null && 'rule' in value) found.push(value);
    return value;
  });
  return found;
}
