/**
 * A newcomer's first minutes, click by click along the walkthrough: the package in a fresh profile, a
 * folder with a TUN program that is built there, why it fails, its repair by the launcher and by setcap, a
 * breakpoint before the device is asked for and a step past that. Each step is timed;
 * the times are printed and say nothing about what a test may take. `npm run pictures` keeps what is seen.
 */
import { readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launcherPath } from '../../../extension/app/launcher/launcherInstallation.ts';
import { holders } from '../../kernel/debug/bench.ts';
import { openHome, type Home } from './home.ts';
import { openWorkbench, personUnderTest, type Workbench } from './workbench.ts';

const person = personUnderTest();
const source = await readFile(join(import.meta.dirname, '../../fixtures/tun.c'), 'utf8');
const lines = source.split('\n');
/** Lines count from 1: that asks for the device, and that behind it; the device is there until the next one. */
const asks = lines.findIndex((line) => line.includes('ioctl(tun, TUNSETIFF')) + 1;
const made = lines.findIndex((line) => line.includes('printf("ok')) + 1;
const title = 'Why does my program get EPERM?';

// Only root can prepare a user who may use sudo.
describe.skipIf(person === undefined)('a newcomer', () => {
  const uid = person?.uid ?? 0;
  const launcher = launcherPath(uid);
  const times: { readonly step: string; readonly seconds: number }[] = [];
  let home: Home;
  let workbench: Workbench;

  async function timed(step: string, work: () => Promise<void>): Promise<void> {
    const begun = performance.now();
    await work();
    times.push({ step, seconds: Math.round((performance.now() - begun) / 100) / 10 });
  }

  beforeAll(async () => {
    if (person === undefined) return;
    home = await openHome(person);
    await timed('install the package, start the editor on the folder', async () => {
      workbench = await openWorkbench({
        home: home.path,
        folder: 'tunnel',
        files: { 'src/tunnel.c': source },
        settings: {
          'workbench.colorTheme': 'Dark Modern',
          // Where it floats, it hides what a picture is to show.
          'debug.toolBarLocation': 'docked',
        },
      });
    });
  });
  afterAll(async () => {
    console.table(times);
    const all = times.reduce((sum, { seconds }) => sum + seconds, 0);
    console.log(`the first minutes: ${all.toFixed(1)} s at the speed of the test`);
    await workbench.dispose();
    await home.dispose();
    await rm(dirname(launcher), { recursive: true, force: true });
  });

  it('finds a walkthrough, whose first step is done', async () => {
    await timed('open the walkthrough', () => workbench.openWalkthrough(title));
    await workbench.ticked('open');
    expect(await workbench.walkthroughStep('check').getAttribute('aria-checked')).toBe('false');
  });

  it('builds the program in the terminal', async () => {
    await timed('build the program in the terminal', async () => {
      await workbench.typeInTerminal('cc -g -O0 -o tunnel src/tunnel.c && echo "built" it');
      await workbench.terminalLines().getByText('built it', { exact: true }).waitFor();
    });
    expect((await stat(join(workbench.workspace.path, 'tunnel'))).uid).toBe(uid);
    await workbench.openWalkthrough(title);
  });

  it('checks the program, and sees that it would fail', async () => {
    await timed('Check TUN Permissions, choose the program, read the verdict', async () => {
      await workbench.pressInStep('check', 'Check TUN Permissions');
      await workbench.quickPickRows('Choose the Program to Check');
      await pictureOf('check', workbench.quickPick());
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
    await pictureOf('why', report.locator('body'), report.getByRole('heading', { name: 'Why' }));
  });

  it('sees the same in the status bar, one click from the report, and in the tree', async () => {
    await workbench.runCommand('View: Close All Editors');
    await timed('click the status bar, read the report', async () => {
      const item =
        'Capwright, tunnel: Creating a TUN device will fail with EPERM when started from';
      await workbench.statusBarItem(item).click();
      const report = await workbench.webview();
      await report.getByRole('tab', { name: 'Terminal, EPERM', selected: true }).waitFor();
    });
    await timed('open the tree, read launch paths and findings', async () => {
      await workbench.openViewContainer('Capwright');
      const row = (name: RegExp) => workbench.page.getByRole('treeitem', { name });
      await row(/^Terminal: Creating a TUN device will fail with EPERM/).waitFor();
      await row(/^Ambient debugger: Creating a TUN device will work/).waitFor();
      await row(/^error: Nothing gives the program the capability/)
        .first()
        .waitFor();
    });
    await workbench.openViewContainer('Explorer');
  });

  it('repairs it by the launcher, after all commands were shown', async () => {
    await workbench.openWalkthrough(title);
    await workbench.ticked('why');
    await timed('install the launcher: read the commands, agree', async () => {
      await workbench.pressInStep('repair', 'Install Launcher…');
      const dialog = workbench.page.getByRole('dialog').filter({ hasText: 'setcap' });
      expect(await dialog.innerText()).toContain(`sudo setcap cap_net_admin=p ${launcher}`);
      await pictureOf('repair', dialog);
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

  it('repairs the file itself by setcap, and takes that back', async () => {
    const item = (words: string) =>
      workbench.statusBarItem(`Capwright, tunnel: Creating a TUN device will ${words}`);
    const dialog = workbench.page.getByRole('dialog').filter({ hasText: 'setcap' });
    await workbench.closeNotifications();
    await timed('set file capabilities: read the command, agree, see it work', async () => {
      await workbench.runCommand('Capwright: Set File Capabilities…');
      expect(await dialog.innerText()).toContain('sudo setcap cap_net_admin=ep ');
      await dialog.getByRole('button', { name: 'Run in Terminal' }).click();
      await item('work when started from the terminal').waitFor();
      await workbench.runCommand('Terminal: Create New Terminal');
      await workbench.typeInTerminal('./tunnel');
      await workbench.terminalLines().getByText('ok tun0', { exact: true }).waitFor();
    });
    await timed('undo it', async () => {
      await workbench.answerNotification('tunnel has cap_net_admin=ep now.', 'Undo');
      await dialog.getByRole('button', { name: 'Run in Terminal' }).click();
      await item('fail with EPERM when started from the terminal').waitFor();
    });
    await workbench.closeNotifications();
  });

  it('debugs it to a breakpoint and past the device, by F5 and without a launch.json', async () => {
    await workbench.openWalkthrough(title);
    await workbench.ticked('repair');
    await timed('open the source, set a breakpoint', () =>
      workbench.setBreakpoint('src/tunnel.c', asks),
    );
    await timed('F5 until it stops there', async () => {
      await workbench.page.keyboard.press('F5');
      await workbench.stoppedAt(asks);
    });
    await timed('step past TUNSETIFF, which the kernel allows', async () => {
      await workbench.page.keyboard.press('F10');
      await workbench.stoppedAt(made);
    });
    const stopped = (await holders({ uid })).find((each) => each.name === 'tunnel');
    const namespace = ['--target', String(stopped?.pid), '--net', '--'];
    const links = await execa('nsenter', [...namespace, 'ip', '-o', 'link', 'show', 'type', 'tun']);
    expect(links.stdout).toContain('tun0');
    await workbench.debugConsoleLine('holds cap_net_admin');
    await workbench.closeNotifications();
    await workbench.debugConsoleLine('');
    await workbench.pointNowhere();
    await workbench.screenshot('walkthrough debug', { x: 352, y: 36, width: 928, height: 732 });
    await workbench.openWalkthrough(title);
    await workbench.ticked('debug');
    await workbench.page.keyboard.press('Shift+F5');
    await expect.poll(() => holders({ uid })).toEqual([]);
  });

  /** What is seen of an element, or of it down to where another begins. */
  async function pictureOf(name: string, element: Boxed, next?: Boxed): Promise<void> {
    const [box, end] = await Promise.all([element.boundingBox(), next?.boundingBox()]);
    if (box === null || end === null) throw new Error(`${name} is not to be seen`);
    const height = end === undefined ? box.height : end.y - box.y;
    await workbench.screenshot(`walkthrough ${name}`, { ...box, height });
  }
});

type Box = Parameters<Workbench['screenshot']>[1] & object;

interface Boxed {
  boundingBox(): Promise<Box | null>;
}
