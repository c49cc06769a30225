/** launch.json, and a workspace file, tells what debugging will cost a program, and mends it by a click, after a preview. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkbench, personUnderTest, type Workbench } from './workbench.ts';

const tunnel = `{
      "name": "tunnel",
      "type": "cppdbg", // by the C/C++ extension
      "request": "launch",
      "program": "\${workspaceFolder}/build/tunnel"
    }`;
const launch = `{
  // of the team
  "version": "0.2.0",
  "configurations": [
    ${tunnel},
    {
      "name": "relay",
      "type": "gdb",
      "request": "launch",
      "program": "plain"
    },
    {
      "name": "script",
      "type": "node",
      "request": "launch",
      "program": "\${workspaceFolder}/index.js",
      "runtimeExecutable": "\${workspaceFolder}/build/node"
    }
  ]
}
`;
const inWorkspace = `{
        "name": "team",
        "type": "cppdbg",
        "request": "launch",
        "program": "\${workspaceFolder}/build/tunnel"
      }`;
const workspaceFile = `{
  // For everybody
  "folders": [{ "path": "." }],
  "launch": {
    "version": "0.2.0",
    "configurations": [
      ${inWorkspace}
    ]
  }
}
`;
const drops = 'Debugging this drops its file capabilities: use ambient capabilities';

// Only root can give a file capabilities.
describe.skipIf(personUnderTest() === undefined)('launch.json', () => {
  let workbench: Workbench;

  beforeAll(async () => {
    workbench = await openWorkbench({
      files: {
        '.vscode/launch.json': launch,
        'team.code-workspace': workspaceFile,
        'build/tunnel': { program: '/bin/true', capabilities: 'cap_net_admin,cap_net_raw=ep' },
        'build/node': { program: process.execPath, capabilities: 'cap_net_raw=ep' },
        plain: { program: '/bin/true' },
        'index.js': '',
      },
      settings: { 'files.autoSave': 'off' },
    });
    await workbench.page.setViewportSize({ width: 1400, height: 1400 });
  });
  afterAll(() => workbench.dispose());

  const lenses = () => workbench.page.locator('.codelens-decoration');
  const saved = (): Promise<string> =>
    readFile(join(workbench.workspace.path, '.vscode/launch.json'), 'utf8');

  it('has a remark on each configuration that loses capabilities, and on no other', async () => {
    await workbench.openFile('.vscode/launch.json');
    await lenses().getByText(drops).waitFor();
    await lenses().getByText('suffers from file capabilities: remove those of node').waitFor();
    expect(await lenses().getByText('file capabilities').count()).toBe(2);
    await workbench.runCommand('View: Toggle Problems');
    const problems = workbench.page.locator('.markers-panel');
    await problems
      .getByText('tunnel has file capabilities (cap_net_admin,cap_net_raw=ep). Under a debugger')
      .waitFor();
    await problems.getByText('Breakpoints will never bind').waitFor();
    await workbench.screenshot('launch file');
    await workbench.runCommand('View: Toggle Problems');
  });

  it('is rewritten by a click on the lens, which changes nothing but that configuration', async () => {
    const lens = lenses().getByText(drops);
    await workbench.pressLens(lens, workbench.refactorPreview('launch.json'));
    await workbench.tickInRefactorPreview('launch.json');
    expect(await saved()).toBe(launch);
    await workbench.applyRefactorPreview();
    await lenses().getByText(drops).waitFor({ state: 'detached' });
    await workbench.runCommand('File: Save');
    const rewritten = `{
      "name": "tunnel",
      "type": "capwright",
      "request": "launch",
      "capabilities": ["cap_net_admin", "cap_net_raw"],
      "base": {
        "type": "cppdbg", // by the C/C++ extension
        "request": "launch",
        "program": "\${workspaceFolder}/build/tunnel"
      }
    }`;
    await expect.poll(saved).toBe(launch.replace(tunnel, () => rewritten));
  });

  it('is followed while it is typed in, and offers the same as a quick fix', async () => {
    const { page } = workbench;
    await page.locator('.view-line').getByText('"plain"').dblclick();
    await page.keyboard.type('build/tunnel');
    await lenses().getByText(drops).waitFor();
    await page.locator('.squiggly-warning').first().waitFor();
    await page.keyboard.press('Control+.');
    const menu = page.locator('.action-widget');
    await menu.getByText(drops).click();
    await workbench.tickInRefactorPreview('launch.json');
    await workbench.applyRefactorPreview();
    await lenses().getByText(drops).waitFor({ state: 'detached' });
    // Until it is saved, all of that was about a text that is on no disk.
    expect(await saved()).toContain('"program": "plain"');
    await workbench.runCommand('File: Save');
    await expect.poll(saved).toContain('        "program": "build/tunnel"\n      }\n    },');
  });

  it('is told and mended in a workspace file as well', async () => {
    const { page } = workbench;
    await workbench.runCommand('View: Close All Editors');
    await workbench.openFile('team.code-workspace');
    await lenses().getByText(drops).waitFor();
    expect(await lenses().getByText('file capabilities').count()).toBe(1);
    const preview = workbench.refactorPreview('team.code-workspace');
    await workbench.pressLens(lenses().getByText(drops), preview);
    await workbench.tickInRefactorPreview('team.code-workspace');
    await workbench.applyRefactorPreview();
    await lenses().getByText(drops).waitFor({ state: 'detached' });
    await workbench.runCommand('File: Save');
    const rewritten = workspaceFile.replace(
      inWorkspace,
      () => `{
        "name": "team",
        "type": "capwright",
        "request": "launch",
        "capabilities": ["cap_net_admin", "cap_net_raw"],
        "base": {
          "type": "cppdbg",
          "request": "launch",
          "program": "\${workspaceFolder}/build/tunnel"
        }
      }`,
    );
    const read = (): Promise<string> =>
      readFile(join(workbench.workspace.path, 'team.code-workspace'), 'utf8');
    await expect.poll(read).toBe(rewritten);

    await page.locator('.view-line').getByText('"cppdbg"').dblclick();
    await page.keyboard.press('Control+Z');
    await page.keyboard.press('Control+Z');
    await page.locator('.squiggly-warning').first().waitFor();
    await page.locator('.view-line').getByText('build/tunnel').dblclick();
    await page.keyboard.press('Control+.');
    await page.locator('.action-widget').getByText(drops).click();
    await workbench.tickInRefactorPreview('team.code-workspace');
    await workbench.applyRefactorPreview();
    await lenses().getByText(drops).waitFor({ state: 'detached' });
    await workbench.runCommand('File: Save');
    await expect.poll(read).toBe(rewritten);
  });
});
