/**
 * The pictures of the README, of what a person meets first: `npm run pictures` keeps them.
 * A test as well, since a picture is of something that is there.
 */
import { copyFile, readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { buildFixtures } from '../../fixtures/build.ts';
import { openWorkbench, personUnderTest, type Workbench } from './workbench.ts';

const program = '/srv/nosuid/tunnel';
const unitFiles = {
  'systemd/tunnel.service': `[Unit]
Description=A tunnel for everybody in the house

[Service]
# capwright: wants tun.create
ExecStart=/usr/bin/true --device tun0
User=daemon
AmbientCapabilities=net_admin
PrivateDevices=yes
Restart=on-failure

[Install]
WantedBy=multi-user.target
`,
  'systemd/tunnel.service.d/10-raw.conf': '[Service]\nAmbientCapabilities=CAP_NET_RAW\n',
};
const source = join(import.meta.dirname, '../../fixtures/tun.c');

describe.skipIf(personUnderTest() === undefined)('a picture', () => {
  let workbench: Workbench;

  beforeAll(async () => {
    const { tun } = await buildFixtures();
    await copyFile(tun, program);
    await execa('setcap', ['cap_net_admin=eip', program]);
    workbench = await openWorkbench({
      folder: 'tunnel',
      files: { 'src/tunnel.c': await readFile(source, 'utf8'), ...unitFiles },
      settings: { 'capwright.programs': [program], 'workbench.colorTheme': 'Dark Modern' },
      scale: 1.5,
    });
  });
  afterAll(() => workbench.dispose());

  it('of the workbench has the tree, the source, the report and the terminal that proves it', async () => {
    const { page } = workbench;
    await page.setViewportSize({ width: 1600, height: 1000 });
    await workbench.typeInTerminal('PS1="$ "; clear');
    await workbench.typeInTerminal(`/sbin/getcap ${program}; ${program}`);
    await workbench.terminalLines().getByText('ioctl(TUNSETIFF): EPERM', { exact: true }).waitFor();
    await workbench.openFile('src/tunnel.c');
    await workbench.runCommand('View: Split Editor Right');
    await workbench.runCommand('Capwright: Check TUN Permissions');
    const report = await workbench.webview();
    await report.getByRole('heading', { name: 'Mount (cut here)' }).waitFor();
    await workbench.runCommand('View: Close Other Editors in Group');
    await workbench.openViewContainer('Capwright');
    await workbench.treeRows('Program').getByText('Findings').waitFor();
    await workbench.statusBarItem('will fail with EPERM').waitFor();
    await workbench.openView('This Session');
    await workbench.openView('Units in the Workspace');
    await workbench.treeRows('Units').first().waitFor();
    await workbench.screenshot('readme workbench');
  });

  it('of the status bar has the verdict of every launch path, and what can be done', async () => {
    const item = workbench.statusBarItem('will fail with EPERM');
    await item.hover();
    await workbench.tooltip().getByRole('link', { name: 'Use Launcher…' }).waitFor();
    const shown = await workbench.tooltip().boundingBox();
    const bar = await item.boundingBox();
    if (shown === null || bar === null) throw new Error('the tooltip is not to be seen');
    const height = bar.y + bar.height - shown.y;
    await workbench.screenshot('readme status-bar', { ...shown, height });
    await workbench.page.keyboard.press('Escape');
  });

  describe('of the report', () => {
    beforeAll(async () => {
      await workbench.page.setViewportSize({ width: 1280, height: 1700 });
      await workbench.runCommand('View: Close Editors in Other Groups');
      await workbench.runCommand('View: Hide Panel');
      await workbench.runCommand('View: Close Primary Side Bar');
    });

    it.each([
      ['dark', 'dark'],
      ['light', 'light'],
      ['contrast', 'high contrast dark'],
    ] as const)('has the cut, the reasons and the repairs, in %s', async (name, theme) => {
      await workbench.setTheme(theme);
      const report = await workbench.webview();
      const top = await report.locator('body').boundingBox();
      const end = await report.getByRole('heading', { name: /^Operations/ }).boundingBox();
      if (top === null || end === null) throw new Error('the report is not to be seen');
      await workbench.screenshot(`readme report-${name}`, { ...top, height: end.y - top.y });
    });
  });

  it('of a unit file has its findings, the repairs and the outcome above the command', async () => {
    const { page } = workbench;
    await workbench.setTheme('dark');
    await page.setViewportSize({ width: 1280, height: 760 });
    await workbench.runCommand('View: Close All Editors');
    await workbench.openFile('systemd/tunnel.service');
    await page.locator('.codelens-decoration').getByText('tun.create').waitFor();
    await page.locator('.view-line').getByText('net_admin').first().click();
    await workbench.runCommand('View: Toggle Problems');
    await page.locator('.markers-panel').getByText('"net_admin" is no capability').waitFor();
    await workbench.runCommand('View: Focus Active Editor Group');
    await page.keyboard.press('Control+.');
    await page.locator('.action-widget').getByText('Write CAP_NET_ADMIN').waitFor();
    await workbench.screenshot('readme unit-dark');
  });
});
