/** A repair of a unit that edits and runs a command: declined, failed, and made. */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

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
    const repair = page.locator('.action-widget').getByText(`Set file capabilities of ${program}`);
    // The menu closes where something else takes the focus, such as a terminal that has just opened.
    await vi.waitUntil(
      async () => {
        await page.keyboard.press('Control+.');
        return repair.click({ timeout: 5_000 }).then(
          () => true,
          () => page.keyboard.press('Escape').then(() => false),
        );
      },
      { timeout: 60_000 },
    );
    const dialog = page.getByRole('dialog').filter({ hasText: 'Set file capabilities' });
    expect(await dialog.innerText()).toContain(
      `sudo setcap cap_net_admin=ep ${shellWords([program])}`,
    );
    return dialog;
  }

  const undo = 'Capwright: Undo the Last Repair of a Unit…';
  const undoing = () =>
    workbench.page.getByRole('dialog').filter({ hasText: 'Undo “Set file capabilities' });

  it('is made a system unit only after that was shown, and stays as it is where it is declined', async () => {
    const { page } = workbench;
    await page.locator('.squiggly-error').first().waitFor();
    const refactoring = page.locator('.action-widget').getByText('Make it a system unit');
    await vi.waitUntil(
      async () => {
        await workbench.runCommand('Refactor...');
        return refactoring.click({ timeout: 5_000 }).then(
          () => true,
          () => page.keyboard.press('Escape').then(() => false),
        );
      },
      { timeout: 60_000 },
    );
    const dialog = page.getByRole('dialog').filter({ hasText: 'Make it a system unit' });
    const commands = await dialog.innerText();
    expect(commands).toMatch(/sudo install -D -m 0644 -- \S+ \/etc\/systemd\/system\/own\.service/);
    expect(commands).toContain('sudo systemctl daemon-reload');
    const preview = page.locator('.editor-group-container').filter({
      has: page.getByRole('tab', { name: /own\.service/, selected: true }),
    });
    await preview.getByText('AmbientCapabilities').last().waitFor();
    await preview.getByText('User=').waitFor();
    await workbench.screenshot('system-unit');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await saved()).toBe(unit);
    await expect(access('/etc/systemd/system/own.service')).rejects.toThrow('ENOENT');
    await workbench.runCommand('View: Close All Editors');
    await workbench.openFile('own.service');
  });

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
    await workbench.answerNotification('was made', 'Undo');
    const question = undoing();
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    expect(await capabilities()).toContain('cap_net_admin=ep');
  });

  it('undoes nothing where the unit was changed since', async () => {
    const { page } = workbench;
    const repaired = await saved();
    const changed = `${repaired}Nice=5\n`;
    await workbench.workspace.write('systemd/user/own.service', changed);
    await page.locator('.monaco-editor').getByText('Nice=5').waitFor();
    await workbench.runCommand(undo);
    await workbench.notifications().getByText('Nothing was undone').waitFor();
    expect(await saved()).toBe(changed);
    expect(await capabilities()).toContain('cap_net_admin=ep');
    await workbench.closeNotifications();
    await workbench.workspace.write('systemd/user/own.service', repaired);
    await page.locator('.monaco-editor').getByText('Nice=5').waitFor({ state: 'detached' });
  });

  it('stays where a command of its undoing fails', async () => {
    const repaired = await saved();
    await mustRun(['chattr', '+i', program]);
    try {
      await workbench.runCommand(undo);
      await undoing().getByRole('button', { name: 'Run in Terminal' }).click();
      await workbench.notifications().getByText('was not undone').waitFor();
      expect(await saved()).toBe(repaired);
    } finally {
      await mustRun(['chattr', '-i', program]);
    }
    await workbench.closeNotifications();
  });

  it('is undone by a command, after it was shown what runs', async () => {
    await workbench.runCommand(undo);
    const dialog = undoing();
    expect(await dialog.innerText()).toContain(`sudo setcap -r ${shellWords([program])}`);
    await dialog.getByRole('button', { name: 'Run in Terminal' }).click();
    await expect.poll(capabilities).toBe('');
    expect(await saved()).toBe(unit);
  });
});
