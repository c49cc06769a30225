/**
 * What a program gets from the one that starts it: each row is done with a parent in each language, built
 * from the code that the repair shows, and the model is asked the same.
 */
import { chmod, copyFile, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, test } from 'vitest';
import { raiseAmbientInParent } from '../../../extension/fixes/parentFixes.ts';
import { applyFix } from '../../../extension/fixes/fix.ts';
import { CAP_NET_ADMIN } from '../../../extension/model/capability.ts';
import { setOf } from '../../../extension/model/capabilitySet.ts';
import { SECBIT_NO_CAP_AMBIENT_RAISE } from '../../../extension/model/credentials.ts';
import { known } from '../../../extension/model/evidence.ts';
import { judgePath } from '../../../extension/model/judge.ts';
import type { LaunchPath } from '../../../extension/model/launchPath.ts';
import {
  exampleProgram,
  exampleSystem,
  exampleUser,
  tunCreate,
} from '../../../extension/rules/exampleSystem.ts';
import { buildFixtures, type Fixtures } from '../../fixtures/build.ts';
import { mustRun } from '../world/command.ts';
import { openSpace } from '../world/space.ts';
import { logIn, prepareWorld, type World } from '../world/world.ts';
import { buildParent, copyParent, languages, toolchainMissing, type Parent } from './parents.ts';

const admin = setOf(CAP_NET_ADMIN);
const ambient = ['--inh-caps=+net_admin', '--ambient-caps=+net_admin'];

interface Row {
  readonly name: string;
  /** The parent's file capabilities, as setcap(8) reads them. */
  readonly parent: string | null;
  /** The child's. */
  readonly child: string | null;
  readonly raises: boolean;
  /** Options of setpriv(1) for the process that starts the parent, and what the model calls that. */
  readonly launcher?: readonly string[];
  readonly credentials?: Partial<typeof exampleUser>;
  /** Starts the parent with the securebit NO_CAP_AMBIENT_RAISE. */
  readonly forbidden?: true;
  /** The launch path that the model is asked about. */
  readonly path: LaunchPath;
  readonly allowed: boolean;
}

const rows: readonly Row[] = [
  row('capabilities on the parent alone', 'cap_net_admin=ep', null, false, false),
  row('the same, without the effective flag', 'cap_net_admin=p', null, false, false),
  row('the same, and inheritable in both', 'cap_net_admin=eip', 'cap_net_admin=ei', false, false),
  row('capabilities on the child alone', null, 'cap_net_admin=ep', false, true, 'terminal'),
  row('on both', 'cap_net_admin=ep', 'cap_net_admin=ep', false, true),
  row(
    'on both, and the child’s not effective',
    'cap_net_admin=ep',
    'cap_net_admin=p',
    false,
    false,
  ),
  row('a parent with =ep that raises them', 'cap_net_admin=ep', null, true, true),
  row('a parent with =p that raises them', 'cap_net_admin=p', null, true, true),
  row('a parent with =eip that raises them', 'cap_net_admin=eip', null, true, true),
  row(
    'a parent with others that raises what it lacks',
    'cap_net_raw=ep',
    null,
    true,
    false,
    'terminal',
  ),
  row('raised, and the child has others', 'cap_net_admin=p', 'cap_net_raw=ep', true, false),
  row('raised, and the child has an empty attribute', 'cap_net_admin=p', '=', true, false),
  row('raised, and the child has the same', 'cap_net_admin=p', 'cap_net_admin=ep', true, true),
  {
    ...row('no_new_privs without the capability', 'cap_net_admin=p', null, true, false),
    launcher: ['--no-new-privs'],
    credentials: { noNewPrivs: true },
  },
  {
    ...row('no_new_privs, and held before', 'cap_net_admin=p', null, true, true),
    launcher: [...ambient, '--no-new-privs'],
    credentials: {
      noNewPrivs: true,
      permitted: admin,
      effective: admin,
      inheritable: admin,
      ambient: admin,
    },
  },
  {
    ...row('raising is forbidden by a securebit', 'cap_net_admin=p', null, true, false),
    forbidden: true,
    credentials: { securebits: SECBIT_NO_CAP_AMBIENT_RAISE },
  },
  {
    ...row('a plain parent below the ambient launcher', null, null, false, true, 'ambient'),
    launcher: ambient,
  },
  {
    ...row('a parent with capabilities below it', 'cap_net_admin=ep', null, false, false),
    launcher: ambient,
    credentials: { permitted: admin, effective: admin, inheritable: admin, ambient: admin },
  },
];

function row(
  name: string,
  parent: string | null,
  child: string | null,
  raises: boolean,
  allowed: boolean,
  path: LaunchPath = 'child',
): Row {
  return { name, parent, child, raises, allowed, path };
}

let world: World;
let fixtures: Fixtures;

beforeAll(async () => {
  fixtures = await buildFixtures();
  world = await prepareWorld();
  return () => world.dispose();
});

describe.each(languages)('a parent in %s', (language) => {
  let parent: Parent | null = null;
  let missing: string | null;

  beforeAll(async () => {
    missing = toolchainMissing(language);
    if (missing === null) parent = await buildParent(language, await newFolder());
  }, 600_000);

  test.for(rows)('$name', async (each, { expect, skip }) => {
    if (parent === null) return skip(missing ?? 'It was not built.');
    expect(await succeeds(parent, each), 'what the kernel does').toBe(each.allowed);
    expect(foretold(each), 'what the model says').toBe(each.allowed);
  });
});

/** Whether the child gets its TUN device. */
async function succeeds(built: Parent, each: Row): Promise<boolean> {
  const folder = await newFolder();
  const parent = await copyParent(built, folder);
  const child = join(folder, 'child');
  await copyFile(fixtures.tun, child);
  if (each.parent !== null) await mustRun(['setcap', each.parent, parent.file]);
  if (each.child !== null) await mustRun(['setcap', each.child, child]);

  const space = await openSpace();
  try {
    const { stdout } = await space.run([
      ...(each.forbidden === true ? ['capsh', `--secbits=${SECBIT_NO_CAP_AMBIENT_RAISE}`] : []),
      ...(each.forbidden === true ? ['--shell=/usr/bin/env', '--'] : []),
      // setpriv still has root’s capabilities when it execs; what env execs starts as a user does.
      ...[...logIn(world.dev, ...(each.launcher ?? [])), 'env'],
      ...[parent.file, ...parent.options, ...(each.raises ? [] : ['--as-is']), child],
    ]);
    return /^ok tun\d+$/m.test(stdout);
  } finally {
    await space.dispose();
  }
}

/** Whether the model says that it gets one. */
function foretold({ child, raises, credentials = {}, path }: Row): boolean {
  const system = exampleSystem({
    program: exampleProgram(child === null ? {} : { capability: child === '=' ? '' : child }),
    launcher: { credentials: known({ ...exampleUser, ...credentials }, 'a test') },
  });
  const [fix] = raiseAmbientInParent(system, admin);
  if (fix === undefined) throw new Error('The repair is there for a capability.');
  const { verdicts } = judgePath(path, raises ? applyFix(system, fix) : system, [tunCreate]);
  return verdicts[0]?.verdict.kind === 'allowed';
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(world.dev.home, 'family-'));
  await chmod(folder, 0o755);
  return folder;
}
