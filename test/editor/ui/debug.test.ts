/** Debugging as a person does it: F5 on a TUN program, without root and with the capabilities it needs. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { launcherPath } from '../../../extension/app/launcher/launcherInstallation.ts';
import { CAP_NET_ADMIN, CAP_NET_RAW } from '../../../extension/model/capability.ts';
import { setOf } from '../../../extension/model/capabilitySet.ts';
import { holders } from '../../kernel/debug/bench.ts';
import {
  holding,
  isNobody,
  lineWith,
  openDebuggingBench,
  uid,
  type DebuggingBench,
} from './debuggingBench.ts';
import type { Workbench } from './workbench.ts';

const source = await readFile(join(import.meta.dirname, '../../fixtures/tun.c'), 'utf8');
/** The device is there until the next line but one. */
const made = lineWith(source, 'printf("ok');

const common = { type: 'capwright', request: 'launch', program: '${workspaceFolder}/tunnel' };
const configurations = [
  { ...common, name: 'in a sandbox', with: 'sandbox', args: ['boxed'] },
  { ...common, name: 'by the launcher', with: 'launcher', args: ['granted'] },
  { ...common, name: 'by sudo', with: 'sudo', args: ['elevated'] },
  { ...common, name: 'with too little', with: 'launcher', capabilities: ['net_raw'] },
  { ...common, name: 'with too much', with: 'launcher', capabilities: ['sys_admin'] },
];

describe.skipIf(isNobody)('a debug session', () => {
  let workbench: Workbench;
  let bench: DebuggingBench;

  beforeAll(async () => {
    bench = await openDebuggingBench({
      files: { 'tunnel.c': source },
      configurations,
      capabilities: setOf(CAP_NET_ADMIN, CAP_NET_RAW),
    });
    workbench = bench.workbench;
    const { path } = workbench.workspace;
    await execa('cc', ['-g', '-O0', '-o', 'tunnel', 'tunnel.c'], { cwd: path });
    await workbench.setBreakpoint('tunnel.c', made);
  });
  afterAll(() => bench.dispose());
  afterEach(() => bench.endSession());

  it.each([
    ['in a sandbox', '--sandbox', 'boxed'],
    ['by the launcher', launcherPath(uid), 'granted'],
    ['by sudo', '$ sudo --', 'elevated'],
  ])('%s stops at a breakpoint, steps, and leaves nothing behind', async (name, way, device) => {
    await workbench.startDebugging(name);
    await workbench.stoppedAt(made);
    const stopped = (await holders({ uid })).find((each) => each.name === 'tunnel');
    const links = await execa('nsenter', [
      ...['--target', String(stopped?.pid), '--net', '--'],
      ...['ip', '-o', 'link', 'show', 'type', 'tun'],
    ]);
    expect(links.stdout).toContain(device);

    await workbench.debugConsoleLine('Programs that it starts inherit cap_net_admin');
    await workbench.debugConsoleLine(way);
    const check = await workbench.debugConsoleLine('holds cap_net_admin');
    expect(await check.innerText()).toContain(
      `Process ${stopped?.pid} runs as user ${uid} and holds cap_net_admin, as foretold.`,
    );

    await workbench.page.keyboard.press('F10');
    await workbench.stoppedAt(made + 1);
    await workbench.runCommand('Terminal: Focus Terminal');
    await workbench.terminalLines().getByText(`ok ${device}`, { exact: true }).waitFor();
  });

  it('stops where a gate refuses, and names the gate', async () => {
    await workbench.tickExceptionFilter('Permission denied by a capability gate');
    await workbench.startDebugging('with too little');
    await workbench.stoppedBecauseOf('ioctl(TUNSETIFF): EPERM');
    const why = await workbench.debugConsoleLine('needs CAP_NET_ADMIN');
    expect(await why.innerText()).toContain('Creating a TUN device');
    expect(await holding()).toContain('tunnel');
  });

  it('that cannot begin says why, and offers to install what is missing', async () => {
    await workbench.startDebugging('with too much');
    await workbench.answerNotification(
      'The launcher that is installed for you lacks cap_sys_admin.',
      'Install the Launcher…',
    );
    const dialog = workbench.page.getByRole('dialog').filter({ hasText: 'setcap' });
    expect(await dialog.innerText()).toContain('sudo setcap cap_sys_admin=p');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });
});
