/** The views beside the program: this session, the TUN devices, the units. Each follows what it shows. */
import { appendFile, cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFixtures } from '../../fixtures/build.ts';
import { openWorkbench, personUnderTest, type Workbench } from './workbench.ts';

const person = personUnderTest();

const unit = (lines: string): string =>
  `[Service]\n# capwright: wants tun.create\nExecStart=/usr/bin/true\n${lines}`;

// Only root can make devices, groups, and a user for the editor.
describe.skipIf(person === undefined)('the views', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await openWorkbench({
      vantage: 'no_new_privs',
      files: {
        tunnel: { program: (await buildFixtures()).tun },
        'systemd/works.service': unit('User=root\n'),
        'systemd/fails.service': unit('User=daemon\nPrivateDevices=yes\n'),
        'notes.txt': '',
      },
      settings: { 'capwright.programs': ['tunnel'] },
    });
    await workbench.openViewContainer('Capwright');
  });
  afterAll(() => workbench.dispose());

  const row = (view: string, name: string | RegExp) =>
    workbench.treeRows(view).and(workbench.page.getByRole('treeitem', { name }));

  it('have the verdict of every operation on a launch path', async () => {
    await workbench.runCommand('Capwright: Check Again');
    const terminal = row('Program', 'Creating a TUN device will fail with EPERM when started from');
    await workbench.expandRow(terminal);
    const others = row('Program', 'Other operations');
    await workbench.expandRow(others);
    await row('Program', 'Opening a packet socket will fail with EPERM').first().waitFor();
    await row('Program', 'Opening a ping socket will fail with EACCES').first().waitFor();
  });

  it('say what the session withholds from what it starts', async () => {
    await workbench.openView('This Session');
    await row('This Session', 'no_new_privs: set. File capabilities').first().waitFor();
    await row('This Session', 'User namespace: the initial one').first().waitFor();
    await row('This Session', 'Bounding set: ').first().waitFor();
    await row('This Session', 'no_new_privs: set. File capabilities').first().click();
    const network = /^Network namespace: \d+\. Its devices and routes are seen by what is started/;
    await workbench.goDownTo(row('This Session', network).first());
    await workbench.goDownTo(row('This Session', /^Mount namespace: \d+/).first());
    await workbench.typeInTerminal('echo a terminal');
    // Of the shell that is active now, beside the extension host.
    await expect.poll(() => row('This Session', 'no_new_privs: set').count()).toBe(2);
  });

  it('say which groups came after the session had begun', async () => {
    const before = await readFile('/etc/group', 'utf8');
    try {
      await appendFile('/etc/group', `latecomers:x:4242:${person?.name ?? ''}\n`);
      await row('This Session', 'Groups it lacks: latecomers').first().waitFor();
    } finally {
      await writeFile('/etc/group', before);
    }
    await row('This Session', 'Groups it lacks').first().waitFor({ state: 'detached' });
  });

  it('list TUN devices that come and go, with whose they are', async () => {
    await workbench.openView('TUN Devices');
    await workbench.page.getByText('There is no TUN or TAP device').waitFor();
    const device = ['dev', 'capwright7', 'mode', 'tap'];
    const group = ['group', String(person?.gid), 'multi_queue'];
    const owner = ['user', String(person?.uid), ...group];
    await execa('ip', ['tuntap', 'add', ...device, ...owner]);
    try {
      const named = row('TUN Devices', `capwright7, TAP, Owner: ${person?.name ?? ''}`);
      await named.waitFor();
      const spoken = await named.getAttribute('aria-label');
      expect(spoken).toContain('free, down');
      await workbench.expandRow(named);
      await row('TUN Devices', /^Group: /).waitFor();
      expect(spoken).toContain('IFF_TAP IFF_NO_PI IFF_MULTI_QUEUE IFF_PERSIST');
      await execa('ip', ['link', 'set', 'capwright7', 'up']);
      await row('TUN Devices', /^capwright7, .*free, up/).waitFor();
      await workbench.screenshot('tree');
    } finally {
      await execa('ip', ['link', 'delete', 'capwright7']);
    }
    await workbench.page.getByText('There is no TUN or TAP device').waitFor();
  });

  it('list the units of folders that are put there whole, and of none that went', async () => {
    await workbench.openView('Units in the Workspace');
    const units = 'Units in the Workspace';
    const { path } = workbench.workspace;
    const copied = row(units, 'fails.service: starts · tun.create ').nth(1);
    await cp(join(path, 'systemd'), join(path, 'copied/here'), { recursive: true });
    await copied.waitFor();
    await rm(join(path, 'copied'), { recursive: true });
    await copied.waitFor({ state: 'detached' });
  });

  it('list the units of the workspace with what becomes of them, as they are changed', async () => {
    await workbench.openView('Units in the Workspace');
    const units = 'Units in the Workspace';
    await row(units, 'works.service: starts · tun.create allowed').waitFor();
    const fails = row(units, 'fails.service: starts · tun.create ');
    await fails.waitFor();
    expect(await fails.getAttribute('aria-label')).not.toContain('allowed');
    await workbench.workspace.write('systemd/fails.service', unit('User=root\n'));
    await row(units, 'fails.service: starts · tun.create allowed').waitFor();
    const forUsers = unit('AmbientCapabilities=CAP_NET_ADMIN\n');
    await workbench.workspace.write('systemd/user/new.service', forUsers);
    await row(units, 'new.service: does not start: 218/CAPABILITIES').waitFor();
    await row(units, 'works.service: ').first().click();
    await workbench.page.getByRole('tab', { name: 'works.service' }).waitFor();
  });
});
