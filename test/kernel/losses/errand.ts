import { chmod, chown, copyFile, mkdir, mkdtemp, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Fixtures } from '../../fixtures/build.ts';
import { mustRun, run } from '../world/command.ts';
import { logIn, type World } from '../world/world.ts';

/** A program of the developer in a folder of theirs, and what can be done to it. */
export interface Errand {
  /** A folder that holds the program, which is called `tun`, and nothing else at first. */
  readonly folder: string;
  readonly program: string;
  /** Another program, of a year ago. */
  readonly other: string;
  /** tun.c. */
  readonly source: string;
  readonly uid: number;
  /** A group of the user, and not the program's. */
  readonly group: number;
  readonly size: () => Promise<number>;
  readonly user: (...argv: readonly string[]) => Promise<string>;
  readonly root: (...argv: readonly string[]) => Promise<string>;
  /** What `capwright check` says about starting it from the terminal. */
  readonly check: (path?: string) => Promise<Answer>;
  /** Whether it gets its device, when the developer starts it. */
  readonly works: (path?: string) => Promise<boolean>;
}

export interface Answer {
  readonly verdict: string;
  readonly findings: readonly Finding[];
}

type Finding = v.InferOutput<typeof finding>;

const finding = v.object({
  rule: v.string(),
  confidence: v.string(),
  message: v.string(),
  subject: v.object({ launchPaths: v.array(v.string()) }),
  fixes: v.array(v.object({ id: v.string() })),
});
const report = v.object({
  paths: v.array(
    v.object({ path: v.string(), verdicts: v.array(v.object({ verdict: v.string() })) }),
  ),
  findings: v.array(finding),
});

const commandLine = new URL('../../../dist/cli.mjs', import.meta.url).pathname;

/** A year ago, in seconds: what a copy that keeps times would carry along. */
const past = Date.now() / 1000 - 365 * 86_400;

/** Places the program below a folder, with the capabilities where `capability` says so. */
export async function beginErrand(
  world: World,
  fixtures: Fixtures,
  below: string,
  capability = true,
): Promise<Errand> {
  const { dev, tunners } = world;
  const place = await mkdtemp(join(below, 'errand-'));
  const folder = join(place, 'build');
  await mkdir(folder);
  const program = join(folder, 'tun');
  const other = join(place, 'other');
  await copyFile(fixtures.tun, program);
  await copyFile(fixtures.hold, other);
  for (const each of [place, folder, program, other]) {
    // A filesystem without owners is mounted as the developer's.
    await chown(each, dev.uid, dev.gid).catch(() => undefined);
    await chmod(each, 0o755).catch(() => undefined);
  }
  await utimes(other, past, past);
  await utimes(program, past, past);
  if (capability) await mustRun(['setcap', 'cap_net_admin=ep', program]);

  const state = join(world.dev.home, 'state');
  const asUser = [...logIn(dev), 'env', `XDG_STATE_HOME=${state}`];
  const user = (...argv: readonly string[]): Promise<string> => mustRun([...asUser, ...argv]);
  return {
    folder,
    program,
    other,
    source: world.reach(new URL('../../fixtures/tun.c', import.meta.url).pathname),
    uid: dev.uid,
    group: tunners.gid,
    size: async () => (await stat(program)).size,
    user,
    root: (...argv) => mustRun(argv),
    check: async (path = program) => {
      const asked = [world.reach(process.execPath), world.reach(commandLine), 'check', '--json'];
      const { stdout } = await run([...asUser, ...asked, '--', path]);
      const { paths, findings } = v.parse(report, JSON.parse(stdout));
      return {
        verdict: paths.find(({ path }) => path === 'terminal')?.verdicts[0]?.verdict ?? 'none',
        findings: findings.filter(({ subject }) => subject.launchPaths.includes('terminal')),
      };
    },
    works: async (path = program) => /^ok /m.test((await run([...asUser, path])).stdout),
  };
}
