/**
 * One click gives the program its capabilities: shown, agreed to, run by sudo in the terminal, read
 * back. The judges are getcap(8) and the program itself.
 */
import { copyFile, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFixtures, type Fixtures } from '../../fixtures/build.ts';
import { polkitMissing, startPolkit, type Polkit } from '../../kernel/world/polkit.ts';
import { openWorkbench, personUnderTest, type Workbench } from './workbench.ts';

const set = 'Capwright: Set File Capabilities…';
const check = 'Capwright: Check TUN Permissions';
const select = 'Capwright: Select Program…';
const give = {
  ...{ label: 'give', type: 'capwright', task: 'setcap', problemMatcher: [] },
  program: '${workspaceFolder}/tunnel',
};
const hostile = `-it's "a" $(touch pwned) [b](c) $(bug)`;

// Only root can prepare a user who may use sudo.
describe.skipIf(personUnderTest() === undefined)('file capabilities', () => {
  let workbench: Workbench;
  let fixtures: Fixtures;

  beforeAll(async () => {
    fixtures = await buildFixtures();
    workbench = await openWorkbench({
      files: {
        'src/tun.c': 'int main(void) {}\n',
        '.vscode/tasks.json': JSON.stringify({ version: '2.0.0', tasks: [give] }),
        tunnel: { program: fixtures.tun },
        [hostile]: { program: fixtures.tun },
      },
    });
  });
  afterAll(() => workbench.dispose());

  const path = (name: string): string => join(workbench.workspace.path, name);
  const getcap = async (name: string): Promise<string> => {
    const { stdout } = await execa('getcap', [path(name)]);
    return stdout.slice(path(name).length).trim();
  };
  const verdict = (name: string, words: string): Promise<void> =>
    workbench.statusBarItem(`Capwright, ${name}: Creating a TUN device ${words}`).waitFor();
  const dialog = () => workbench.page.getByRole('dialog').filter({ hasText: 'setcap' });

  it('are missing at first: the palette asks for a program and the panel says why', async () => {
    await workbench.runCommand(check);
    const rows = () => workbench.quickPickRows('Choose the Program to Check');
    await expect.poll(rows).toContain('tunnel');
    expect(await rows()).not.toContain('tun.c');
    await workbench.choose('tunnel');
    await verdict('tunnel', 'will fail with EPERM');
    const report = await workbench.webview();
    await report.getByRole('heading', { name: 'Launcher (cut here)' }).waitFor();
    await report.getByText('is the last that could').waitFor();
  });

  it('are not missed on another launch path: tabs go by the arrow keys', async () => {
    const report = await workbench.webview();
    await report.getByRole('tab', { name: 'Terminal, EPERM' }).press('ArrowRight');
    await report
      .getByRole('tab', { name: 'Debugger (ptrace), EPERM', selected: true })
      .press('ArrowRight');
    await report.getByRole('tab', { name: 'Ambient, allowed', selected: true }).waitFor();
    await report
      .getByText('Creating a TUN device will work when started with ambient capabilities.')
      .waitFor();
    await report.getByRole('tab', { name: 'Ambient, allowed' }).press('Home');
  });

  it('are set after the exact command was shown, and only then', async () => {
    const report = await workbench.webview();
    await report.getByRole('button', { name: 'Run in Terminal: Set file capabilities' }).click();
    const shown = await dialog().innerText();
    expect(shown).toContain('sudo setcap cap_net_admin=ep ');
    await dialog().getByRole('button', { name: 'Cancel' }).click();
    expect(await getcap('tunnel')).toBe('');

    await report.getByRole('button', { name: 'Run in Terminal: Set file capabilities' }).click();
    await dialog().getByRole('button', { name: 'Run in Terminal' }).click();
    await verdict('tunnel', 'will work');
    expect(await getcap('tunnel')).toBe('cap_net_admin=ep');
    await workbench.notifications().getByText('tunnel has cap_net_admin=ep now.').waitFor();
    await workbench.screenshot('file capabilities set');
  });

  it('are undone on request', async () => {
    await workbench.answerNotification('tunnel has cap_net_admin=ep now.', 'Undo');
    await dialog().getByRole('button', { name: 'Run in Terminal' }).click();
    await verdict('tunnel', 'will fail with EPERM');
    expect(await getcap('tunnel')).toBe('');
    await workbench.notifications().getByText('has no file capabilities now').waitFor();
    await workbench.closeNotifications();
  });

  it('are not set on a file that has taken the place of the one that was checked', async () => {
    await workbench.runCommand(set);
    await dialog().waitFor();
    await copyFile(fixtures.tun, path('other'));
    await rename(path('other'), path('tunnel'));
    await dialog().getByRole('button', { name: 'Run in Terminal' }).click();
    await workbench.notifications().getByText('so nothing was run').waitFor();
    expect(await getcap('tunnel')).toBe('');
    await workbench.closeNotifications();
  });

  it('are set on a file whose name means something to shells, tools and Markdown', async () => {
    await workbench.runCommand(select);
    await workbench.choose(hostile);
    await verdict(hostile, 'will fail with EPERM');
    await workbench.runCommand(set);
    await dialog().getByRole('button', { name: 'Run in Terminal' }).click();
    await verdict(hostile, 'will work');
    expect(await getcap(hostile)).toBe('cap_net_admin=ep');
    await workbench.notifications().getByText('has cap_net_admin=ep now.').waitFor();
    await workbench.screenshot('hostile name');
    await workbench.closeNotifications();
  });

  it('are seen to be lost when the program is built again', async () => {
    await copyFile(fixtures.tun, path('rebuilt'));
    await rename(path('rebuilt'), path(hostile));
    await verdict(hostile, 'will fail with EPERM');
  });

  it('are set by a task of the workspace, whose program is named as VS Code names paths', async () => {
    await workbench.runCommand('Tasks: Run Task');
    await workbench.choose('give');
    await expect.poll(() => getcap('tunnel'), { timeout: 20_000 }).toBe('cap_net_admin=ep');
  });

  it('have a page that says how they were lost', async () => {
    await workbench.runCommand('Capwright: Open Report');
    const report = await workbench.webview();
    await report.getByRole('button', { name: 'Explain capabilities-lost-by-replacement' }).click();
    await workbench.page.getByRole('tab', { name: /capabilities-lost-by-replacement/ }).waitFor();
  });
});

describe.skipIf(personUnderTest() === undefined)('file capabilities on a nosuid mount', () => {
  const program = '/srv/nosuid/tunnel';
  let workbench: Workbench;

  beforeAll(async () => {
    const { tun } = await buildFixtures();
    await copyFile(tun, program);
    await execa('setcap', ['cap_net_admin=eip', program]);
    workbench = await openWorkbench({
      files: { 'src/tun.c': 'int main(void) {}\n', 'Cargo.toml': '[package]\nname = "tunnel"\n' },
      settings: { 'capwright.programs': [program] },
    });
  });
  afterAll(() => workbench.dispose());

  it('are cut at the mount, on the program that the settings name', async () => {
    await workbench.runCommand(check);
    const report = await workbench.webview();
    await report.getByRole('heading', { name: 'Mount (cut here)' }).waitFor();
    await report.getByText('/srv/nosuid is mounted nosuid').first().waitFor();
    await workbench.openViewContainer('Capwright');
    await workbench.treeRows('Program').first().waitFor();
    await workbench.screenshot('nosuid');
  });

  it('are not offered as a repair, and it is said why', async () => {
    await workbench.runCommand(set);
    await workbench.notifications().getByText('Setting file capabilities would not help').waitFor();
    expect(await workbench.page.getByRole('dialog').filter({ hasText: 'setcap' }).count()).toBe(0);
  });

  it('cargo is told to build where they count, after a preview', async () => {
    await workbench.answerNotification('would not help', 'Build Elsewhere…');
    const { path } = workbench.workspace;
    await workbench.tickInRefactorPreview('config.toml');
    await workbench.screenshot('build elsewhere');
    await workbench.applyRefactorPreview();
    const file = join(path, '.cargo/config.toml');
    await expect.poll(() => readFile(file, 'utf8').catch(() => '')).toContain('target-dir = "');
    const [, directory = ''] = /target-dir = "(.*)"/.exec(await readFile(file, 'utf8')) ?? [];
    expect(directory).toContain('/capwright-build/');
  });
});

const presets = {
  version: 3,
  configurePresets: [{ name: 'dev', generator: 'Unix Makefiles', binaryDir: '${sourceDir}/build' }],
};

/** What has CMake build elsewhere, and how it is then configured: CMake Tools does it with the setting. */
const builds = [
  {
    by: 'the setting of CMake Tools',
    files: {},
    changed: '.vscode/settings.json',
    written: /"cmake.buildDirectory": "(.*)"/,
    below: '',
    configure: 'cmake -S . -B "$d"',
  },
  {
    by: 'a preset of the user’s',
    files: { 'CMakePresets.json': JSON.stringify(presets) },
    changed: 'CMakeUserPresets.json',
    written: /"binaryDir": "(.*)\/\$\{presetName\}"/,
    below: '/dev-elsewhere',
    configure: 'cmake --preset dev-elsewhere',
  },
];

describe.skipIf(personUnderTest() === undefined).each(builds)(
  'a project of CMake on a nosuid mount, by $by,',
  ({ files, changed, written, below, configure }) => {
    const program = '/srv/nosuid/tunnel';
    let workbench: Workbench;

    beforeAll(async () => {
      await copyFile((await buildFixtures()).tun, program);
      const source = join(import.meta.dirname, '../../fixtures/tun.c');
      workbench = await openWorkbench({
        // CMake itself takes no quotation mark in a path.
        folder: "it's a project",
        files: {
          'tun.c': await readFile(source, 'utf8'),
          'CMakeLists.txt':
            'cmake_minimum_required(VERSION 3.25)\nproject(p C)\nadd_executable(tund tun.c)\n',
          ...files,
        },
        settings: { 'capwright.programs': [program] },
      });
    });
    afterAll(() => workbench.dispose());

    it('is told to build elsewhere, is built there, and its program is found and set to work', async () => {
      await workbench.runCommand(check);
      await workbench.statusBarItem('Capwright, tunnel: Creating a TUN device').waitFor();
      await workbench.openViewContainer('Capwright');
      await workbench.treeRows('Programs').getByText('the settings').waitFor();
      await workbench.runCommand(set);
      await workbench.answerNotification('would not help', 'Build Elsewhere…');
      await workbench.tickInRefactorPreview(changed.split('/').at(-1) ?? changed);
      await workbench.applyRefactorPreview();
      const file = join(workbench.workspace.path, changed);
      const directory = async () => written.exec(await readFile(file, 'utf8').catch(() => ''))?.[1];
      await expect.poll(directory).toContain('/capwright-build/');
      const build = `${(await directory()) ?? ''}${below}`;
      await workbench.typeInTerminal(`d="${build}"; q="$d/.cmake/api/v1/query"; mkdir -p "$q"`);
      await workbench.typeInTerminal(`touch "$q/codemodel-v2"; ${configure}`);
      await workbench.typeInTerminal('cmake --build "$d"');
      const row = workbench.treeRows('Programs').getByText('CMake target “tund”');
      await row.waitFor();
      await row.click();
      const item = (words: string) => workbench.statusBarItem(`Capwright, tund: ${words}`);
      await item('Creating a TUN device will fail with EPERM').waitFor();
      await workbench.runCommand(set);
      const dialog = workbench.page.getByRole('dialog').filter({ hasText: 'setcap' });
      await dialog.getByRole('button', { name: 'Run in Terminal' }).click();
      await item('Creating a TUN device will work').waitFor();
    });
  },
);

const polkitIsMissing = await polkitMissing();

describe.skipIf(personUnderTest() === undefined || polkitIsMissing !== null)(
  `file capabilities where polkit asks${polkitIsMissing === null ? '' : `: ${polkitIsMissing}`}`,
  () => {
    let polkit: Polkit;
    let workbench: Workbench;
    beforeAll(async () => {
      polkit = await startPolkit({ name: personUnderTest()?.name ?? '' });
      workbench = await openWorkbench({
        files: { tunnel: { program: (await buildFixtures()).tun } },
        settings: { 'capwright.programs': ['tunnel'] },
        machineSettings: { 'capwright.elevation': 'pkexec' },
      });
    });
    afterAll(async () => {
      await workbench.dispose();
      await polkit.dispose();
    });

    it('are set and removed by pkexec in the terminal', async () => {
      const item = (words: string) =>
        workbench.statusBarItem(`Capwright, tunnel: Creating a TUN device will ${words}`);
      const dialog = workbench.page.getByRole('dialog').filter({ hasText: 'setcap' });
      await workbench.runCommand('Capwright: Check Again');
      await item('fail with EPERM').waitFor();
      await workbench.runCommand(set);
      await dialog.waitFor();
      expect(await dialog.innerText()).toContain('pkexec /usr/sbin/setcap cap_net_admin=ep ');
      await dialog.getByRole('button', { name: 'Run in Terminal' }).click();
      await item('work').waitFor();
      await workbench.answerNotification('tunnel has cap_net_admin=ep now.', 'Undo');
      await dialog.getByRole('button', { name: 'Run in Terminal' }).click();
      await item('fail with EPERM').waitFor();
    });
  },
);
