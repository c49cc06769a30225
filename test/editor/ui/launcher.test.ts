/**
 * The launcher from its installation to its removal, and what uses it in between: a shell, and the
 * build tools of a project. The judge is what a shell started that way holds.
 */
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launcherPath } from '../../../extension/app/launcher/launcherInstallation.ts';
import { openWorkbench, personUnderTest, type Workbench } from './workbench.ts';

const person = personUnderTest();

// Only root can prepare a user who may use sudo.
describe.skipIf(person === undefined)('the launcher', () => {
  const launcher = launcherPath(person?.uid ?? 0);
  let workbench: Workbench;

  beforeAll(async () => {
    workbench = await openWorkbench({
      files: {
        'Cargo.toml': '[package]\nname = "tunnel"\nversion = "0.1.0"\n',
        'service/go.mod': 'module tunnel\n\ngo 1.19\n',
        '.vscode/settings.json': '{\n  // of the team\n  "go.testFlags": ["-race"]\n}\n',
      },
    });
  });
  afterAll(async () => {
    await workbench.dispose();
    await rm(dirname(launcher), { recursive: true, force: true });
  });

  const read = (name: string): Promise<string> =>
    readFile(join(workbench.workspace.path, name), 'utf8');

  it('is missed by the project, and installed after its commands were shown', async () => {
    await workbench.runCommand('Capwright: Use Launcher in This Project…');
    await workbench.answerNotification('No launcher that may give cap_net_admin', 'Install It');
    const dialog = workbench.page.getByRole('dialog').filter({ hasText: 'setcap' });
    expect(await dialog.innerText()).toContain(`sudo setcap cap_net_admin=p ${launcher}`);
    await dialog.getByRole('button', { name: 'Run in Terminal' }).click();
    await workbench.notifications().getByText(`${launcher} gives you cap_net_admin now.`).waitFor();
  });

  it('is written into the files of the build tools, after a preview', async () => {
    await workbench.answerNotification('gives you cap_net_admin now', 'Use It in This Project');
    const pick = workbench.page.locator('.quick-input-widget');
    await pick.getByText('Start Through the Launcher').waitFor();
    const rows = pick.locator('.quick-input-list-label .label-name');
    expect(await rows.allInnerTexts()).toEqual(['cargo', 'go']);
    await workbench.page.keyboard.press('Enter');
    await workbench.tickInRefactorPreview('config.toml');
    await expect(read('.cargo/config.toml')).rejects.toThrow('ENOENT');
    await workbench.applyRefactorPreview();
    await expect
      .poll(() => read('.cargo/config.toml').catch(() => ''))
      .toContain(`runner = ["${launcher}", "--caps", "cap_net_admin", "--"]`);
    await workbench.tickInRefactorPreview('settings.json');
    await workbench.applyRefactorPreview();
    await expect.poll(() => read('.vscode/settings.json')).toContain('"-exec"');
    expect(await read('.vscode/settings.json')).toContain('// of the team');
  });

  it('starts a shell that holds the capability at the user’s own id', async () => {
    await workbench.runCommand('Create New Terminal (With Profile)');
    await workbench.choose('Capwright: Ambient Shell');
    await workbench.showTerminal('Ambient Shell');
    await workbench.typeInTerminal('grep -E "Uid|CapAmb" /proc/$$/status');
    const lines = workbench.terminalLines();
    await lines.getByText(/CapAmb:\s+0000000000001000/).waitFor();
    await lines.getByText(new RegExp(`Uid:\\s+${String(person?.uid)}`)).waitFor();
  });

  it('is removed again', async () => {
    await workbench.runCommand('Capwright: Remove Launcher…');
    const dialog = workbench.page.getByRole('dialog').filter({ hasText: launcher });
    await dialog.getByRole('button', { name: 'Run in Terminal' }).click();
    await workbench.notifications().getByText(`${launcher} is gone.`).waitFor();
  });
});
