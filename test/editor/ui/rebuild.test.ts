/** A real build takes the capabilities away: that is told once, and answered as the user chose. */
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launcherPath } from '../../../extension/app/launcher/launcherInstallation.ts';
import { openWorkbench, personUnderTest, type Workbench } from './workbench.ts';

const person = personUnderTest();
const net = 'cap_net_admin=ep';
const lost = `build/tunnel was built again and has lost ${net}.`;
const works = 'Capwright, tunnel: Creating a TUN device will work when started from the terminal';
const fails = 'Capwright, tunnel: Creating a TUN device will fail with EPERM when started from';

/** A workbench whose program was built, given its capabilities and checked. */
class Project {
  readonly workbench: Workbench;

  constructor(workbench: Workbench) {
    this.workbench = workbench;
  }

  static async open(settings: Readonly<Record<string, unknown>>): Promise<Project> {
    const source = join(import.meta.dirname, '../../fixtures/tun.c');
    const files = { 'src/tun.c': await readFile(source, 'utf8'), 'build/notes.txt': '' };
    const named = { 'capwright.programs': ['build/tunnel'], ...settings };
    const project = new Project(await openWorkbench({ files, settings: named }));
    await project.build();
    await project.setcap();
    await project.workbench.runCommand('Capwright: Check Again');
    await project.workbench.statusBarItem(works).waitFor();
    return project;
  }

  get program(): string {
    return join(this.workbench.workspace.path, 'build/tunnel');
  }

  async build(): Promise<void> {
    const source = join(this.workbench.workspace.path, 'src/tun.c');
    await this.#asPerson('cc', '-o', this.program, source);
  }

  /** As a linker does that has to wait for the disk, with what it has so far being a program. */
  async buildInPieces(): Promise<void> {
    const copy = `${this.program}.copy`;
    await execa('cp', [this.program, copy]);
    const pieces = 'head -c 8192 "$1" >"$2"; sleep 0.4; tail -c +8193 "$1" >>"$2"';
    await this.#asPerson('sh', '-c', pieces, 'sh', copy, this.program);
    await rm(copy);
  }

  async setcap(): Promise<void> {
    await execa('setcap', [net, this.program]);
  }

  async getcap(): Promise<string> {
    const { stdout } = await execa('getcap', [this.program]);
    return stdout.slice(this.program.length).trim();
  }

  async #asPerson(...argv: readonly string[]): Promise<void> {
    const { uid, gid } = person ?? { uid: 0, gid: 0 };
    const identity = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups'];
    await execa('setpriv', [...identity, '--', ...argv]);
  }
}

// Only root can give file capabilities, and prepare a user who may use sudo.
describe.skipIf(person === undefined)('a rebuild', () => {
  describe('that is told', () => {
    let project: Project;
    beforeAll(async () => {
      project = await Project.open({});
    });
    afterAll(() => project.workbench.dispose());
    const told = () => project.workbench.notifications().getByText(lost);

    it('is told at once, and once', async () => {
      await project.build();
      await told().waitFor();
      await project.workbench.screenshot('rebuild');
      await project.build();
      await project.workbench.runCommand('Capwright: Check Again');
      await project.workbench.statusBarItem(fails).waitFor();
      expect(await told().count()).toBe(1);
    });

    it('is repaired on request, though it was built once more meanwhile', async () => {
      await project.workbench.answerNotification(lost, 'Set Again…');
      const dialog = project.workbench.page.getByRole('dialog').filter({ hasText: 'setcap' });
      expect(await dialog.innerText()).toContain(`sudo setcap ${net} `);
      await dialog.getByRole('button', { name: 'Run in Terminal' }).click();
      await project.workbench.statusBarItem(works).waitFor();
      expect(await project.getcap()).toBe(net);
    });

    it('is told again when they are lost again', async () => {
      await project.workbench.closeNotifications();
      await project.build();
      await told().waitFor();
    });
  });

  describe('that is answered by a setting that says nothing that is known', () => {
    let project: Project;
    beforeAll(async () => {
      project = await Project.open({ 'capwright.onRebuild': 'tell' });
    });
    afterAll(() => project.workbench.dispose());

    it('is told, as where nothing is set', async () => {
      await project.build();
      await project.workbench.notifications().getByText(lost).waitFor();
    });
  });

  describe('after which setcap is to run', () => {
    let project: Project;
    beforeAll(async () => {
      project = await Project.open({ 'capwright.onRebuild': 'setcap' });
    });
    afterAll(() => project.workbench.dispose());

    it.each(['build', 'build', 'buildInPieces'] as const)(
      'leaves the program with its capabilities: %s',
      async (build) => {
        const { workbench } = project;
        await project[build]();
        await workbench.notifications().getByText(`build/tunnel has ${net} now.`).waitFor();
        await expect.poll(() => project.getcap()).toBe(net);
        await workbench.statusBarItem(works).waitFor();
        await workbench.closeNotifications();
      },
    );
  });

  describe('of a program that is run through the launcher', () => {
    const launcher = launcherPath(person?.uid ?? 0);
    let project: Project;
    beforeAll(async () => {
      project = await Project.open({ 'capwright.onRebuild': 'launcher' });
    });
    afterAll(async () => {
      await project.workbench.dispose();
      await rm(dirname(launcher), { recursive: true, force: true });
    });

    it('leads to the launcher, which makes it work without any', async () => {
      const { workbench } = project;
      await project.build();
      await workbench.notifications().getByText('A launcher that is installed once').waitFor();
      await workbench.closeNotifications();
      await workbench.runCommand('Capwright: Install Launcher…');
      const dialog = workbench.page.getByRole('dialog').filter({ hasText: 'setcap' });
      await dialog.getByRole('button', { name: 'Run in Terminal' }).click();
      await workbench.notifications().getByText('gives you cap_net_admin now').waitFor();
      await workbench.closeNotifications();

      await project.setcap();
      await workbench.statusBarItem(works).waitFor();
      await project.build();
      await workbench.answerNotification(
        'Through the launcher it needs none',
        'Run Through Launcher',
      );
      await workbench.terminalLines().getByText('ok tun').waitFor();
      expect(await project.getcap()).toBe('');
    });
  });

  describe('that nobody wants to hear of', () => {
    let project: Project;
    beforeAll(async () => {
      project = await Project.open({ 'capwright.onRebuild': 'nothing' });
    });
    afterAll(() => project.workbench.dispose());

    it('changes the status bar and nothing else', async () => {
      await project.build();
      await project.workbench.statusBarItem(fails).waitFor();
      await project.workbench.runCommand('Capwright: Check Again');
      const told = project.workbench.notifications().filter({ hasText: 'tunnel' });
      expect(await told.allInnerTexts()).toEqual([]);
      expect(await project.getcap()).toBe('');
    });
  });
});
