/** The program that a workspace names is found: one is checked unasked, of several one is chosen, once. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFixtures } from '../../fixtures/build.ts';
import { openWorkbench, personUnderTest, type Workbench } from './workbench.ts';

const check = 'Capwright: Check TUN Permissions';
const title = 'Choose the Program to Check';

/** Each launch configuration starts the program of its name. */
function launchOf(...names: readonly string[]): string {
  const configurations = names.map((name) => ({
    ...{ name: `Debug ${name}`, type: 'cppdbg', request: 'launch' },
    program: `\${workspaceFolder}/${name}`,
  }));
  return JSON.stringify({ version: '0.2.0', configurations });
}

const rows = [
  { named: ['tunnel'], trusted: true, asks: false },
  { named: ['tunnel', 'other'], trusted: true, asks: true },
  // Somebody else's folder does not say what is looked at.
  { named: ['tunnel'], trusted: false, asks: true },
];

// Only root can prepare a user whose editor this is.
describe.skipIf(personUnderTest() === undefined).each(rows)(
  'a workspace that names $named, trusted: $trusted',
  ({ named, trusted, asks }) => {
    let workbench: Workbench;
    beforeAll(async () => {
      const program = { program: (await buildFixtures()).tun };
      workbench = await openWorkbench({
        vantage: trusted ? 'ordinary' : 'restricted mode',
        files: {
          '.vscode/launch.json': launchOf(...named),
          ...{ tunnel: program, other: program, unnamed: program },
        },
      });
    });
    afterAll(() => workbench.dispose());

    const widget = () => workbench.page.locator('.quick-input-widget');
    const checked = () =>
      workbench.statusBarItem('Capwright, tunnel: Creating a TUN device').waitFor();

    it(asks ? 'is asked about, with who names each' : 'is checked unasked', async () => {
      await workbench.runCommand(check);
      if (asks) {
        await expect.poll(() => workbench.quickPickRows(title)).toContain('unnamed');
        const offered = await workbench.quickPickRows(title);
        expect(offered.slice(0, named.length).toSorted()).toEqual(named.toSorted());
        for (const name of named) {
          await widget().getByText(`launch configuration “Debug ${name}”`).waitFor();
        }
        await workbench.choose('tunnel');
      }
      await checked();
    });

    it('is remembered', async () => {
      await workbench.page.reload();
      await workbench.runCommand(check);
      await checked();
      expect(await widget().isVisible()).toBe(false);
    });
  },
);
