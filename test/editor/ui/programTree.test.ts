/** The programs of a workspace in the tree: who names them, what they carry, and which processes run them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkbench, personUnderTest, type Workbench } from './workbench.ts';

const view = 'Programs';
const sleep = '/bin/sleep';
/** Each starts a program of its name, or is a script for an interpreter. */
const launch = {
  version: '0.2.0',
  configurations: [
    ...['tunnel', 'late', 'script'].map((name) => ({
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

/** One of its threads has no_new_privs, which is a thread's own. */
const worker = `#!/usr/bin/python3
import ctypes, threading
def work():
  ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
  threading.Event().wait()
threading.Thread(target=work).start()
`;

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
    await workbench.expandRow(
      row('tunnel, selected · launch configuration “Debug tunnel”'),
      row('File capabilities: cap_net_admin=ep'),
    );
    await row(/^Mount: \/.* \(\w+/).waitFor();
    await row('Owner and mode: you 0755').waitFor();
    await row('Running: no').waitFor();
  });

  it('tells in a tooltip and by its icon how it fares on a launch path, and why', async () => {
    const terminal = row('Terminal: Creating a TUN device will work');
    await terminal.waitFor();
    expect(await terminal.locator('.codicon-pass').count()).toBe(1);
    const debuggers = row('Debugger (ptrace): Creating a TUN device will fail with EPERM');
    expect(await debuggers.locator('.codicon-error').count()).toBe(1);
    const why = workbench.tooltip().getByText('will fail with EPERM when started under');
    await workbench.pointAt(debuggers, why);
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
    const open = row('relay, makefile').getByRole('button', { name: 'Open Report' });
    await workbench.pointAt(row('relay, makefile'), open);
    await open.click();
    await workbench.statusBarItem('Capwright, relay: Creating a TUN device').waitFor();
    const report = await workbench.webview();
    await report.getByRole('heading', { name: 'relay' }).first().waitFor();
  });

  it('has the repairs below what was found, and makes one from there', async () => {
    await workbench.openViewContainer('Capwright');
    // What comes below it moves all that follows.
    await workbench.expandRow(row('relay, selected'), row(/^Needs: /));
    await workbench.goDownTo(row(/^error: /).first());
    const repair = row(/^Set file capabilities/).first();
    await workbench.goDownTo(repair);
    const run = repair.getByRole('button', { name: 'Run Repair in Terminal…' });
    await workbench.pointAt(repair, run);
    await run.click();
    const dialog = workbench.page.getByRole('dialog').filter({ hasText: 'setcap' });
    await dialog.getByRole('button', { name: 'Run in Terminal' }).click();
    const works = 'Creating a TUN device will work when started from the terminal';
    await workbench.statusBarItem(`Capwright, relay: ${works}`).waitFor();
    // One for each process that would start it: the shell, and what starts debuggers. The tree follows the bar.
    await row(/^error: Nothing gives the program/)
      .first()
      .waitFor({ state: 'detached' });
    expect(await row(/^error: /).count()).toBe(0);
    await row(/^warning: A debugger keeps the program from gaining/).waitFor();
    await workbench.closeNotifications();
  });

  it('has one that is not named once it was chosen', async () => {
    await workbench.explorerContextMenu('unnamed');
    await workbench.chooseMenuEntry('Check TUN Permissions');
    await workbench.statusBarItem('Capwright, unnamed: Creating a TUN device').waitFor();
    await workbench.openViewContainer('Capwright');
    await row(/^unnamed, selected/).waitFor();
  });

  it('has it still when the window is opened again', async () => {
    await workbench.page.reload();
    await workbench.openViewContainer('Capwright');
    await row(/^unnamed, selected/).waitFor();
    await workbench.statusBarItem('Capwright, unnamed: Creating a TUN device').waitFor();
  });
});

// Only root can give file capabilities.
describe.skipIf(personUnderTest() === undefined)('programs of which none is chosen', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await openWorkbench({
      files: {
        '.vscode/launch.json': JSON.stringify(launch),
        'run.py': worker,
        tunnel: { program: sleep, capabilities: 'cap_net_admin=ep' },
        // A script of bash.
        script: { program: '/usr/bin/ldd' },
      },
    });
    await workbench.openViewContainer('Capwright');
  });
  afterAll(() => workbench.dispose());

  const row = (name: string | RegExp) =>
    workbench.page.getByRole('tree', { name: view }).getByRole('treeitem', { name });

  it('tells of one that is traced that it has lost them, and by whom it is traced', async () => {
    await workbench.typeInTerminal('strace -o /dev/null ./tunnel 1000');
    await workbench.expandRow(row(/^tunnel, /));
    const process = row(/^pid \d+: no capability in effect/);
    await workbench.expandRow(process, row(/^effective: /));
    await workbench.goDownTo(row(/^traced by: pid \d+/));
    await workbench.runCommand('Terminal: Kill All Terminals');
    await row('Running: no').waitFor();
    await workbench.collapseRow(row(/^tunnel, /));
  });

  it('tells the interpreter of a script, whose capabilities count', async () => {
    await workbench.expandRow(row('script, launch configuration “Debug script”'));
    const interpreter = row(/^Interpreter: .*bash/);
    await workbench.expandRow(interpreter, row('Owner and mode: root 0755'));
    await workbench.collapseRow(row('script, launch configuration “Debug script”'));
  });

  it('tells the threads of a process that hold something else', async () => {
    await workbench.typeInTerminal('/usr/bin/python3 run.py');
    await workbench.expandRow(row('/usr/bin/python3 run.py, launch configuration “Script”'));
    await workbench.expandRow(row(/^pid \d+: no capability in effect/));
    await workbench.goDownTo(row('no_new_privs: not set'));
    const thread = row(/^thread \d+ \(python3\): no capability in effect/);
    await workbench.goDownTo(thread);
    await workbench.expandRow(thread);
    await workbench.goDownTo(row('no_new_privs: set'));
    await workbench.runCommand('Terminal: Kill All Terminals');
    await row('Running: no').waitFor();
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

  it('has no unit either, and says what would be told of one', async () => {
    await workbench.openView('Units in the Workspace');
    await workbench.page.getByText('No unit files of systemd are in this workspace').waitFor();
  });
});
