/** A finding in a unit file is mended by one click, and its rule is a click away. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkbench, type Workbench } from './workbench.ts';

const unit = `[Unit]
Description=A tunnel

[Service]
# capwright: wants tun.create
ExecStart=/usr/bin/true
User=daemon
AmbientCapabilities=net_admin
`;

describe('a unit file', () => {
  let workbench: Workbench;

  beforeAll(async () => {
    workbench = await openWorkbench({
      files: {
        'tunnel.service': unit,
        'other.service': unit,
        'tunnel.service.d/10-time.conf': '[Service]\nAmbientCapabilities=CAP_SYS_TIME\n',
      },
    });
  });
  afterAll(() => workbench.dispose());

  it('shows the outcome above the command, and the finding', async () => {
    await workbench.openFile('tunnel.service');
    await workbench.page
      .locator('.codelens-decoration')
      .getByText(/starts · tun\.create EPERM/)
      .waitFor();
    await workbench.page.locator('.squiggly-warning').first().waitFor();
  });

  it('offers the repair where the finding is', async () => {
    await workbench.runCommand('Go to Next Problem (Error, Warning, Info)');
    await workbench.page.keyboard.press('Escape');
    await workbench.page.keyboard.press('Control+.');
    const menu = workbench.page.locator('.action-widget');
    await menu.getByText('Explain unknown-capability-name').waitFor();
    await workbench.screenshot('unit');
    await menu.getByText('Write CAP_NET_ADMIN', { exact: true }).click();
    await workbench.page
      .locator('.codelens-decoration')
      .getByText(/starts · tun\.create allowed/)
      .waitFor();
    await workbench.page.locator('.squiggly-warning').first().waitFor({ state: 'detached' });
    await workbench.runCommand('File: Save');
    const saved = (): Promise<string> =>
      readFile(join(workbench.workspace.path, 'tunnel.service'), 'utf8');
    await expect.poll(saved).toBe(unit.replace('net_admin', 'CAP_NET_ADMIN'));
  });

  it('tells why by a click on the outcome', async () => {
    await workbench.page.locator('.codelens-decoration a').first().click();
    const rows = workbench.quickPickRows('ExecStart=/usr/bin/true');
    expect(await rows).toContain('User= makes it run as daemon');
    await workbench.page.keyboard.press('Escape');
  });

  it('leads from a directive to its place in the manual', async () => {
    const { page } = workbench;
    await page.locator('.view-line').getByText('AmbientCapabilities').first().click();
    await workbench.runCommand('Show or Focus Hover');
    await page.locator('.monaco-hover').getByRole('link', { name: 'systemd.exec(5)' }).click();
    // The page is another server's: who clicks is asked first, and no test goes there.
    const question = page.getByRole('dialog');
    await question.getByText('/systemd.exec.html#AmbientCapabilities=').waitFor();
    await question.getByRole('button', { name: 'Cancel' }).click();
  });

  it('leads from the finding to the page of its rule', async () => {
    await workbench.openFile('other.service');
    await workbench.runCommand('View: Toggle Problems');
    const problems = workbench.page.locator('.markers-panel');
    await problems.getByText('"net_admin" is no capability').waitFor();
    await problems.locator('a').getByText('unknown-capability-name').click();
    await workbench.page.getByRole('tab', { name: /unknown-capability-name/ }).waitFor();
  });
});
