/**
 * The pictures of the README, of what a person meets first: `npm run pictures` keeps them.
 * A test as well, since a picture is of something that is there.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { buildFixtures } from '../../fixtures/build.ts';
import { openHome, type Home } from './home.ts';
import { openWorkbench, personUnderTest, type Workbench } from './workbench.ts';

const person = personUnderTest();
const program = 'target/release/tunnel';
const unitFiles = {
  'systemd/vpn.service': `[Unit]
Description=A tunnel for the whole house

[Service]
# capwright: wants tun.create
ExecStart=/usr/sbin/openvpn --dev tun --config house.conf
User=nobody
AmbientCapabilities=net_admin
PrivateDevices=yes
Restart=on-failure

[Install]
WantedBy=multi-user.target
`,
};
const source = join(import.meta.dirname, '../../fixtures/tun.c');

describe.skipIf(person === undefined)('a picture', () => {
  let home: Home;
  let workbench: Workbench;

  beforeAll(async () => {
    if (person === undefined) return;
    const { tun } = await buildFixtures();
    home = await openHome(person, 'nosuid');
    workbench = await openWorkbench({
      home: home.path,
      folder: 'tunnel',
      files: {
        'src/tunnel.c': await readFile(source, 'utf8'),
        ...unitFiles,
        [program]: { program: tun, capabilities: 'cap_net_admin=eip' },
      },
      settings: { 'capwright.programs': [program], 'workbench.colorTheme': 'Dark Modern' },
    });
  });
  afterAll(async () => {
    await workbench.dispose();
    await home.dispose();
  });

  it('of the workbench has the tree, the source, the report and the terminal that proves it', async () => {
    const { page } = workbench;
    await page.setViewportSize({ width: 1600, height: 1000 });
    await workbench.typeInTerminal(`/sbin/getcap ${program}; ${program}`);
    await workbench.terminalLines().getByText('ioctl(TUNSETIFF): EPERM', { exact: true }).waitFor();
    await workbench.openFile('src/tunnel.c', 24);
    await workbench.runCommand('View: Split Editor Right');
    await workbench.runCommand('Capwright: Check TUN Permissions');
    const report = await workbench.webview();
    await report.getByRole('heading', { name: 'Mount (cut here)' }).waitFor();
    await workbench.runCommand('View: Close Other Editors in Group');
    await workbench.openViewContainer('Capwright');
    await workbench.widenSideBar(110);
    await workbench.treeRows('Program').getByText('Findings').waitFor();
    await workbench.statusBarItem('will fail with EPERM').waitFor();
    await workbench.openView('This Session');
    await workbench.openView('Units in the Workspace');
    await workbench.treeRows('Units').first().waitFor();
    await workbench.screenshot('readme workbench');
  });

  it('of the status bar has the verdict of every launch path, and what can be done', async () => {
    const item = workbench.statusBarItem('will fail with EPERM');
    const link = workbench.tooltip().getByRole('link', { name: 'Use Launcher…' });
    await workbench.pointAt(item, link);
    const shown = await workbench.tooltip().boundingBox();
    const bar = await item.boundingBox();
    if (shown === null || bar === null) throw new Error('the tooltip is not to be seen');
    const height = bar.y + bar.height - shown.y;
    await workbench.screenshot('readme status-bar', { ...shown, height });
    await workbench.page.keyboard.press('Escape');
  });

  describe('of the report', () => {
    let report: FrameLocator;
    beforeAll(async () => {
      await workbench.runCommand('View: Close Editors in Other Groups');
      await workbench.runCommand('View: Hide Panel');
      await workbench.runCommand('View: Close Primary Side Bar');
      report = await workbench.webview();
    });

    /** From the top down to the heading of the next section, or to all that there is. */
    async function reportDownTo(next: RegExp): Promise<Box> {
      await report.getByText('checking again').waitFor({ state: 'detached' });
      const top = await report.locator('body').boundingBox();
      const end = await report.getByRole('heading', { name: next }).boundingBox();
      if (top === null || end === null) throw new Error('the report is not to be seen');
      return { ...top, height: end.y - top.y };
    }

    it('has the cut, the reasons and the repairs', async () => {
      await workbench.page.setViewportSize({ width: 1280, height: 1500 });
      await report.getByRole('heading', { level: 1 }).hover();
      await workbench.screenshot('readme report-dark', await reportDownTo(/^Operations/));
    });

    it.each([
      ['light', 'light'],
      ['contrast-dark', 'high contrast dark'],
      ['contrast-light', 'high contrast light'],
    ] as const)('has the cut and the reasons in every theme, here %s', async (name, theme) => {
      await workbench.page.setViewportSize({ width: 1040, height: 900 });
      await workbench.setTheme(theme);
      await workbench.screenshot(`readme report-${name}`, await reportDownTo(/^Repairs/));
    });

    it('goes down where there is no room beside, and gives the kernel’s reason', async () => {
      await workbench.setTheme('dark');
      await workbench.page.setViewportSize({ width: 500, height: 1240 });
      await report.getByRole('heading', { name: 'Mount (cut here)' }).hover();
      await report.getByRole('tooltip').getByText('is mounted nosuid').waitFor();
      await workbench.screenshot('readme report-narrow', await reportDownTo(/^Why/));
    });
  });

  it('of a unit file has its findings, the repairs and the outcome above the command', async () => {
    const { page } = workbench;
    await workbench.setTheme('dark');
    await page.setViewportSize({ width: 1060, height: 700 });
    await workbench.runCommand('View: Close All Editors');
    await workbench.openFile('systemd/vpn.service');
    await page.locator('.codelens-decoration').getByText('tun.create').waitFor();
    await page.locator('.view-line').getByText('net_admin').first().click();
    await workbench.runCommand('View: Toggle Problems');
    await page.locator('.markers-panel').getByText('"net_admin" is no capability').waitFor();
    await workbench.runCommand('View: Focus Active Editor Group');
    await page.keyboard.press('Control+.');
    await page.locator('.action-widget').getByText('Write CAP_NET_ADMIN').waitFor();
    await workbench.screenshot('readme unit');
  });
});

type Box = Parameters<Workbench['screenshot']>[1] & object;
