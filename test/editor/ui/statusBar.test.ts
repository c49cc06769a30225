/** The status bar follows the program: what it says, offers, and how soon after the linker it says it. */
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFixtures } from '../../fixtures/build.ts';
import { openWorkbench, personUnderTest, type Workbench } from './workbench.ts';

const person = personUnderTest();
/** An extension of this kind brings debuggers that F5 would choose for their languages. */
const debuggers = {
  ...{ name: 'debuggers', publisher: 'stand-in', version: '1.0.0' },
  engines: { vscode: '^1.101.0' },
  contributes: { debuggers: [{ type: 'other', label: 'Other', languages: ['go', 'objective-c'] }] },
};
const works = 'Creating a TUN device will work when started from the terminal';
const fails = 'Creating a TUN device will fail with EPERM when started from the terminal';

// Only root can give file capabilities.
describe.skipIf(person === undefined)('the status bar', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    const source = join(import.meta.dirname, '../../fixtures/tun.c');
    workbench = await openWorkbench({
      files: { 'src/tun.c': await readFile(source, 'utf8'), 'build/notes.txt': '' },
      settings: { 'capwright.programs': ['build/tunnel'] },
    });
    await link('bfd');
    await setcap();
  });
  afterAll(() => workbench.dispose());

  const program = (): string => join(workbench.workspace.path, 'build/tunnel');
  const setcap = () => execa('setcap', ['cap_net_admin=ep', program()]);
  /** As the person does it, in the real way: compiler and linker. */
  const link = async (linker: 'bfd' | 'gold'): Promise<void> => {
    const { uid, gid } = person ?? { uid: 0, gid: 0 };
    const identity = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups'];
    const source = join(workbench.workspace.path, 'src/tun.c');
    const cc = ['cc', `-fuse-ld=${linker}`, '-o', program(), source];
    await execa('setpriv', [...identity, '--', ...cc]);
  };
  const item = (words: string) => workbench.statusBarItem(`Capwright, tunnel: ${words}`);

  const shown = async (words: string) => plain(await item(words).innerText());

  it('says at once how the terminal and F5 will start the program', async () => {
    await workbench.runCommand('Capwright: Check Again');
    await item(works).waitFor();
    // No other debugger is installed for its language, so F5 takes ours where nothing is configured.
    const spoken = await item(works).getAttribute('aria-label');
    expect(spoken).toContain(
      'Creating a TUN device will work when started under a debugger with ambient',
    );
    expect(await shown(works)).toBe('tunnel: allowed');
  });

  it('judges F5 by the configuration that starts the program', async () => {
    const program = '${workspaceFolder}/build/tunnel';
    const configure = (type: string, more = {}) => {
      const configuration = { type, name: 'tunnel', request: 'launch', program, ...more };
      const text = JSON.stringify({ configurations: [configuration] });
      return workbench.workspace.write('.vscode/launch.json', text);
    };
    await configure('capwright');
    await item('Creating a TUN device will work when started from the terminal')
      .and(workbench.statusBarItem('will work when started under a debugger with ambient'))
      .waitFor();
    expect(await shown(works)).toBe('tunnel: allowed');
    await configure('capwright', { with: 'sandbox' });
    await item(works).and(workbench.statusBarItem('will work when started in a sandbox')).waitFor();
    await configure('cppdbg');
    const traced = 'will fail with EPERM when started under a debugger.';
    await item(works).and(workbench.statusBarItem(traced)).waitFor();
    expect(await shown(works)).toBe('tunnel: terminal allowed, F5 EPERM');
  });

  it('has the verdict of every launch path in its tooltip, and what can be done', async () => {
    const tooltip = workbench.tooltip();
    await workbench.pointAt(item(works), tooltip.getByText('Terminal: allowed'));
    const text = plain(await tooltip.innerText());
    for (const line of ['Debugger (ptrace): EPERM', 'Ambient: allowed', 'Sandbox: allowed']) {
      expect(text).toContain(line);
    }
    await workbench.screenshot('status bar');
    await tooltip.getByRole('link', { name: 'Open Report' }).click();
    const report = await workbench.webview();
    await report.getByRole('tab', { name: 'Terminal, allowed' }).waitFor();
  });

  it.each(['bfd', 'gold'] as const)('changes when %s has linked it again', async (linker) => {
    await setcap();
    await item(works).waitFor();
    const time = workbench.timeOfStatusBarItem(fails);
    await link(linker);
    const { ctimeMs } = await stat(program());
    const late = (await time) - ctimeMs;
    console.log(`status bar: ${late.toFixed(0)} ms after ${linker} had closed the program`);
    await item(fails).waitFor();
    expect(await shown(fails)).toBe('tunnel: EPERM');
  });

  it('changes when the folder of the program is removed and made again', async () => {
    await execa('mv', [join(workbench.workspace.path, 'build'), `${workbench.workspace.path}/old`]);
    await item('').and(workbench.statusBarItem('does not exist')).waitFor();
    await execa('mv', [join(workbench.workspace.path, 'old'), `${workbench.workspace.path}/build`]);
    await item(fails).waitFor();
  });
});

// Only root can give file capabilities.
describe.skipIf(person === undefined)('the status bar beside debuggers of other languages', () => {
  let workbench: Workbench;
  let extension: string;
  beforeAll(async () => {
    extension = await mkdtemp(join(tmpdir(), 'capwright-debuggers-'));
    await chmod(extension, 0o755);
    await writeFile(join(extension, 'package.json'), JSON.stringify(debuggers));
    const { tun } = await buildFixtures();
    const capable = { program: tun, capabilities: 'cap_net_admin=ep' };
    workbench = await openWorkbench({
      files: { tunnel: capable, gopher: { program: tun }, 'a.c': '', 'b.m': '@interface B' },
      otherExtensions: [extension],
      settings: { 'capwright.programs': ['tunnel'] },
    });
    // By this section a program of Go's linker is told.
    const gopher = join(workbench.workspace.path, 'gopher');
    await execa('objcopy', ['--add-section', '.go.buildinfo=/etc/hostname', gopher]);
    await execa('setcap', ['cap_net_admin=ep', gopher]);
    await workbench.runCommand('Capwright: Check Again');
  });
  afterAll(async () => {
    await workbench.dispose();
    await rm(extension, { recursive: true });
  });

  const f5 = async (name: string, verdict: 'works' | 'fails'): Promise<void> => {
    const words = {
      works: 'will work when started under a debugger with ambient',
      fails: 'will fail with EPERM when started under a debugger.',
    };
    const item = workbench.statusBarItem(`Capwright, ${name}: ${works}`);
    await item.and(workbench.statusBarItem(words[verdict])).waitFor();
  };

  it('takes F5 for ours where none of theirs is for C', async () => {
    await f5('tunnel', 'works');
  });

  it('goes by the source in front, where the program does not tell what it was written in', async () => {
    await workbench.openFile('b.m');
    await f5('tunnel', 'fails');
    await workbench.openFile('a.c');
    await f5('tunnel', 'works');
  });

  it('takes F5 for theirs where the program is of their language', async () => {
    await workbench.explorerContextMenu('gopher');
    await workbench.chooseMenuEntry('Check TUN Permissions');
    await f5('gopher', 'fails');
  });
});

// Only root can give file capabilities.
describe.skipIf(person === undefined)('the status bar of a program that needs other things', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await openWorkbench({
      files: { probe: { program: '/bin/sleep' }, 'systemd/notes.txt': '' },
      settings: { 'capwright.programs': ['probe'] },
    });
    await workbench.runCommand('Capwright: Check Again');
  });
  afterAll(() => workbench.dispose());

  const item = (words: string) => workbench.statusBarItem(`Capwright, probe: ${words}`);
  const fromTerminal = 'will fail with EPERM when started from the terminal';
  const program = (): string => join(workbench.workspace.path, 'probe');
  const needsRow = (words: string) =>
    workbench.treeRows('Programs').and(workbench.page.getByRole('treeitem', { name: words }));

  it('takes a TUN device for what it needs, as long as nothing says otherwise', async () => {
    await item(`Creating a TUN device ${fromTerminal}`).waitFor();
  });

  it('judges it by what a unit of the workspace wants for it', async () => {
    const text = '[Service]\n# capwright: wants netlink.write\nExecStart=/usr/sbin/probe\n';
    await workbench.workspace.write('systemd/probe.service', text);
    await item(`Changing links, addresses and routes ${fromTerminal}`).waitFor();
  });

  it('judges it by what its launch configuration gives it', async () => {
    const path = '${workspaceFolder}/probe';
    const start = { name: 'Probe', type: 'capwright', request: 'launch', program: path };
    const configurations = [{ ...start, capabilities: ['cap_net_raw'] }];
    await workbench.workspace.write('.vscode/launch.json', JSON.stringify({ configurations }));
    await item(`Opening a raw IP socket ${fromTerminal}`).waitFor();
    await workbench.openViewContainer('Capwright');
    const row = workbench.page.getByRole('treeitem', { name: /^probe, selected/ });
    await workbench.expandRow(row);
    const told =
      'Opening a raw IP socket, Opening a packet socket, by launch configuration “Probe”';
    await needsRow(`Needs: ${told}`).waitFor();
    await needsRow('Terminal: Opening a raw IP socket will fail').waitFor();
    // The findings are about that, with the repairs inline.
    const repair = needsRow('Set file capabilities').first();
    await workbench.pointAt(repair, repair.getByRole('button', { name: 'Run Repair' }));
    await workbench.pointAt(item(''), workbench.tooltip().getByText(`Needs: ${told}`));
  });

  it('changes when the file gets what is needed, and no sooner', async () => {
    await execa('setcap', ['cap_net_admin=ep', program()]);
    await needsRow('File capabilities: cap_net_admin=ep').waitFor();
    await item(`Opening a raw IP socket ${fromTerminal}`).waitFor();
    const time = workbench.timeOfStatusBarItem('Opening a raw IP socket will work');
    await execa('setcap', ['cap_net_raw=ep', program()]);
    const late = (await time) - (await stat(program())).ctimeMs;
    console.log(`status bar: ${late.toFixed(0)} ms after setcap had given it what it needs`);
  });

  it('judges it by the worst of what the settings list', async () => {
    await workbench.changeSettings({ 'capwright.operations': ['socket.packet', 'netlink.write'] });
    await item(`Changing links, addresses and routes ${fromTerminal}`).waitFor();
  });

  it('judges it by what the file has where nobody says anything', async () => {
    await workbench.changeSettings({ 'capwright.operations': [] });
    await workbench.workspace.write('.vscode/launch.json', '{"configurations": []}');
    await workbench.workspace.write('systemd/probe.service', '[Service]\n');
    await needsRow('by its file capabilities').waitFor();
    await item('Opening a raw IP socket will work').waitFor();
  });

  it('goes by no program where the setting is no list of paths', async () => {
    for (const wrong of ['probe', [7, '', null]]) {
      await workbench.changeSettings({ 'capwright.programs': wrong });
      await item('').waitFor({ state: 'detached' });
      await workbench.changeSettings({ 'capwright.programs': ['probe'] });
      await item('').waitFor();
    }
  });
});

/** VS Code keeps blanks together, also those beside icons. */
function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ').trim();
}
