/** Proves the harness with the stub: it clicks, and what it reads is what the extension host did. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vantages } from '../vantage.ts';
import { openWorkbench, type Theme, type Workbench } from './workbench.ts';

const themes: readonly Theme[] = ['light', 'dark', 'high contrast dark', 'high contrast light'];

describe.each(vantages)('the workbench, $name', ({ name, trusted, noNewPrivs }) => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await openWorkbench({ vantage: name, files: { 'notes.txt': 'notes\n' } });
  });
  afterAll(() => workbench.dispose());

  it('shows whether the workspace is trusted', async () => {
    await workbench.statusBarItem('stub').waitFor();
    const items = (await workbench.statusBarItems()).join('\n');
    expect(items).toContain('stub');
    expect(items.includes('Restricted Mode')).toBe(!trusted);
  });

  it('runs a command and chooses from a quick pick', async () => {
    await workbench.runCommand('Stub: Choose a Fruit');
    expect(await workbench.quickPickRows('Fruit')).toEqual(['apple', 'pear', 'quince']);
    await workbench.choose('pear');
    await workbench.notifications().getByText('You chose pear').waitFor();
    await workbench.closeNotifications();
  });

  it('reads a tree view', async () => {
    await workbench.openViewContainer('Stub');
    expect(await workbench.treeLabels('Fruit')).toEqual(['apple', 'pear', 'quince']);
    await workbench.treeRows('Fruit').first().click();
    await workbench.treeRows('Fruit').getByText('apple stone').waitFor();
  });

  it('talks through a webview with a content security policy and a script of the extension', async () => {
    await workbench.runCommand('Stub: Open Panel');
    const frame = await workbench.webview();
    await frame.getByRole('button', { name: 'Ask' }).click();
    await frame.getByText(`no_new_privs ${noNewPrivs ? 1 : 0}`).waitFor();
    await workbench.screenshot(`harness-${name}`);
  });

  it('opens the context menu of a file', async () => {
    expect(await workbench.explorerContextMenu('notes.txt')).toContain('Name This File');
    await workbench.chooseMenuEntry('Name This File');
    await workbench
      .notifications()
      .getByText(`This is ${workbench.workspace.path}/notes.txt`)
      .waitFor();
    await workbench.closeNotifications();
  });

  it('opens a file', async () => {
    await workbench.openFile('notes.txt');
    await workbench.page.locator('.view-lines').getByText('notes').waitFor();
  });

  // The colours do not depend on who runs the extension host.
  it.each(name === 'ordinary' ? themes : [])('changes to the theme %s', async (theme) => {
    await workbench.setTheme(theme);
    await workbench.screenshot(`harness-${theme}`);
  });
});
