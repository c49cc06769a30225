/** The report panel as a page: what it shows, at which width, and what stays after a restart. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FrameLocator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFixtures, type Fixtures } from '../../fixtures/build.ts';
import { axeViolations } from './axe.ts';
import { openWorkbench, personUnderTest, type Workbench } from './workbench.ts';

const check = 'Capwright: Check TUN Permissions';
const themes = ['light', 'dark', 'high contrast light', 'high contrast dark'] as const;
/** Of the window, in pixels. */
const widths = [1280, 900, 640, 350];

describe.skipIf(personUnderTest() === undefined)('the report', () => {
  let workbench: Workbench;
  let fixtures: Fixtures;
  let report: FrameLocator;
  const complaints: string[] = [];

  beforeAll(async () => {
    fixtures = await buildFixtures();
    workbench = await openWorkbench({
      files: {
        'notes.txt': '',
        'out/a-program-with-quite-a-long-name-for-a-tunnel': { program: fixtures.tun },
      },
    });
    workbench.page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) complaints.push(message.text());
    });
    await workbench.typeInTerminal('echo ready');
    await workbench.runCommand(check);
    await workbench.choose('a-program-with-quite-a-long-name-for-a-tunnel');
    report = await workbench.webview();
    await report.getByRole('tab').first().waitFor();
  });
  afterAll(() => workbench.dispose());

  /** Agrees to what the save dialog proposes for this launch path; the picture’s file once it is there. */
  async function savedPicture(path: string): Promise<string> {
    const name = `a-program-with-quite-a-long-name-for-a-tunnel-${path}.svg`;
    const file = join(workbench.workspace.path, name);
    await workbench.save('Save Picture', file);
    await workbench.notifications().getByText(`The picture is in ${file}.`).waitFor();
    return file;
  }

  it('is made at the vantage of the shell in the terminal', async () => {
    await report
      .getByText(/^As seen from bash \(pid \d+\), in the integrated terminal(?: · |$)/)
      .waitFor();
  });

  it('explains the operation that is chosen from the table', async () => {
    await report.getByRole('button', { name: 'Opening a packet socket' }).click();
    await report
      .getByRole('status')
      .getByText('Opening a packet socket will fail with EPERM when started from the terminal.')
      .waitFor();
    await report
      .getByText(/^Nothing brings cap_net_raw: Launcher is the last that could/)
      .waitFor();
  });

  it('gives the kernel’s reason at the stage where the capability is cut, to pointer and keyboard', async () => {
    await workbench.page.setViewportSize({ width: 1280, height: 1200 });
    const launcher = report.getByRole('button', { name: 'Launcher (cut here)' });
    const reasons = report.getByRole('tooltip');
    expect(await reasons.count()).toBe(0);
    await report.getByRole('heading', { name: 'Launcher (cut here)' }).hover();
    await reasons.getByText('has no ambient capabilities to pass on').waitFor();
    await workbench.screenshot('report hover');
    await report.getByRole('heading', { level: 1 }).hover();
    await reasons.waitFor({ state: 'hidden' });

    await report.getByRole('tab', { selected: true }).focus();
    for (let stops = 0; stops < 6; stops += 1) {
      await workbench.page.keyboard.press('Tab');
      if (await launcher.evaluate((button) => button === document.activeElement)) break;
    }
    await reasons.getByText('has no ambient capabilities to pass on').waitFor();
    await workbench.page.keyboard.press('Escape');
    await reasons.waitFor({ state: 'hidden' });
  });

  it('is walked through by the arrow keys from tab to tab, with one of them in the order of Tab', async () => {
    await report.getByRole('tab', { name: 'Terminal, EPERM', selected: true }).focus();
    await workbench.page.keyboard.press('ArrowRight');
    const debuggerTab = report.getByRole('tab', {
      name: 'Debugger (ptrace), EPERM',
      selected: true,
    });
    await debuggerTab.waitFor();
    expect(await debuggerTab.evaluate((tab) => tab === document.activeElement)).toBe(true);
    expect(await report.locator('[role=tab][tabindex="0"]').count()).toBe(1);
    await report.getByRole('tabpanel', { name: 'Debugger (ptrace), EPERM' }).waitFor();
    await workbench.page.keyboard.press('Home');
    await report.getByRole('tab', { name: 'Terminal, EPERM', selected: true }).waitFor();
  });

  it('foretells with each repair what every way of starting comes to', async () => {
    const repair = (title: string) =>
      report.locator('.repair').filter({ has: report.getByRole('heading', { name: title }) });
    const after = (title: string) =>
      repair(title).getByRole('list', { name: 'After it' }).getByRole('listitem').allInnerTexts();
    expect(await after('Run it in a sandbox')).toEqual([
      expect.stringMatching(/^Sandbox\s*: allowed$/),
    ]);
    const ways = await after('Set file capabilities');
    expect(ways).toContainEqual(expect.stringMatching(/^Terminal\s*: allowed$/));
    // The kernel withholds them under ptrace.
    expect(ways).toContainEqual(expect.stringMatching(/^Debugger \(ptrace\)\s*: EPERM$/));
  });

  it.each(widths)('has nothing that runs out of its box in a window of %d px', async (width) => {
    await workbench.page.setViewportSize({ width, height: 900 });
    await workbench.screenshot(`report ${width}`);
    expect(await overflowing(report)).toEqual([]);
  });

  it('tells by shapes alone where the system has few colours', async () => {
    await workbench.page.setViewportSize({ width: 1280, height: 900 });
    await workbench.page.emulateMedia({ forcedColors: 'active' });
    const strokes = await report
      .locator('.lane .off, .lane .cross')
      .evaluateAll((drawn) => drawn.map((each) => getComputedStyle(each).strokeDasharray));
    expect(new Set(strokes)).toEqual(new Set(['0.1px, 8px', 'none']));
    await workbench.screenshot('report forced colours');
    await workbench.page.emulateMedia({ forcedColors: 'none' });
  });

  it.each(themes)(
    'breaks no rule of axe in the theme %s, whether it denies or allows',
    async (theme) => {
      await workbench.page.setViewportSize({ width: 1280, height: 900 });
      await workbench.setTheme(theme);
      for (const name of ['Ambient, allowed', 'Terminal, EPERM']) {
        await report.getByRole('tab', { name, exact: true }).click();
        await report.getByRole('tab', { name, exact: true, selected: true }).waitFor();
        expect(await axeViolations(report)).toEqual([]);
      }
    },
  );

  it('is saved as an SVG that stands alone: in the colours of the theme, with nothing beyond its boxes', async () => {
    await workbench.setTheme('dark');
    await report.getByRole('button', { name: 'Save Picture…' }).click();
    const file = await savedPicture('terminal');
    const svg = await readFile(file, 'utf8');
    expect(svg).not.toMatch(/<script|<style|href|url\(/);

    const page = await workbench.newPage();
    await page.goto(pathToFileURL(file).href);
    const picture = page.getByRole('img', {
      name: 'Opening a packet socket will fail with EPERM when started from the terminal.',
    });
    await picture.waitFor();
    expect(await picture.locator('desc').textContent()).toContain('Launcher (cut here): bash');
    // The document itself, once more, with nothing but XML to read it.
    expect(await page.evaluate(readsAsXml, svg)).toBe('svg');
    expect(await picture.evaluate(textsOutside)).toEqual([]);
    const background = await picture.locator('rect').first().getAttribute('fill');
    expect(background).toBe(await report.locator('html').evaluate(editorBackground));
    await page.screenshot({ path: '.cache/screenshots/report-svg.png' });
    await page.close();
  });

  it('is saved by the command as well, from a page that was hidden', async () => {
    await report.getByRole('tab', { name: 'Sandbox, allowed' }).click();
    await workbench.openFile('notes.txt');
    await workbench.runCommand('Capwright: Save Picture of Report…');
    const svg = await readFile(await savedPicture('sandbox'), 'utf8');
    expect(svg).toContain('Opening a packet socket will work when started in a sandbox.');
  });

  it('is copied as Markdown', async () => {
    await workbench.runCommand('Capwright: Open Report');
    report = await workbench.webview();
    await report.getByRole('tab', { name: 'Terminal, EPERM' }).click();
    await report.getByRole('button', { name: 'Copy Report' }).click();
    await expect.poll(() => workbench.clipboard()).toContain('\n| Terminal | EPERM |');
    const copied = await workbench.clipboard();
    expect(copied).toMatch(/^## `out\/a-program-with-quite-a-long-name-for-a-tunnel`\n/);
    expect(copied).toContain('**Creating a TUN device will fail with EPERM when started from');
    expect(copied).toMatch(/^- \*\*Run it in a sandbox\*\* /m);
  });

  it('is there again after a restart, at the same place, and follows the terminal that comes back', async () => {
    await workbench.page.setViewportSize({ width: 1280, height: 900 });
    await report.getByRole('tab', { name: 'Ambient, allowed' }).click();
    await report.getByRole('tab', { name: 'Ambient, allowed', selected: true }).waitFor();
    const loaded = workbench.page.waitForEvent('load');
    // Not the browser's way, which leaves VS Code no time to save what is open.
    await workbench.runCommand('Developer: Reload Window');
    await loaded;
    report = await workbench.webview();
    await report
      .getByRole('status')
      .getByText('Opening a packet socket will work when started with ambient capabilities.')
      .waitFor();
    const seenFrom = report.getByText(/^As seen from /);
    await expect.poll(() => seenFrom.innerText()).toMatch(/^As seen from bash /);
  });

  describe('of a program that is gone', () => {
    const name = 'out/a-program-with-quite-a-long-name-for-a-tunnel';

    it('says so, and what to do', async () => {
      await rm(join(workbench.workspace.path, name));
      await report.getByRole('alert').getByText('does not exist').waitFor();
      await report.getByText('Build the program first').waitFor();
    });

    it.each(themes)('breaks no rule of axe in the theme %s', async (theme) => {
      await workbench.setTheme(theme);
      await workbench.screenshot(`report failure ${theme}`);
      expect(await axeViolations(report)).toEqual([]);
    });

    it.each(widths)('has nothing that runs out of its box in a window of %d px', async (width) => {
      await workbench.page.setViewportSize({ width, height: 900 });
      await workbench.screenshot(`report failure ${width}`);
      expect(await overflowing(report)).toEqual([]);
    });

    it('checks again by the keyboard, and goes on when it is back', async () => {
      await workbench.page.setViewportSize({ width: 1280, height: 900 });
      const again = report.getByRole('button', { name: 'Check Again' });
      await report.getByRole('alert').click();
      await workbench.page.keyboard.press('Tab');
      expect(await again.evaluate((button) => button === document.activeElement)).toBe(true);
      const main = await report.locator('main').evaluateHandle(watchBusiness);
      await workbench.page.keyboard.press('Enter');
      await main.evaluate(({ becameBusy }) => becameBusy);
      await report.locator('main[aria-busy=false]').waitFor();
      await report.getByRole('alert').getByText('does not exist').waitFor();
      await workbench.workspace.write(name, { program: fixtures.tun });
      await report.getByRole('tab', { name: 'Ambient, allowed' }).waitFor();
    });
  });

  it('breaks no rule of its content security policy', () => {
    expect(complaints).toEqual([]);
  });
});

/** Boxes whose content is wider than they are; the lanes cross the borders of theirs. */
function overflowing(report: FrameLocator): Promise<readonly string[]> {
  return report.locator('html').evaluate((html) =>
    [html, ...html.querySelectorAll('.box, .banner, .repair, pre, td, th, [role=tab], header')]
      .filter((each) => each.scrollWidth > each.clientWidth + 1)
      .filter((each) => each.querySelector('svg.across') === null || each === html)
      .map(
        (each) =>
          `${each.tagName} ${each.getAttribute('class') ?? ''}: ${each.textContent.trim().slice(0, 40)}`,
      ),
  );
}

/** In the page. Resolves when it begins to check, which may take no longer than a look at it. */
function watchBusiness(main: HTMLElement | SVGElement): { readonly becameBusy: Promise<void> } {
  const becameBusy = new Promise<void>((resolve) => {
    const observer = new MutationObserver(() => {
      if (main.getAttribute('aria-busy') !== 'true') return;
      observer.disconnect();
      resolve();
    });
    observer.observe(main, { attributeFilter: ['aria-busy'] });
  });
  return { becameBusy };
}

/** In the page. The root of a text that is XML; else what is wrong with it. */
function readsAsXml(text: string): string {
  const read = new DOMParser().parseFromString(text, 'application/xml');
  return read.querySelector('parsererror')?.textContent ?? read.documentElement.tagName;
}

/** In the page. Texts that are neither within the drawing nor, where they begin in a box, within that. */
function textsOutside(root: SVGElement | HTMLElement): readonly string[] {
  const whole = root.getBoundingClientRect();
  const boxes = [...root.querySelectorAll('rect')]
    .map((each) => each.getBoundingClientRect())
    .filter(({ width }) => width > 50);
  return [...root.querySelectorAll('text')]
    .filter((text) => {
      const { left, right, top, bottom } = text.getBoundingClientRect();
      const around = boxes.filter(
        (box) => box.left <= left && left <= box.right && box.top <= top && top <= box.bottom,
      );
      return [whole, ...around].some((box) => right > box.right || bottom > box.bottom);
    })
    .map((text) => text.textContent);
}

/** In the page. As `#rrggbb`; those of the themes here let nothing through. */
function editorBackground(html: HTMLElement | SVGElement): string {
  return getComputedStyle(html).getPropertyValue('--vscode-editor-background').toLowerCase();
}
