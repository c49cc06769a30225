/**
 * A newcomer's first minutes, click by click along the walkthrough: the package in a fresh profile, a
 * folder with a TUN program, why it fails, its repair, a breakpoint behind the device. Each step is timed;
 * the times are printed and say nothing about what a test may take. `npm run pictures` keeps what is seen.
 */
import { chown, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launcherPath } from '../../../extension/app/launcher/launcherInstallation.ts';
import { holders } from '../../kernel/debug/bench.ts';
import { openWorkbench, personUnderTest, type Workbench } from './workbench.ts';

const person = personUnderTest();
const source = await readFile(join(import.meta.dirname, '../../fixtures/tun.c'), 'utf8');
/** The device is there until the next line but one. */
const made = source.split('\n').findIndex((line) => line.includes('printf("ok')) + 1;
const title = 'Why does my program get EPERM?';

// Only root can prepare a user who may use sudo.
describe.skipIf(person === undefined)('a newcomer', () => {
  const uid = person?.uid ?? 0;
  const launcher = launcherPath(uid);
  const times: { readonly step: string; readonly seconds: string }[] = [];
  let workbench: Workbench;

  async function timed(step: string, work: () => Promise<void>): Promise<void> {
    const begun = performance.now();
    await work();
    times.push({ step, seconds: ((performance.now() - begun) / 1000).toFixed(1) });
  }

  beforeAll(async () => {
    await timed('install the package, start the editor on the folder', async () => {
      workbench = await openWorkbench({
        folder: 'tunnel',
        files: { 'src/tunnel.c': source },
        settings: { 'workbench.colorTheme': 'Dark Modern' },
      });
    });
    await execa('cc', ['-g', '-O0', '-o', 'tunnel', 'src/tunnel.c'], {
      cwd: workbench.workspace.path,
    });
    await chown(join(workbench.workspace.path, 'tunnel'), uid, person?.gid ?? 0);
  });
  afterAll(async () => {
    console.table(times);
    await workbench.dispose();
    await rm(dirname(launcher), { recursive: true, force: true });
  });

  it('finds a walkthrough, whose first step is done', async () => {
    await timed('open the walkthrough', () => workbench.openWalkthrough(title));
    await workbench.ticked('open');
    expect(await workbench.walkthroughStep('check').getAttribute('aria-checked')).toBe('false');
  });

  it('checks the program, and sees that it would fail', async () => {
    await timed('Check TUN Permissions, choose the program, read the verdict', async () => {
      await workbench.pressInStep('check', 'Check TUN Permissions');
      await workbench.quickPickRows('Choose the Program to Check');
      await workbench.screenshot('walkthrough check', { x: 340, y: 0, width: 600, height: 124 });
      await workbench.choose('tunnel');
      const report = await workbench.webview();
      await report
        .getByText('Creating a TUN device will fail with EPERM when started from the terminal.')
        .waitFor();
    });
    await timed('start it in the terminal: it fails as foretold', async () => {
      await workbench.typeInTerminal('./tunnel');
      const line = workbench.terminalLines();
      await line.getByText('ioctl(TUNSETIFF): EPERM', { exact: true }).waitFor();
    });
  });

  it('sees where the capability is missing, and the kernel’s reason', async () => {
    await workbench.openWalkthrough(title);
    await workbench.ticked('check');
    await timed('open the report, hover the stage where it is cut', async () => {
      await workbench.pressInStep('why', 'Open Report');
      const report = await workbench.webview();
      await report.getByRole('heading', { name: 'Launcher (cut here)' }).hover();
      await report
        .getByRole('tooltip')
        .getByText('has no ambient capabilities to pass on')
        .waitFor();
    });
    await workbench.runCommand('View: Hide Panel');
    const report = await workbench.webview();
    await report.getByText(/^As seen from bash /).waitFor();
    await report.getByRole('heading', { level: 1 }).hover();
    await pictureOf('why', report.locator('body'), 420);
  });

  it('repairs it by the launcher, after all commands were shown', async () => {
    await workbench.openWalkthrough(title);
    await workbench.ticked('why');
    await timed('install the launcher: read the commands, agree', async () => {
      await workbench.pressInStep('repair', 'Install Launcher…');
      const dialog = workbench.page.getByRole('dialog').filter({ hasText: 'setcap' });
      expect(await dialog.innerText()).toContain(`sudo setcap cap_net_admin=p ${launcher}`);
      await pictureOf('repair', dialog, 400);
      await dialog.getByRole('button', { name: 'Run in Terminal' }).click();
      await workbench
        .notifications()
        .getByText(`${launcher} gives you cap_net_admin now.`)
        .waitFor();
    });
    await timed('start it through the launcher: the device is made', async () => {
      await workbench.runCommand('Terminal: Create New Terminal');
      await workbench.typeInTerminal(`${launcher} --caps cap_net_admin -- ./tunnel`);
      await workbench.terminalLines().getByText('ok tun0', { exact: true }).waitFor();
    });
  });

  it('debugs it to a breakpoint behind the device, by F5 and without a launch.json', async () => {
    await workbench.openWalkthrough(title);
    await workbench.ticked('repair');
    await timed('open the source, set a breakpoint', () =>
      workbench.setBreakpoint('src/tunnel.c', made),
    );
    await timed('F5 until it stops there', async () => {
      await workbench.page.keyboard.press('F5');
      await workbench.stoppedAt(made);
    });
    const stopped = (await holders({ uid })).find((each) => each.name === 'tunnel');
    const namespace = ['--target', String(stopped?.pid), '--net', '--'];
    const links = await execa('nsenter', [...namespace, 'ip', '-o', 'link', 'show', 'type', 'tun']);
    expect(links.stdout).toContain('tun0');
    await workbench.debugConsoleLine('holds cap_net_admin');
    await workbench.closeNotifications();
    await workbench.screenshot('readme debug');
    await workbench.screenshot('walkthrough debug', { x: 352, y: 36, width: 928, height: 700 });
    await workbench.openWalkthrough(title);
    await workbench.ticked('debug');
    await workbench.page.keyboard.press('Shift+F5');
    await expect.poll(() => holders({ uid })).toEqual([]);
  });

  /** What is seen of an element from its top, no higher than this. */
  async function pictureOf(
    name: string,
    element: { boundingBox(): Promise<Box | null> },
    height: number,
  ): Promise<void> {
    const box = await element.boundingBox();
    if (box === null) throw new Error(`${name} is not to be seen`);
    await workbench.screenshot(`walkthrough ${name}`, {
      ...box,
      height: Math.min(height, box.height),
    });
  }
});

type Box = Parameters<Workbench['screenshot']>[1] & object;
