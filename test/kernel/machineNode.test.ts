/** The command on the Node of the machine, which its shebang takes: it may be older than that of the tools. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { makeBundles } from './world/bundles.ts';
import { mustRun, run } from './world/command.ts';

const root = new URL('../../', import.meta.url).pathname;
const commandLine = join(root, 'dist/cli.mjs');
const folders = (process.env['PATH'] ?? '').split(delimiter);
/** Without the tools of this repository. */
const machine = folders.filter((each) => !each.includes('node_modules')).join(delimiter);
const capwright = ['env', `PATH=${machine}`, commandLine];
const nodeVersion = ['env', `PATH=${machine}`, 'node', '--version'];
let unit = '';

beforeAll(async () => {
  await makeBundles();
  const folder = mkdtempSync(join(tmpdir(), 'capwright-node-'));
  writeFileSync(
    join(folder, 'a.service'),
    '[Service]\nExecStart=/usr/bin/true\nAmbientCapabilities=CAP_NET_ADMN\n',
  );
  unit = join(folder, 'a.service');
  return () => rmSync(folder, { recursive: true });
});

const scenario = { kernel: '6.18', program: { mode: 0o755, uid: 0, gid: 0 } };

test.each([
  ['explains', () => ['explain'], '', 0, 'program-not-executable'],
  ['checks a program', () => ['check', '/usr/bin/true', '--json'], '', 0, '"sandbox"'],
  ['says what it may do', () => ['can', '--all', '--json'], '', null, '"tun.create"'],
  ['lints', () => ['lint', unit, '--sarif'], '', 1, 'unknown-capability-name'],
  ['runs', () => ['run', '--sandbox', '--', 'echo', 'it ran'], '', 0, 'it ran'],
  ['predicts', () => ['predict'], `${JSON.stringify(scenario)}\n`, null, '{'],
  ['adapts a debugger', () => ['dap'], initialize(), null, '"supportsConfigurationDoneRequest"'],
] as const)('it %s', async (_, args, input, status, said) => {
  const node = (await mustRun(nodeVersion)).trim();
  const ran = await run([...capwright, ...args()], input);
  expect({ node, ...ran }).toMatchObject({
    stdout: expect.stringContaining(said) as string,
    stderr: expect.not.stringMatching(/TypeError|SyntaxError/) as string,
    ...(status !== null && { code: status }),
  });
});

/** The first request of the Debug Adapter Protocol. */
function initialize(): string {
  const own = { adapterID: 'capwright', pathFormat: 'path' };
  const request = { seq: 1, type: 'request', command: 'initialize', arguments: own };
  const text = JSON.stringify(request);
  return `Content-Length: ${String(text.length)}\r\n\r\n${text}`;
}
