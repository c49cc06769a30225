/** A repair of a unit that edits and runs a command: declined, failed, and made. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildFixtures } from '../../fixtures/build.ts';
import { mustRun } from '../../kernel/world/command.ts';
import { shellWords } from '../../../extension/report/shellWords.ts';
import { openWorkbench, personUnderTest, type Workbench } from './workbench.ts';

// Only root can prepare a user who may use sudo.
describe.skipIf(personUnderTest() === undefined)('a repair that runs a command', () => {
  let workbench: Workbench;
  let program: string;
  let unit: string;

  beforeAll(async () => {
    const tun = (await buildFixtures()).tun;
    workbench = await openWorkbench({
      folder: 'a tunnel',
      files: { tunnel: { program: tun }, 'systemd/user/own.service': '' },
    });
    program = join(workbench.workspace.path, 'tunnel');
    unit = `[Service]\nExecStart="${program}"\nAmbientCapabilities=CAP_NET_ADMIN\n`;
    await workbench.workspace.write('systemd/user/own.service', unit);
    await workbench.openFile('own.service');
  });
  afterAll(() => workbench.dispose());

  const saved = (): Promise<string> =>
    readFile(join(workbench.workspace.path, 'systemd/user/own.service'), 'utf8');
  const capabilities = async (): Promise<string> => mustRun(['getcap', program]);

  /** Opens the question, which shows the command in full. */
  async function ask() {
    const { page } = workbench;
    await page.locator('.squiggly-error').first().waitFor();
    await workbench.runCommand('Go to Next Problem (Error, Warning, Info)');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+.');
    await page.locator('.action-widget').getByText(`Set file capabilities of ${program}`).click();
    const dialog = page.getByRole('dialog').filter({ hasText: 'Set file capabilities' });
    expect(await dialog.innerText()).toContain(
      `sudo setcap cap_net_admin=ep ${shellWords([program])}`,
    );
    return dialog;
  }

  it('changes nothing where it is declined', async () => {
    const dialog = await ask();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await saved()).toBe(unit);
    expect(await capabilities()).toBe('');
  });

  it('takes its edit back where the command fails', async () => {
    const dialog = await ask();
    await mustRun(['chattr', '+i', program]);
    try {
      await dialog.getByRole('button', { name: 'Run in Terminal' }).click();
      await workbench.notifications().getByText('were taken back').waitFor();
      expect(await saved()).toBe(unit);
      expect(await capabilities()).toBe('');
    } finally {
      await mustRun(['chattr', '-i', program]);
    }
    await workbench.closeNotifications();
  });

  it('edits the unit, saves it and runs the command', async () => {
    const dialog = await ask();
    await dialog.getByRole('button', { name: 'Run in Terminal' }).click();
    await expect.poll(capabilities).toContain('cap_net_admin=ep');
    expect(await saved()).toBe(unit.replace('AmbientCapabilities=CAP_NET_ADMIN\n', ''));
  });
});
