/** The programs of a workspace in the tree: who names them, what they carry, and which processes run them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkbench, personUnderTest, type Workbench } from './workbench.ts';

const view = 'Programs';
const sleep = '/bin/sleep';
/** Each starts a program of its name, or is a script for an interpreter. */
const launch = {
  version: '0.2.0',
  configurations: [
    ...['tunnel', 'late'].map((name) => ({
      ...{ name: `Debug ${name}`, type: 'cppdbg', request: 'launch' },
      program: `\${workspaceFolder}/${name}`,
    })),
    { name: 'Script', type: 'debugpy', request: 'launch', program: 'run.py' },
  ],
};
const tasks = {
  version: '2.0.0',
  tasks: [
    {
      ...{ label: 'make it', type: 'process', group: { kind: 'build', isDefault: true } },
      ...{ command: '/bin/cp', args: [sleep, 'out/made'] },
    },
  ],
};

// Only root can give file capabilities.
describe.skipIf(personUnderTest() === undefined)('a workspace that names several programs', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await openWorkbench({
      files: {
        '.vscode/launch.json': JSON.stringify(launch),
        '.vscode/tasks.json': JSON.stringify(tasks),
        'run.py': '#!/usr/bin/python3\n',
        Makefile: 'all: relay\n',
        'out/notes.txt': '',
        tunnel: { program: sleep, capabilities: 'cap_net_admin=ep' },
        ...{ relay: { program: sleep }, unnamed: { program: sleep } },
      },
    });
    const { page } = workbench;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await workbench.openViewContainer('Capwright');
    await row('tunnel, launch configuration “Debug tunnel”').waitFor();
  });
  afterAll(() => workbench.dispose());

  /** By what a screen reader says of it. */
  const row = (name: string | RegExp) =>
    workbench.page.getByRole('tree', { name: view }).getByRole('treeitem', { name });

  it('has each with who names it, and none that is not there or not named', async () => {
    await row('relay, makefile').waitFor();
    await row('/usr/bin/python3 run.py, launch configuration “Script”').waitFor();
    const labels = await workbench.treeLabels(view);
    expect(labels).not.toContain('late');
    expect(labels).not.toContain('unnamed');
    // Of several, none is chosen for anybody.
    expect(await row(/selected/).count()).toBe(0);
  });

  it('has one more as soon as it is built', async () => {
    await workbench.typeInTerminal('cp /bin/sleep late');
    await row('late, launch configuration “Debug late”').waitFor();
  });

  it('has what the last build task made', async () => {
    await workbench.runCommand('Tasks: Run Build Task');
    await row('out/made, build task “make it”').waitFor();
    // The terminal that the task has left takes no more input.
    await workbench.runCommand('Terminal: Kill All Terminals');
  });

  it('tells what the one carries that is chosen', async () => {
    await row('tunnel, launch configuration “Debug tunnel”').click();
    await workbench.statusBarItem('Capwright, tunnel: Creating a TUN device').waitFor();
    await row('tunnel, selected · launch configuration “Debug tunnel”').waitFor();
    await workbench.page.keyboard.press('ArrowRight');
    await row('File capabilities: cap_net_admin=ep').waitFor();
    await row('Owner and mode: you 0755').waitFor();
    await row('Running: no').waitFor();
  });

  it('tells the processes that run it, with what they hold, as they come and go', async () => {
    await workbench.typeInTerminal('./tunnel 1000');
    const process = /^pid \d+: cap_net_admin in effect/;
    await row(process).click();
    await workbench.page.keyboard.press('ArrowRight');
    await row('effective: cap_net_admin').waitFor();
    await row('no_new_privs: not set').waitFor();
    await workbench.screenshot('programs');
    await workbench.runCommand('Terminal: Kill All Terminals');
    await row('Running: no').waitFor();
  });

  it('copies a row as text, with all that is below it', async () => {
    const { page } = workbench;
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    // One that does nothing when it is clicked, so that the keys stay with it.
    await row('File capabilities: cap_net_admin=ep').click();
    await page.keyboard.press('Control+C');
    await expect.poll(clipboard).toBe('File capabilities: cap_net_admin=ep\n');
    await row('tunnel, selected').click({ button: 'right' });
    await workbench.chooseMenuEntry('Copy as Text');
    await expect.poll(clipboard).toContain('Owner and mode');
    const [first, ...rest] = (await clipboard()).trimEnd().split('\n');
    expect(first).toBe('tunnel: selected · launch configuration “Debug tunnel”');
    expect(rest).toContain('  Owner and mode: you 0755');
    expect(rest.filter((line) => !line.startsWith('  '))).toEqual([]);
  });

  it('opens the report of the one that is asked about, where another was chosen before', async () => {
    await row('relay, makefile').hover();
    await row('relay, makefile').getByRole('button', { name: 'Open Report' }).click();
    await workbench.statusBarItem('Capwright, relay: Creating a TUN device').waitFor();
    const report = await workbench.webview();
    await report.getByRole('heading', { name: 'relay' }).first().waitFor();
  });

  it('has one that is not named once it was chosen', async () => {
    await workbench.explorerContextMenu('unnamed');
    await workbench.chooseMenuEntry('Check TUN Permissions');
    await workbench.statusBarItem('Capwright, unnamed: Creating a TUN device').waitFor();
    await workbench.openViewContainer('Capwright');
    await row(/^unnamed, selected/).waitFor();
  });
});

describe('a workspace that names no program', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await openWorkbench({ files: { 'notes.txt': '' } });
  });
  afterAll(() => workbench.dispose());

  it('is welcomed with what can be done, until a setting names one', async () => {
    const { page } = workbench;
    await workbench.openViewContainer('Capwright');
    await page.getByRole('button', { name: 'Select Program…' }).first().waitFor();
    await workbench.screenshot('programs welcome');
    await workbench.workspace.write(
      '.vscode/settings.json',
      '{"capwright.programs": ["/bin/true"]}',
    );
    await workbench.treeRows(view).getByText('the settings').waitFor();
    // What alone is named needs no choice.
    await workbench.statusBarItem('Capwright, true').waitFor();
  });
});
