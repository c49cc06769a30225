/**
 * Another extension's debugger by ptrace (gdbExtension/build.ts says which), on a program with file capabilities:
 * the warning foretells what plain debugging then shows, and both ways to ambient capabilities mend it.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CAP_NET_ADMIN } from '../../../extension/model/capability.ts';
import { setOf } from '../../../extension/model/capabilitySet.ts';
import { buildGdbExtension } from '../gdbExtension/build.ts';
import {
  expectNoHolder,
  holding,
  isNobody,
  launchFile,
  launchText,
  lineWith,
  openDebuggingBench,
  uid,
  type DebuggingBench,
} from './debuggingBench.ts';
import type { Workbench } from './workbench.ts';

const source = await readFile(join(import.meta.dirname, '../../fixtures/tun.c'), 'utf8');
const made = lineWith(source, 'printf("ok');
const refused = lineWith(source, 'return 1;');

const gdb = { type: 'gdb', request: 'launch', cwd: '${workspaceFolder}' };
const configurations = [
  { name: 'capable', ...gdb, program: '${workspaceFolder}/tunnel' },
  { name: 'with others', ...gdb, program: '${workspaceFolder}/raw' },
  { name: 'native', ...gdb, type: 'cppdbg', program: '${workspaceFolder}/other' },
];

// Only root can give files capabilities, too.
describe.skipIf(isNobody)('a debugger by ptrace', () => {
  let workbench: Workbench;
  let bench: DebuggingBench;
  let extension: string;

  beforeAll(async () => {
    extension = await mkdtemp(join(tmpdir(), 'capwright-gdb-'));
    await buildGdbExtension(extension);
    bench = await openDebuggingBench({
      // The library does not quote paths.
      folder: 'tunnel',
      otherExtensions: [extension],
      files: { 'tunnel.c': source },
      configurations,
      capabilities: setOf(CAP_NET_ADMIN),
    });
    workbench = bench.workbench;
    const { path } = workbench.workspace;
    for (const [name, capabilities] of [
      ['tunnel', 'cap_net_admin=ep'],
      ['other', 'cap_net_admin=ep'],
      ['raw', 'cap_net_raw=ep'],
    ] as const) {
      await execa('cc', ['-g', '-O0', '-o', name, 'tunnel.c'], { cwd: path });
      await execa('setcap', [capabilities, name], { cwd: path });
    }
    await workbench.setBreakpoint('tunnel.c', made);
    await workbench.setBreakpoint('tunnel.c', refused);
  });
  afterAll(async () => {
    await bench.dispose();
    await rm(extension, { recursive: true });
  });
  const endSession = async (): Promise<void> => {
    const { page } = workbench;
    // The library answers to `terminate` and does nothing: asked once more, VS Code disconnects it.
    const stop = async (): Promise<boolean> => {
      await page.keyboard.press('Shift+F5');
      return page.locator('.debug-toolbar').isVisible();
    };
    await expect.poll(stop, { interval: 1_000, timeout: 30_000 }).toBe(false);
    await expectNoHolder();
  };
  afterEach(endSession);

  const dialog = () =>
    workbench.page.getByRole('dialog').filter({ hasText: 'has file capabilities' });

  const answer = async (button: string, program = 'tunnel'): Promise<void> => {
    const text = await dialog().innerText();
    expect(text).toContain(`${program} has file capabilities (cap_net_admin=ep)`);
    expect(text).toContain('Under a debugger the kernel withholds them');
    expect(text).toContain('LD_LIBRARY_PATH');
    await dialog().getByRole('button', { name: button }).click();
  };

  it('starts the program without them, as the warning says', async () => {
    await workbench.startDebugging('capable');
    await answer('Debug Anyway');
    await workbench.stoppedAt(refused);
    expect(await holding()).toEqual([]);
  });

  it('starts it with ambient ones, where the warning was answered so', async () => {
    await workbench.startDebugging('capable');
    await answer('Debug With Ambient Capabilities');
    await workbench.stoppedAt(made);
    expect(await holding()).toEqual(['gdb', 'tunnel']);
    const line = await workbench.debugConsoleLine('holds cap_net_admin');
    expect(await line.innerText()).toContain(
      `runs as user ${uid} and holds cap_net_admin, as foretold.`,
    );
  });

  it('is refused where the file would take the ambient ones away', async () => {
    await workbench.changeSettings({ 'capwright.capabilities': ['cap_net_admin'] });
    const shed = {
      ...{ name: 'shed', type: 'capwright', request: 'launch', capabilities: ['net_admin'] },
      base: { ...gdb, program: '${workspaceFolder}/raw' },
    };
    await workbench.workspace.write(launchFile, launchText([shed, ...configurations]));
    await workbench.startDebugging('shed');
    await workbench.notifications().getByText('would lose its ambient capabilities').waitFor();
    await workbench.closeNotifications();
  });

  it('starts it with ambient ones once launch.json was rewritten by a click', async () => {
    await workbench.workspace.write(launchFile, launchText(configurations));
    await workbench.openFile(launchFile);
    await workbench.page
      .locator('.codelens-decoration')
      .getByText('Debugging this drops its file capabilities: use ambient capabilities')
      .first()
      .click();
    await workbench.tickInRefactorPreview('launch.json');
    await workbench.applyRefactorPreview();
    await workbench.runCommand('File: Save');
    await workbench.startDebugging('capable');
    await workbench.stoppedAt(made);
    expect(await holding()).toEqual(['gdb', 'tunnel']);
  });

  describe('of type cppdbg', () => {
    const withoutAny = async (): Promise<void> => {
      await workbench.stoppedAt(refused);
      expect(await holding()).toEqual([]);
    };

    it('is asked about before it starts, and does not where nobody wants it', async () => {
      await workbench.startDebugging('native');
      await answer('Cancel', 'other');
      expect(await workbench.page.locator('.debug-toolbar').isVisible()).toBe(false);
      expect(await holding()).toEqual([]);
    });

    it('is asked about once a session, however the answer was before', async () => {
      await workbench.startDebugging('native');
      await answer('Debug Anyway', 'other');
      await withoutAny();
      expect(await dialog().count()).toBe(0);
    });

    it('has ambient ones by the key of its extension, where that is the answer', async () => {
      await workbench.startDebugging('native');
      await answer('Debug With Ambient Capabilities', 'other');
      await workbench.stoppedAt(made);
      expect(await holding()).toEqual(['gdb', 'other']);
    });

    it('is not asked about again where that is the answer, also in a new window', async () => {
      await workbench.startDebugging('native');
      await answer('Don’t Ask for This Program', 'other');
      await withoutAny();
      await endSession();
      await workbench.page.reload();
      await workbench.startDebugging('native');
      await withoutAny();
      expect(await dialog().count()).toBe(0);
    });

    it('is asked about for another program', async () => {
      await workbench.startDebugging('with others');
      await dialog().getByText('raw has file capabilities (cap_net_raw=ep)').waitFor();
      await dialog().getByRole('button', { name: 'Cancel' }).click();
    });
  });
});
