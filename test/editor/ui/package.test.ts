/** The .vsix once VS Code has installed it: what arrived, what its README shows, and what a lost part costs. */
import { constants } from 'node:fs';
import { access, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFixtures } from '../../fixtures/build.ts';
import { openWorkbench, personUnderTest, type Workbench } from './workbench.ts';

describe.skipIf(personUnderTest() === undefined)('the package, installed,', () => {
  let workbench: Workbench;
  let installed: string;

  beforeAll(async () => {
    const { tun } = await buildFixtures();
    workbench = await openWorkbench({
      files: { capable: { program: tun, capabilities: 'cap_net_admin=ep' } },
    });
    installed = await workbench.installedExtension('capwright.capwright');
  });
  afterAll(() => workbench.dispose());

  it('is a copy, with programs that can be run', async () => {
    expect(await readdir(installed)).not.toContain('extension.ts');
    expect(await readdir(installed)).not.toContain('node_modules');
    for (const program of ['dist/cli.mjs', 'native/build/capwright-launch']) {
      await access(join(installed, program), constants.X_OK);
    }
  });

  it('shows its README, of which nothing is broken', async () => {
    await workbench.openExtensionPage('capwright.capwright');
    const readme = await workbench.webview();
    await readme.getByRole('heading', { name: 'Capwright', exact: true }).waitFor();
    expect(await readme.locator('img').count()).toBe(0);
    const links = await readme
      .locator('a[href]')
      .evaluateAll((all) => all.map((each) => each.getAttribute('href') ?? ''));
    expect(links.filter((href) => !/^(?:https:|#)/.test(href))).toEqual([]);
  });

  it('claims nothing where its native part is missing, and says what is missing', async () => {
    await rm(join(installed, 'native/build/capwright_probe.node'));
    await workbench.explorerContextMenu('capable');
    await workbench.chooseMenuEntry('Check TUN Permissions');
    const report = await workbench.webview();
    await report.getByRole('heading', { name: 'capable', exact: true }).waitFor();
    await report.getByRole('tab', { name: 'Terminal, unknown', selected: true }).waitFor();
    await report.getByText('the native probe did not load: ').first().waitFor();
  });
});
