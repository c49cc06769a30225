/**
 * A person's first TUN program, from every vantage: what the workbench says of it, and what the kernel
 * says when it is started in the terminal of the same workbench.
 */
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFixtures } from '../../fixtures/build.ts';
import { vantageNamed } from '../vantage.ts';
import { openWorkbench, personUnderTest, type Theme, type Workbench } from './workbench.ts';

interface Row {
  readonly vantage: string;
  /** What the program without file capabilities prints. */
  readonly plain: string;
  /** What its copy with cap_net_admin=ep prints. */
  readonly capable: string;
}

const eperm = 'ioctl(TUNSETIFF): EPERM';
const ok = 'ok tun0';
const install = 'apt install libcap2-bin';

const rows: readonly Row[] = [
  { vantage: 'ordinary', plain: eperm, capable: ok },
  { vantage: 'restricted mode', plain: eperm, capable: ok },
  { vantage: 'no_new_privs', plain: eperm, capable: eperm },
  { vantage: 'ambient cap_net_admin', plain: ok, capable: ok },
  { vantage: 'root', plain: ok, capable: ok },
  { vantage: 'without getcap', plain: eperm, capable: ok },
  { vantage: 'without setcap', plain: eperm, capable: ok },
];

/** The status bar's words for what the program prints. */
const said = new Map([
  [eperm, 'will fail with EPERM'],
  [ok, 'will work'],
]);

const themes: readonly Theme[] = ['light', 'dark', 'high contrast dark', 'high contrast light'];

// Only root can give file capabilities, and a TUN device of its own to the world.
describe.skipIf(personUnderTest() === undefined).each(rows)('$vantage', (row) => {
  const { vantage } = row;
  const { trusted, lacking } = vantageNamed(vantage);
  let workbench: Workbench;
  beforeAll(async () => {
    const { tun } = await buildFixtures();
    workbench = await openWorkbench({
      vantage,
      files: {
        plain: { program: tun },
        capable: { program: tun, capabilities: 'cap_net_admin=ep' },
      },
    });
  });
  afterAll(() => workbench.dispose());

  it('shows whether the workspace is trusted', async () => {
    const restricted = workbench.statusBarItem('Restricted Mode');
    if (trusted) expect(await restricted.count()).toBe(0);
    else await restricted.waitFor();
  });

  it.each(['plain', 'capable'] as const)('tells what happens to the %s program', async (name) => {
    const printed = row[name];
    expect(await workbench.explorerContextMenu(name)).toContain('Check TUN Permissions');
    await workbench.chooseMenuEntry('Check TUN Permissions');
    const verdict = said.get(printed) ?? '?';
    await workbench.statusBarItem(`Capwright, ${name}: Creating a TUN device ${verdict}`).waitFor();

    const report = await workbench.webview();
    await report.getByRole('heading', { name, exact: true }).waitFor();
    await report.getByText(`Creating a TUN device ${verdict}`).first().waitFor();
    await workbench.screenshot(`${vantage} ${name}`);

    await workbench.openViewContainer('Capwright');
    await workbench.treeRows('Program').getByText(name, { exact: true }).waitFor();
    await workbench.treeRows('Program').getByText('Launch paths', { exact: true }).waitFor();

    // In Restricted Mode VS Code opens no terminal.
    if (!trusted) return;
    await workbench.typeInTerminal(`clear; ./${name}`);
    await workbench.terminalLines().getByText(printed, { exact: true }).waitFor();
  });

  /** Makes sure that it is not there, and asks for file capabilities of the plain program. */
  const setWithout = async (tool: string): Promise<void> => {
    await workbench.typeInTerminal(`clear; ls /usr/sbin/${tool}`);
    await workbench.terminalLines().getByText('No such file or directory').waitFor();
    await workbench.explorerContextMenu('plain');
    await workbench.chooseMenuEntry('Check TUN Permissions');
    await workbench.statusBarItem('Capwright, plain: Creating').waitFor();
    await workbench.runCommand('Capwright: Set File Capabilities…');
  };
  const told = (text: string): Promise<void> =>
    workbench.notifications().filter({ hasText: text }).getByText(install).waitFor();

  it.each(lacking.filter((tool) => tool === 'setcap'))(
    'says before anything is asked that %s is missing, and how to install it',
    async (tool) => {
      await setWithout(tool);
      await told(`${tool} is not installed`);
      expect(await workbench.page.getByRole('button', { name: 'Run in Terminal' }).count()).toBe(0);
    },
  );

  it.each(lacking.filter((tool) => tool === 'getcap'))(
    'sets them without %s, and says that it is missing and how to install it',
    async (tool) => {
      await setWithout(tool);
      const dialog = workbench.page.getByRole('dialog').filter({ hasText: 'setcap' });
      await dialog.getByRole('button', { name: 'Run in Terminal' }).click();
      await told('plain has cap_net_admin=ep now.');
      await told(`${tool} is not installed`);
      expect((await execa('getcap', [join(workbench.workspace.path, 'plain')])).stdout).toMatch(
        / cap_net_admin=ep$/,
      );
    },
  );

  // The colours do not depend on who runs the extension host.
  it.each(vantage === 'ordinary' ? themes : [])('follows the theme %s', async (theme) => {
    await workbench.setTheme(theme);
    await workbench.screenshot(`theme ${theme}`);
  });
});
