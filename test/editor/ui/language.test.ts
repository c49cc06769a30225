/** The editor in another language: what it says of ours is translated, in the tree, the status bar and the panel. */
import type { FrameLocator, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFixtures } from '../../fixtures/build.ts';
import { marked, markedLanguage } from '../markedLanguage.ts';
import { openWorkbench, personUnderTest, type Workbench } from './workbench.ts';

describe.skipIf(personUnderTest() === undefined)('in another language', () => {
  let workbench: Workbench;
  let report: FrameLocator;

  beforeAll(async () => {
    const { tun } = await buildFixtures();
    workbench = await openWorkbench({
      files: { tunnel: { program: tun }, 'tunnel.service': '[Service]\nExecStart=/bin/true\n' },
      language: await markedLanguage(),
    });
    await workbench.runCommand(`Capwright: ${marked('Check TUN Permissions')}`);
    await workbench.choose('tunnel');
    report = await workbench.webview();
    await report.getByRole('tab').first().waitFor();
  });
  afterAll(() => workbench.dispose());

  it('the status bar tells the verdict', async () => {
    const item = workbench.statusBarItem(marked('Creating a TUN device'));
    const tooltip = workbench.tooltip();
    await workbench.pointAt(item, tooltip.getByRole('link', { name: marked('Open Report') }));
    await tooltip.getByText(`${marked('Sandbox')}: ${marked('allowed')}`).waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('the tree tells where it fails', async () => {
    await workbench.openViewContainer('Capwright');
    const rows = workbench.treeRows(marked('Programs'));
    await rows.getByText(marked('Launch paths')).waitFor();
    await rows.getByText(marked('Terminal'), { exact: true }).waitFor();
    await workbench.screenshot('language');
  });

  it('the report is in no other, but for what is marked as English', async () => {
    expect(await report.locator('html').getAttribute('lang')).toBe('qps-ploc');
    for (const tab of await report.getByRole('tab').all()) {
      await tab.click();
      expect(await untranslated(report.locator('body'))).toEqual([]);
    }
    await report.getByRole('heading', { name: marked('Why'), exact: true }).waitFor();
  });

  it('the walkthrough is found and read', async () => {
    await workbench.openWalkthrough(marked('Why does my program get EPERM?'));
    await workbench
      .walkthroughStep('open')
      .getByText(marked('Open the folder of your program'))
      .waitFor();
  });
});

/** Words of a page, seen or read aloud, that are no translation, no errno and not said to be English. */
function untranslated(body: Locator): Promise<readonly string[]> {
  return body.evaluate((root) => {
    const texts: string[] = [];
    const isOther = (element: Element | null): boolean =>
      element?.closest('[lang=en], code, pre, h1, .box .lanes, .result .box') !== null;
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode() !== null) {
      const { textContent, parentElement } = walker.currentNode;
      if (!isOther(parentElement)) texts.push(textContent ?? '');
    }
    for (const element of root.querySelectorAll('[aria-label]')) {
      if (!isOther(element)) texts.push(element.getAttribute('aria-label') ?? '');
    }
    return texts
      .map((text) => text.trim())
      .filter((text) => /\p{Letter}{2}/u.test(text) && !/⟦|^E[A-Z]+$/.test(text));
  });
}
