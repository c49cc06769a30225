/**
 * js-debug, which comes with the editor, on a Node program that makes a TUN device: by each way to the
 * capabilities, from the breakpoint to the end.
 */
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CAP_NET_ADMIN } from '../../../extension/model/capability.ts';
import { setOf } from '../../../extension/model/capabilitySet.ts';
import { buildFixtures } from '../../fixtures/build.ts';
import {
  isNobody,
  lineWith,
  openDebuggingBench,
  uid,
  type DebuggingBench,
} from './debuggingBench.ts';
import type { Workbench } from './workbench.ts';

const source = `const { execFileSync } = require('node:child_process');
let made = '';
let rounds = 0;
setInterval(() => {
  made = execFileSync('./tun', [process.argv[2]], { encoding: 'utf8' }).trim();
  rounds += 1;
  console.log('round', rounds);
}, 200);
`;
const line = (text: string): number => lineWith(source, text);

const base = {
  ...{ type: 'node', request: 'launch', program: '${workspaceFolder}/tunnel.js' },
  ...{ cwd: '${workspaceFolder}', runtimeExecutable: '${workspaceFolder}/runtime/node' },
};
const wanted = { type: 'capwright', request: 'launch', capabilities: ['net_admin'] };
const ways = ['launcher', 'sudo', 'sandbox'] as const;
const configurations = [
  ...ways.map((way) => ({
    ...{ ...wanted, name: `by ${way}`, with: way, base: { ...base, args: [`js${way}`] } },
  })),
  // The launcher that is installed does not give it, and sudo would without a password.
  { ...wanted, name: 'undecided', capabilities: ['net_raw'], base },
];

describe.skipIf(isNobody)('js-debug', () => {
  let workbench: Workbench;
  let bench: DebuggingBench;

  beforeAll(async () => {
    const fixtures = await buildFixtures();
    bench = await openDebuggingBench({
      files: {
        'tunnel.js': source,
        tun: { program: fixtures.tun },
        'runtime/node': { program: process.execPath },
      },
      configurations,
      capabilities: setOf(CAP_NET_ADMIN),
    });
    workbench = bench.workbench;
  });
  afterAll(() => bench.dispose());
  afterEach(async () => {
    await bench.endSession();
    await expect.poll(programs).toEqual([]);
  });

  /** Those of this user that run the program. */
  const programs = async (): Promise<readonly string[]> => {
    const { stdout } = await execa('ps', ['-o', 'args=', '-u', String(uid)], { reject: false });
    return stdout.split('\n').filter((each) => each.includes('tunnel.js'));
  };

  it.each(ways)(
    'by %s stops, evaluates, steps, pauses, takes a breakpoint late, and leaves nothing behind',
    async (way) => {
      const { page } = workbench;
      await workbench.setBreakpoint('tunnel.js', line('rounds += 1'));
      await workbench.startDebugging(`by ${way}`);
      await workbench.stoppedAt(line('rounds += 1'));

      await workbench.evaluate("made + ' by ' + process.getuid()");
      await workbench.debugConsoleLine(`ok js${way} by ${uid}`);
      const check = await workbench.debugConsoleLine('holds cap_net_admin');
      expect(await check.innerText()).toContain(`runs as user ${uid}`);
      expect(await check.innerText()).toContain('as foretold.');
      if (way === 'sudo') await workbench.debugConsoleLine('was started by sudo -n -- ');

      await page.keyboard.press('F10');
      await workbench.stoppedAt(line("'round'"));

      await workbench.removeBreakpoint('tunnel.js', line('rounds += 1'));
      await page.keyboard.press('F5');
      await workbench.running();
      await page.keyboard.press('F6');
      await page.locator('.debug-top-stack-frame-line').first().waitFor();

      await page.keyboard.press('F5');
      await workbench.running();
      await workbench.setBreakpoint('tunnel.js', line('made = exec'));
      await workbench.stoppedAt(line('made = exec'));
      await workbench.removeBreakpoint('tunnel.js', line('made = exec'));
    },
  );

  it('is not started by sudo where nobody has said so', async () => {
    await workbench.startDebugging('undecided');
    const told = 'No launcher that gives cap_net_raw is installed for you.';
    await workbench.notifications().getByText(told).waitFor();
    expect(await programs()).toEqual([]);
  });
});
