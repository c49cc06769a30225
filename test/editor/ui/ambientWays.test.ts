/**
 * Programs that are started without a debugger, by each way to the capabilities: a task, and a shell of the
 * terminal profile. The judge is what they hold by their own word.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAP_NET_RAW } from '../../../extension/model/capability.ts';
import { setOf } from '../../../extension/model/capabilitySet.ts';
import { installLauncher } from './installedLauncher.ts';
import { openWorkbench, personUnderTest, type Workbench } from './workbench.ts';

const person = personUnderTest();
/** Says who it is, and whether sudo, which stays until its command has ended, has started it. */
const tell = 'set -- $(ps -o comm= -p $PPID); grep -E "Uid|CapAmb" /proc/$$/status; echo "by $1"';
const task = {
  ...{ type: 'capwright', task: 'run', program: '/bin/bash', problemMatcher: [] },
  ...{ args: ['-c', tell], capabilities: ['net_raw'] },
};
const tasks = [
  { ...task, label: 'through sudo', with: 'sudo' },
  { ...task, label: 'through the launcher', with: 'launcher' },
  { ...task, label: 'in a sandbox', with: 'sandbox' },
];

// Only root can prepare a user who may use sudo.
describe.skipIf(person === undefined)('with ambient capabilities', () => {
  const { uid, gid } = person ?? { uid: 0, gid: 0 };
  let workbench: Workbench;
  let removeLauncher: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    workbench = await openWorkbench({
      files: { '.vscode/tasks.json': JSON.stringify({ version: '2.0.0', tasks }, null, 2) },
      settings: { 'capwright.capabilities': ['net_raw'] },
    });
  });
  afterAll(async () => {
    await workbench.dispose();
    await removeLauncher?.();
  });

  /** What the terminal in front shows of who runs there. */
  const expectHolder = async (bySudo: boolean): Promise<void> => {
    const lines = workbench.terminalLines();
    await lines.getByText(/CapAmb:\s+0000000000002000/).waitFor();
    await lines.getByText(new RegExp(`Uid:\\s+${uid}\\s+${uid}\\s+${uid}`)).waitFor();
    const by = await lines.getByText(/^by \S+/).innerText();
    expect(by.trim() === 'by sudo').toBe(bySudo);
  };

  /** One that is going takes what is typed for the next. */
  const closeTerminals = async (): Promise<void> => {
    await workbench.runCommand('Terminal: Kill All Terminals');
    await expect.poll(() => workbench.page.locator('.terminal-wrapper').count()).toBe(0);
  };

  /** Beside a task’s terminal, for only of several each has a tab. */
  const shell = async (): Promise<void> => {
    await workbench.runCommand('Create New Terminal (With Profile)');
    await workbench.choose('Capwright: Ambient Shell');
    await workbench.showTerminal('Ambient Shell');
    await workbench.typeInTerminal(tell);
  };

  it('a task runs through sudo, which asks for no password', async () => {
    await workbench.runTask('through sudo');
    await expectHolder(true);
    await closeTerminals();
  });

  it('a task that is to use the launcher says that there is none', async () => {
    await workbench.runTask('through the launcher');
    await workbench.terminalLines().getByText('No launcher is installed for you').waitFor();
    await closeTerminals();
  });

  it('a task runs in a sandbox', async () => {
    await workbench.runTask('in a sandbox');
    await expectHolder(false);
  });

  it('a shell of the terminal profile begins through sudo, where no launcher is installed', async () => {
    await shell();
    await expectHolder(true);
    await closeTerminals();
  });

  it('both go through the launcher once that is installed', async () => {
    removeLauncher = await installLauncher(workbench, { uid, gid }, setOf(CAP_NET_RAW));
    await workbench.runTask('through the launcher');
    await expectHolder(false);
    await shell();
    await expectHolder(false);
    await closeTerminals();
  });

  it.each([
    { wrong: ['net_raw', 'net_amin'], told: 'names "net_amin", which is no capability.' },
    { wrong: 'net_raw', told: 'names no capability.' },
  ])('nothing is started with $wrong, and that is told', async ({ wrong, told }) => {
    await workbench.changeSettings({ 'capwright.capabilities': wrong });
    // What comes with it is seen once VS Code has read it.
    await workbench.setTheme(typeof wrong === 'string' ? 'light' : 'high contrast dark');
    await workbench.runCommand('Create New Terminal (With Profile)');
    await workbench.choose('Capwright: Ambient Shell');
    await workbench.notifications().getByText(`capwright.capabilities ${told}`).waitFor();
    expect(await workbench.page.locator('.terminal-wrapper').count()).toBe(0);
    await workbench.closeNotifications();
  });
});
