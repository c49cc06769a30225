/** `capwright lint` as it ships, run by an ordinary user on files and directories. */
import { readFileSync } from 'node:fs';
import { chmod, chown, copyFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { lintReport } from '../../extension/protocol/answers/lint.ts';
import { run, startAndWait, type Ran } from './world/command.ts';
import { logIn, prepareWorld, type World } from './world/world.ts';

const commandLine = new URL('../../dist/cli.mjs', import.meta.url).pathname;

let world: World;
let folder: string;

beforeAll(async () => {
  world = await prepareWorld();
});
afterAll(async () => {
  await world.dispose();
});
beforeEach(async () => {
  folder = join(world.dev.home, 'units of ours');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  for (const [name, text] of Object.entries(files)) await put(name, text);
});

const program = 'ExecStart=/usr/bin/true';

/** An astral character before what is repaired: columns are counted in UTF-16. */
const files = {
  'vpn.service': `[Unit]\nDescription=a 𝛑 tunnel\n[Service]\n${program}\nUser=daemon\n`,
  'vpn.service.d/10-caps.conf':
    '[Service]\nEnvironment=WHO=𝛑\nAmbientCapabilities=CAP_NET_ADMN\nDeviceAllow=/dev/net/tun rw\n',
  'good.service': `[Service]\n${program}\n`,
  'quiet.service': `[Service]\n${program}\n# capwright: ignore unknown-capability-name: of a kernel of our own\nAmbientCapabilities=CAP_MINE\n`,
  'bus.service': '[D-BUS Service]\nName=org.example.Vpn\nExec=/usr/bin/true\n',
  'mouse.device': '[Device]\nName=A mouse\nDriver=hidpp10\n',
  'deep/er/user.service': `# capwright: user\n[Service]\n${program}\nUser=daemon\n`,
};

async function put(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}

/** What root alone may look into. */
async function close(name: string, mode: number): Promise<void> {
  const path = join(folder, name);
  await chown(path, 0, 0);
  await chmod(path, mode);
}

async function lint(...args: readonly string[]): Promise<Ran> {
  const node = [world.reach(process.execPath), world.reach(commandLine)];
  return run([...logIn(world.dev), 'env', `--chdir=${folder}`, ...node, 'lint', ...args]);
}

describe('exit status', () => {
  test.each([
    ['0: no finding', ['good.service'], 0],
    ['0: findings that are ignored', ['quiet.service'], 0],
    ['1: a finding', ['vpn.service'], 1],
    ['1: a finding in a directory', ['.'], 1],
    ['2: nothing of that name', ['nothing.service'], 2],
    ['2: a directory without units', ['/proc/self/fdinfo'], 2],
    ['2: no name at all', [''], 2],
    ['2: a root that is not there', ['good.service', '--root', 'nowhere'], 2],
    ['2: a root that is a file', ['good.service', '--root', 'good.service'], 2],
    ['2: a root without a name', ['good.service', '--root', ''], 2],
    ['2: a release that is none', ['good.service', '--systemd', 'new'], 2],
    ['2: two forms of answer', ['good.service', '--json', '--sarif'], 2],
  ])('%s', async (_, args, status) => {
    const { code, stderr } = await lint(...args);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(status);
  });

  test('3: a unit that may not be read', async () => {
    await close('good.service', 0o600);
    const ran = await lint('good.service', '--json');
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { blame: 'environment' } });
    expect(ran.stderr).toContain('EACCES');
    expect(ran.code).toBe(3);
  });

  test('3: all else is right, and one file of a directory may not be read', async () => {
    await rm(join(folder, 'vpn.service'));
    await rm(join(folder, 'vpn.service.d'), { recursive: true });
    await rm(join(folder, 'deep'), { recursive: true });
    await close('good.service', 0o600);
    const ran = await lint('.');
    expect(ran.stdout).toMatch(/good\.service {3}not read: .*EACCES/);
    expect(ran.code).toBe(3);
  });
});

const units = v.object({
  systemd: v.number(),
  units: v.array(
    v.object({
      path: v.string(),
      manager: v.optional(v.string()),
      loadState: v.string(),
      findings: v.array(v.object({ rule: v.string(), file: v.string() })),
    }),
  ),
});

const outcomes = v.object({ units: v.array(v.object({ outcome: v.unknown() })) });

async function linted(...args: readonly string[]): Promise<v.InferOutput<typeof units>> {
  const answer = v.parse(lintReport, JSON.parse((await lint(...args, '--json')).stdout));
  return v.parse(units, answer);
}

describe('a directory', () => {
  test('each unit of it once, with its drop-ins, and no file that only has such a name', async () => {
    const found = await linted('.');
    expect(found.units.map(({ path, manager }) => [path, manager])).toEqual([
      [join(folder, 'deep/er/user.service'), 'user'],
      [join(folder, 'good.service'), 'system'],
      [join(folder, 'quiet.service'), 'system'],
      [join(folder, 'vpn.service'), 'system'],
    ]);
    expect(found.units.at(-1)?.findings).toEqual([
      { rule: 'unknown-capability-name', file: join(folder, 'vpn.service.d/10-caps.conf') },
    ]);
  });

  test('files of systemd-networkd in it, read together, and no network of containers', async () => {
    const vpn = (name: string, ...lines: readonly string[]) =>
      put(`net/${name}.netdev`, ['[NetDev]', 'Name=vpn0', 'Kind=tun', ...lines, ''].join('\n'));
    const first = await vpn('10-vpn', '[Tun]', 'User=root');
    const second = await vpn('20-vpn', '[Tap]', 'User=root');
    await put('net/pod.network', '[Network]\nSubnet=10.9.0.0/24\n');
    const { units: found } = await linted('net');
    expect(found).toMatchObject([
      { path: first, manager: 'networkd', loadState: 'made', findings: [] },
      {
        ...{ path: second, loadState: 'name-taken' },
        findings: [
          { rule: 'netdev-name-taken', file: second },
          { rule: 'netdev-section-of-other-kind', file: second },
        ],
      },
    ]);
    const ran = await lint('net');
    expect(ran.stdout).toContain('makes vpn0, a TUN device · root may attach');
    expect(ran.code).toBe(1);
    const log = await sarif('net');
    expect(log.runs[0].results.map(({ ruleId }) => ruleId)).toEqual([
      'netdev-name-taken',
      'netdev-section-of-other-kind',
    ]);
    expect(log.runs[0].results[1]?.fixes).toHaveLength(1);
    expect((await lint('net/10-vpn.netdev')).code).toBe(0);
    expect((await lint('net/pod.network')).code).toBe(2);
  });

  test('what may not be read keeps nobody from the rest', async () => {
    await close('good.service', 0o600);
    await close('deep/er', 0o700);
    const { units: found } = await linted('.');
    expect(found.map(({ path, loadState }) => [path, loadState])).toEqual([
      [join(folder, 'deep/er'), 'unread'],
      [join(folder, 'good.service'), 'unread'],
      [join(folder, 'quiet.service'), 'loaded'],
      [join(folder, 'vpn.service'), 'loaded'],
    ]);
  });
});

test('--user is for the user manager, --systemd for another release', async () => {
  const { systemd, units: found } = await linted('vpn.service', '--user', '--systemd', '252');
  expect(systemd).toBe(252);
  expect(found.map(({ manager }) => manager)).toEqual(['user']);
  expect(found[0]?.findings.map(({ rule }) => rule)).toContain('user-in-user-unit');
});

test.each([
  ['that is not there', '/opt/none', '200/CHDIR'],
  ['that is a file', '/opt/file', '200/CHDIR'],
  ['that its user may not enter', '/opt/closed', '200/CHDIR'],
  ['where whoever asks may not look', '/opt/closed/inner', 'ok'],
  ['behind a link', '/opt/link', 'ok'],
  // StateDirectory= and packages make them.
  ['among what is made for units', '/var/lib/none', 'ok'],
])('a working directory %s', async (_, path, start) => {
  const root = join(folder, 'tree');
  await copyFile('/usr/bin/true', await put('tree/usr/bin/vpn', ''));
  await chmod(join(root, 'usr/bin/vpn'), 0o755);
  await put('tree/opt/file', '');
  await put('tree/opt/open/file', '');
  await put('tree/opt/closed/inner/file', '');
  await symlink('open', join(root, 'opt/link'));
  await chmod(join(root, 'opt/closed'), 0o700);
  await chown(join(root, 'opt/closed'), 0, 0);
  await put('tree/etc/passwd', 'daemon:x:1:1::/:/bin/sh\n');
  const lines = `[Service]\nExecStart=/usr/bin/vpn\nUser=daemon\nWorkingDirectory=${path}\n`;
  await put('tree/etc/systemd/system/other.service', lines);
  const ran = await lint('other.service', '--root', root, '--systemd', '257', '--json');
  expect(JSON.parse(ran.stdout)).toMatchObject({ units: [{ outcome: [{ start }] }] });
});

test.each([
  ['a link to it leads where programs may be executed', 'usr/bin/sh', 'ok'],
  ['it lies elsewhere', 'bin/sh', '203/EXEC'],
])('the interpreter of a script: %s', async (_, place, start) => {
  const root = join(folder, 'tree');
  await put('tree/usr/bin/vpn', '#!/bin/sh\n');
  await copyFile('/usr/bin/true', await put(`tree/${place}`, ''));
  for (const each of ['usr/bin/vpn', place]) await chmod(join(root, each), 0o755);
  if (place !== 'bin/sh') await symlink('usr/bin', join(root, 'bin'));
  const lines = '[Service]\nExecStart=/usr/bin/vpn\nNoExecPaths=/\nExecPaths=/usr\n';
  await put('tree/etc/systemd/system/other.service', lines);
  const ran = await lint('other.service', '--root', root, '--systemd', '257', '--json');
  expect(JSON.parse(ran.stdout)).toMatchObject({ units: [{ outcome: [{ start }] }] });
});

test.each([
  ['that is the user’s', '--dev=vpn0', 'allowed', []],
  ['that is another’s', '--dev other0', 'EPERM', ['user-without-ambient-capabilities']],
  ['that nothing makes', '--dev vpn1', 'EPERM', ['user-without-ambient-capabilities']],
])('a unit names a device of a .netdev file %s', async (_, argument, verdict, rules) => {
  const root = join(folder, 'tree');
  await copyFile('/usr/bin/true', await put('tree/usr/bin/vpn', ''));
  await chmod(join(root, 'usr/bin/vpn'), 0o755);
  await put('tree/etc/passwd', 'daemon:x:1:1::/:/bin/sh\nroot:x:0:0::/:/bin/sh\n');
  for (const [name, user] of Object.entries({ vpn0: 'daemon', other0: 'root' })) {
    const lines = ['[NetDev]', `Name=${name}`, 'Kind=tun', '[Tun]', `User=${user}`, ''];
    await put(`tree/etc/systemd/network/${name}.netdev`, lines.join('\n'));
  }
  const command = `ExecStart=/usr/bin/vpn ${argument}`;
  const lines = ['[Service]', command, 'User=daemon', 'DeviceAllow=/dev/net/tun rw', ''];
  await put('tree/etc/systemd/system/other.service', lines.join('\n'));
  const ran = await lint('other.service', '--root', root, '--systemd', '257', '--json');
  expect(JSON.parse(ran.stdout)).toMatchObject({
    units: [
      {
        outcome: [{ start: 'ok', verdicts: { 'tun.create': verdict } }],
        findings: rules.map((rule) => ({ rule })),
      },
    ],
  });
});

test('a repair makes no device by the name of one that is there', async () => {
  await put('wants.service', `[Service]\n# capwright: wants tun.create\n${program}\n`);
  const node = [world.reach(process.execPath), world.reach(commandLine)];
  const { stdout } = await run([
    ...['unshare', '--net', 'sh', '-ec', 'ip tuntap add dev tun0 mode tap; exec "$@"', 'sh'],
    ...[...logIn(world.dev), 'env', `--chdir=${folder}`, ...node, 'lint', '--user'],
    'wants.service',
  ]);
  expect(stdout).toContain('Have a system unit make tun1 for ');
});

test('a repair is told whole, with the way back', async () => {
  const path = await put(
    'user/own.service',
    `# capwright: user\n[Service]\n${program}\nAmbientCapabilities=CAP_NET_ADMIN\nDeviceAllow=/dev/net/tun rw\n`,
  );
  const { stdout } = await lint('user/own.service');
  const [, repair = ''] = /fix: (Have a system unit make .*?)\n {2}fix: /s.exec(stdout) ?? [];
  expect(repair).toContain(`${path}:4: removed\n`);
  expect(repair).toMatch(/:\n {8}\[Unit\]\n/);
  const [made, undone] = repair.split('undone, when the lines are as before, by:');
  expect(made).toMatch(/sudo systemctl enable --now -- (tun\d+-device\.service)\n/);
  expect(undone).toMatch(
    /sudo systemctl disable --now -- (tun\d+-device\.service)\n\s+sudo rm -- \/etc\/systemd\/system\/\1\n/,
  );
});

test('a program that is not here is a finding of an installed unit alone, and of this machine’s', async () => {
  const text = '[Service]\nExecStart=/usr/bin/nosuch\n';
  const rulesOf = async (...args: readonly string[]): Promise<readonly string[]> =>
    (await linted(...args)).units.flatMap(({ findings }) => findings.map(({ rule }) => rule));
  const installed = join(world.dev.home, '.config/systemd/user/lost.service');
  await mkdir(dirname(installed), { recursive: true });
  await writeFile(installed, text);
  expect(await rulesOf(installed)).toEqual(['program-missing']);
  await writeFile(installed, text.replace('=', '=-'));
  expect(await rulesOf(installed)).toEqual([]);
  await rm(installed);
  await put('lost.service', text);
  expect(await rulesOf('lost.service')).toEqual([]);
  await put('tree/etc/systemd/system/lost.service', text);
  expect(await rulesOf('lost.service', '--root', join(folder, 'tree'))).toEqual([]);
});

test('--root finds units, users and programs in another tree', async () => {
  const place = 'tree/etc/systemd/system/other.service';
  await put(
    place,
    `[Service]\nExecStart=/opt/vpn\nUser=mallory\nAmbientCapabilities=CAP_NET_ADMN\n`,
  );
  await put('tree/opt/vpn', 'not executable');
  await put('tree/etc/passwd', 'root:x:0:0::/root:/bin/sh\n');
  const root = join(folder, 'tree');
  const ran = await lint('other.service', '--root', root, '--json');
  expect(JSON.parse(ran.stdout)).toMatchObject({
    units: [
      {
        path: '/etc/systemd/system/other.service',
        outcome: [{ start: expect.stringMatching(/^2\d\d\//) as string }],
      },
    ],
  });
  const log = await sarif('other.service', '--root', root);
  const [uri] = log.runs[0].results.map(uriOf);
  expect(uri).toBe(place);
});

test('--root may be a link, and what lies in the tree is still told from what the unit hides', async () => {
  await copyFile('/usr/bin/true', await put('tree/usr/bin/vpn', ''));
  await chmod(join(folder, 'tree/usr/bin/vpn'), 0o755);
  const lines = '[Service]\nExecStart=/usr/bin/vpn\nPrivateTmp=yes\nReadWritePaths=/etc\n';
  await put('tree/etc/systemd/system/other.service', lines);
  const root = join(folder, 'linked');
  await symlink('tree', root);
  const path = join(root, 'etc/systemd/system/other.service');
  for (const asked of ['other.service', path]) {
    const ran = await lint(asked, '--root', root, '--systemd', '257', '--json');
    expect(JSON.parse(ran.stdout)).toMatchObject({
      units: [
        { path: '/etc/systemd/system/other.service', findings: [], outcome: [{ start: 'ok' }] },
      ],
    });
  }
});

test('--root: links that begin with a slash lead to what lies in the tree, interpreters too', async () => {
  const root = join(folder, 'tree');
  await put('tree/etc/alternatives/vpn', '#!/usr/bin/own-shell\n');
  await copyFile('/usr/bin/true', await put('tree/opt/shell', ''));
  for (const each of ['etc/alternatives/vpn', 'opt/shell']) await chmod(join(root, each), 0o755);
  await mkdir(join(root, 'usr/bin'), { recursive: true });
  await symlink('/etc/alternatives/vpn', join(root, 'usr/bin/vpn'));
  await symlink('/opt/shell', join(root, 'usr/bin/own-shell'));
  await put('tree/etc/static/passwd', 'mallory:x:4711:4711::/:/bin/sh\n');
  await symlink('/etc/static/passwd', join(root, 'etc/passwd'));
  const lines = '[Service]\nExecStart=/usr/bin/vpn\nUser=mallory\n';
  await put('tree/etc/systemd/system/other.service', lines);
  // Where the machine has a program and the tree only a link that leads out of it, there is none.
  await symlink('../../../../../../../../../../../usr/bin', join(root, 'bin'));
  await put('tree/etc/systemd/system/lost.service', '[Service]\nExecStart=/bin/true\n');
  const starts = async (unit: string) => {
    const ran = await lint(unit, '--root', root, '--systemd', '257', '--json');
    return v.parse(outcomes, JSON.parse(ran.stdout)).units[0]?.outcome;
  };
  expect(await starts('other.service')).toMatchObject([
    { start: 'ok', credentials: { uid: [4711, 4711, 4711] } },
  ]);
  expect(await starts('lost.service')).toMatchObject([{ start: '203/EXEC' }]);
});

test('--root may be that of a process with mounts of its own', async () => {
  const script = [
    'mount -t tmpfs none /etc/systemd/system',
    'printf "[Service]\\nExecStart=/bin/true\\n" >/etc/systemd/system/within.service',
    'echo ready; read end',
  ];
  const own = ['unshare', '--mount', '--propagation', 'private', 'sh', '-ec', script.join('\n')];
  const running = await startAndWait(own);
  try {
    const root = `/proc/${String(running.pid)}/root`;
    const lintThere = [process.execPath, commandLine, 'lint', 'within.service', '--root', root];
    const { stdout, code } = await run(lintThere);
    expect(stdout).toContain('/etc/systemd/system/within.service   system manager');
    expect(code).toBe(0);
  } finally {
    await running.finish();
  }
});

test.each([
  ['has it', 'srv/x/bin/sh', 'ok'],
  ['has it not', 'bin/sh', '203/EXEC'],
])('the interpreter of a script where RootDirectory= %s', async (_, place, start) => {
  const root = join(folder, 'tree');
  await put('tree/srv/x/usr/bin/vpn', '#!/bin/sh\n');
  await copyFile('/usr/bin/true', await put(`tree/${place}`, ''));
  for (const each of ['srv/x/usr/bin/vpn', place]) await chmod(join(root, each), 0o755);
  const lines = '[Service]\nExecStart=/usr/bin/vpn\nRootDirectory=/srv/x\nUser=root\n';
  await put('tree/etc/passwd', 'root:x:0:0::/root:/bin/sh\n');
  await put('tree/etc/systemd/system/other.service', lines);
  const ran = await lint('other.service', '--root', root, '--systemd', '257', '--json');
  expect(JSON.parse(ran.stdout)).toMatchObject({ units: [{ outcome: [{ start }] }] });
});

const text = v.object({ text: v.string() });
const region = v.object({
  startLine: v.number(),
  startColumn: v.number(),
  endLine: v.number(),
  endColumn: v.number(),
});
const artifact = v.object({ uri: v.string(), uriBaseId: v.optional(v.string()) });
const result = v.object({
  ruleId: v.string(),
  ruleIndex: v.number(),
  level: v.string(),
  locations: v.tuple([
    v.object({ physicalLocation: v.object({ artifactLocation: artifact, region }) }),
  ]),
  fixes: v.array(
    v.object({
      artifactChanges: v.array(
        v.object({
          artifactLocation: artifact,
          replacements: v.array(v.object({ deletedRegion: region, insertedContent: text })),
        }),
      ),
    }),
  ),
  partialFingerprints: v.record(v.string(), v.string()),
  suppressions: v.array(v.object({ kind: v.string(), justification: v.string() })),
});
const sarifLog = v.object({
  runs: v.tuple([
    v.object({
      tool: v.object({
        driver: v.object({
          version: v.string(),
          rules: v.array(
            v.object({
              id: v.string(),
              helpUri: v.optional(v.string()),
              help: v.object({ markdown: v.string() }),
              defaultConfiguration: v.object({ level: v.string() }),
            }),
          ),
        }),
      }),
      originalUriBaseIds: v.record(v.string(), v.object({ uri: v.string() })),
      columnKind: v.literal('utf16CodeUnits'),
      invocations: v.tuple([
        v.object({
          executionSuccessful: v.boolean(),
          exitCode: v.number(),
          toolExecutionNotifications: v.array(
            v.object({
              level: v.string(),
              message: text,
              locations: v.array(
                v.object({ physicalLocation: v.object({ artifactLocation: artifact }) }),
              ),
            }),
          ),
        }),
      ]),
      results: v.array(result),
    }),
  ]),
});

type Result = v.InferOutput<typeof result>;

/** The schema of OASIS is of draft 4; of what differs from draft 7 it uses its id alone. */
function schemaOfSarif(): object {
  const file = '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';
  const path = createRequire(import.meta.url).resolve(file);
  const { $schema, id, ...schema } = v.parse(
    v.looseObject({ $schema: v.string(), id: v.string(), title: v.string() }),
    JSON.parse(readFileSync(path, 'utf8')),
  );
  expect($schema).toBe('http://json-schema.org/draft-04/schema#');
  expect(id).toContain('sarif-2.1.0');
  return schema;
}

async function sarif(...args: readonly string[]): Promise<v.InferOutput<typeof sarifLog>> {
  const { stdout, code } = await lint(...args, '--sarif');
  const answer: unknown = JSON.parse(stdout);
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  formats.default(ajv);
  const validate = ajv.compile(schemaOfSarif());
  validate(answer);
  expect(validate.errors).toBeNull();
  expect(validate({ ...v.parse(v.looseObject({}), answer), version: '2.0.0' })).toBe(false);
  const log = v.parse(sarifLog, answer);
  expect(log.runs[0].invocations[0].exitCode).toBe(code);
  return log;
}

function uriOf({ locations: [{ physicalLocation }] }: Result): string {
  return physicalLocation.artifactLocation.uri;
}

describe('SARIF', () => {
  test('is valid, and names rules, places and reasons', async () => {
    const log = await sarif('.');
    const [{ tool, results, invocations, originalUriBaseIds }] = log.runs;
    expect(originalUriBaseIds).toEqual({ '%SRCROOT%': { uri: `file://${encodeURI(folder)}/` } });
    expect(invocations[0]).toMatchObject({ executionSuccessful: true, exitCode: 1 });
    expect(tool.driver.version).toMatch(/^\d+\.\d+\.\d+$/);
    expect(results.map((each) => [each.ruleId, uriOf(each)])).toEqual([
      ['user-in-user-unit', 'deep/er/user.service'],
      ['unknown-capability-name', 'quiet.service'],
      ['unknown-capability-name', 'vpn.service.d/10-caps.conf'],
    ]);
    for (const { ruleId, ruleIndex, partialFingerprints } of results) {
      expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      expect(Object.values(partialFingerprints)).toEqual([expect.stringMatching(/^[\da-f]{16}$/)]);
    }
    for (const { id, help, helpUri, defaultConfiguration } of tool.driver.rules) {
      expect(help.markdown).toContain(`\`${id}\``);
      expect(helpUri).toMatch(/^https:\/\//);
      expect(['error', 'warning', 'note']).toContain(defaultConfiguration.level);
    }
  });

  test('a comment that ignores a finding is a suppression with its reason', async () => {
    const [{ results }] = (await sarif('quiet.service', 'vpn.service')).runs;
    expect(results.map(({ suppressions }) => suppressions)).toEqual([
      [{ kind: 'inSource', justification: 'of a kernel of our own' }],
      [],
    ]);
  });

  test('a region is where the words are, and its fix does away with the finding', async () => {
    const [{ results }] = (await sarif('vpn.service')).runs;
    const [finding] = results;
    const [change] = finding?.fixes[0]?.artifactChanges ?? [];
    const [edit] = change?.replacements ?? [];
    if (finding === undefined || change === undefined || edit === undefined) {
      throw new Error(JSON.stringify(results));
    }
    const path = join(folder, decodeURIComponent(change.artifactLocation.uri));
    const before = await readFile(path, 'utf8');
    const { region: place } = finding.locations[0].physicalLocation;
    expect(before.slice(...offsets(before, place))).toContain('CAP_NET_ADMN');
    const [start, end] = offsets(before, edit.deletedRegion);
    await writeFile(path, before.slice(0, start) + edit.insertedContent.text + before.slice(end));
    const [after] = (await sarif('vpn.service')).runs;
    expect(after.results).toEqual([]);
  });

  test('a fingerprint outlives what is written before its line, and tells lines apart', async () => {
    const fingerprints = async () => {
      const [{ results }] = (await sarif('vpn.service', 'deep')).runs;
      return results.flatMap((each) => Object.values(each.partialFingerprints));
    };
    const before = await fingerprints();
    expect(new Set(before).size).toBe(2);
    const dropIn = 'vpn.service.d/10-caps.conf';
    await put(dropIn, `# What it needs:\n\n${files[dropIn]}`);
    expect(await fingerprints()).toEqual(before);
  });

  test('what may not be read, and a start that fails, are notifications', async () => {
    await close('good.service', 0o600);
    await put('start.service', '[Service]\nExecStart=/usr/bin/true\nUser=a:b\n');
    const [{ invocations }] = (await sarif('.')).runs;
    const [{ executionSuccessful, toolExecutionNotifications }] = invocations;
    expect(executionSuccessful).toBe(false);
    const told = toolExecutionNotifications.map(({ level, message, locations: [place] }) => [
      level,
      message.text.replace(/: .*/s, ''),
      place?.physicalLocation.artifactLocation.uri,
    ]);
    expect(told).toEqual([
      ['error', 'ExecStart=/usr/bin/true', 'deep/er/user.service'],
      ['error', 'Not read', 'good.service'],
      ['error', 'bad-setting', 'start.service'],
    ]);
  });
});

/** As SARIF counts: lines and columns from one, in UTF-16 code units. */
function offsets(
  source: string,
  { startLine, startColumn, endLine, endColumn }: v.InferOutput<typeof region>,
): readonly [number, number] {
  const lines = source.split('\n');
  const at = (line: number, column: number) =>
    lines.slice(0, line - 1).join('\n').length + (line === 1 ? 0 : 1) + column - 1;
  return [at(startLine, startColumn), at(endLine, endColumn)];
}
