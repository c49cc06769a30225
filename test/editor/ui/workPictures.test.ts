/**
 * The pictures of the README, of a day’s work: an error, its repair, what a build does to it, and debugging.
 * `npm run pictures` keeps them; each is of something that a test here brought about.
 */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAP_NET_ADMIN } from '../../../extension/model/capability.ts';
import { setOf } from '../../../extension/model/capabilitySet.ts';
import { holders } from '../../kernel/debug/bench.ts';
import { buildGdbExtension } from '../gdbExtension/build.ts';
import { openHome, type Home } from './home.ts';
import { installLauncher } from './installedLauncher.ts';
import { openWorkbench, personUnderTest, type Workbench } from './workbench.ts';

const person = personUnderTest();
/** As most programs say what went wrong. */
const source = (await readFile(join(import.meta.dirname, '../../fixtures/tun.c'), 'utf8')).replace(
  'strerrorname_np(errno)',
  'strerror(errno)',
);
const made = source.split('\n').findIndex((line) => line.includes('printf("ok')) + 1;
const makefile = `CFLAGS = -g -Wall

build/tunnel: src/tunnel.c
	mkdir -p build
	cc $(CFLAGS) -o $@ $<
`;
const launch = (type: string): string => `{
  "version": "0.2.0",
  "configurations": [
    {
      "name": "tunnel",
      "type": "${type}",
      "request": "launch",
      "program": "\${workspaceFolder}/build/tunnel"
    }
  ]
}
`;

describe.skipIf(person === undefined)('a picture', () => {
  const { uid, gid } = person ?? { uid: 0, gid: 0 };
  /** Of another debugger. */
  let extension: string;
  let home: Home;
  let workbench: Workbench;
  let removeLauncher: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    if (person === undefined) return;
    extension = await mkdtemp(join(tmpdir(), 'capwright-gdb-'));
    await buildGdbExtension(extension);
    await chmod(extension, 0o755);
    home = await openHome(person);
    workbench = await openWorkbench({
      home: home.path,
      folder: 'tunnel',
      files: {
        'src/tunnel.c': source,
        Makefile: makefile,
        '.vscode/launch.json': launch('gdb'),
      },
      otherExtensions: [extension],
      settings: { 'workbench.colorTheme': 'Dark Modern' },
    });
    await workbench.page.setViewportSize({ width: 1200, height: 760 });
  });
  afterAll(async () => {
    await workbench.dispose();
    await home.dispose();
    await rm(extension, { recursive: true });
    await removeLauncher?.();
  });

  it('of an error in the terminal has the link, what it is about, and the report that it leads to', async () => {
    const { page } = workbench;
    await workbench.typeInTerminal('make && build/tunnel');
    const refused = /^ioctl\(TUNSETIFF\): Operation not permitted/;
    await workbench.terminalLines().filter({ hasText: refused }).waitFor();
    await workbench.runCommand('Capwright: Check TUN Permissions');
    await workbench.statusBarItem('will fail with EPERM').waitFor();
    await workbench.followTerminalLink(
      refused,
      workbench.notifications().getByText('ioctl(TUNSETIFF) answered EPERM'),
    );
    const report = await workbench.webview();
    await report.getByRole('tab', { name: 'Terminal, EPERM', selected: true }).waitFor();
    await workbench.expandNotification('ioctl(TUNSETIFF) answered EPERM');
    await page.keyboard.down('Control');
    await workbench.hoverTerminalLine(refused);
    await workbench.screenshot('readme explain');
    await page.keyboard.up('Control');
    await workbench.closeNotifications();
  });

  it('of the setcap task has the command in its terminal, and what came of it', async () => {
    await workbench.runCommand('Capwright: Set File Capabilities…');
    const dialog = workbench.page.getByRole('dialog').filter({ hasText: 'setcap' });
    await dialog.getByRole('button', { name: 'Run in Terminal' }).click();
    await workbench.notifications().getByText('build/tunnel has cap_net_admin=ep now.').waitFor();
    await workbench.statusBarItem('will work').waitFor();
    await workbench.runCommand('View: Toggle Maximized Panel');
    await workbench.page.setViewportSize({ width: 1200, height: 480 });
    await workbench.pointNowhere();
    await workbench.screenshot('readme setcap');
    await workbench.page.setViewportSize({ width: 1200, height: 760 });
    await workbench.runCommand('View: Toggle Maximized Panel');
    await workbench.closeNotifications();
  });

  it('of launch.json has what debugging would cost, and its repair', async () => {
    await workbench.runCommand('View: Close All Editors');
    await workbench.runCommand('View: Hide Panel');
    await workbench.openFile('.vscode/launch.json');
    const lens = workbench.page
      .locator('.codelens-decoration')
      .getByText('Debugging this drops its file capabilities: use ambient capabilities');
    await lens.waitFor();
    await workbench.page.locator('.squiggly-warning').first().waitFor();
    await workbench.runCommand('View: Toggle Problems');
    await workbench.page.locator('.markers-panel').getByText('Under a debugger').waitFor();
    await workbench.page.setViewportSize({ width: 1200, height: 560 });
    await workbench.pointNowhere();
    await workbench.screenshot('readme launch');
    await workbench.page.setViewportSize({ width: 1200, height: 760 });
    await workbench.runCommand('View: Toggle Problems');
  });

  it('of a rebuild has what was lost, at once, and the answers', async () => {
    await workbench.openFile('src/tunnel.c', made);
    await workbench.runCommand('Terminal: Create New Terminal');
    await workbench.typeInTerminal('touch src/tunnel.c; make');
    await workbench
      .notifications()
      .getByText('build/tunnel was built again and has lost cap_net_admin=ep.')
      .waitFor();
    await workbench.statusBarItem('will fail with EPERM').waitFor();
    await workbench.pointNowhere();
    await workbench.screenshot('readme rebuild');
    await workbench.closeNotifications();
  });

  describe('of debugging', () => {
    beforeAll(async () => {
      await workbench.workspace.write('.vscode/launch.json', launch('capwright'));
      removeLauncher = await installLauncher(workbench, { uid, gid }, setOf(CAP_NET_ADMIN));
      await workbench.runCommand('View: Close All Editors');
      await workbench.setBreakpoint('src/tunnel.c', made);
    });

    it('has the device, the breakpoint behind it, and what the program holds', async () => {
      await workbench.startDebugging('tunnel');
      await workbench.stoppedAt(made);
      await workbench.debugConsoleLine('holds cap_net_admin');
      await workbench.debugConsoleLine('');
      await workbench.statusBarItem('terminal').waitFor();
      await workbench.closeNotifications();
      await workbench.pointNowhere();
      await workbench.screenshot('readme debug');
      await workbench.page.keyboard.press('Shift+F5');
      await expect.poll(() => holders({ uid })).toEqual([]);
    });
  });

  it('of the package has what VS Code says of it: what it brings, and how long it took to start', async () => {
    await workbench.runCommand('View: Close All Editors');
    await workbench.runCommand('View: Hide Panel');
    // The list beside the features gets its share of the width when the page is opened.
    await workbench.page.setViewportSize({ width: 1600, height: 560 });
    await workbench.openExtensionPage('capwright.capwright');
    await workbench.page
      .getByRole('tab', { name: 'Features' })
      .or(workbench.page.locator('.extension-editor .action-label', { hasText: 'Features' }))
      .first()
      .click();
    await workbench.page.getByText('Activation', { exact: false }).first().waitFor();
    await workbench.runCommand('View: Close Primary Side Bar');
    await workbench.screenshot('readme package');
  });
});
