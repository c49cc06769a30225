/**
 * The workbench as a person uses it: every knowledge of its DOM is in this file.
 *
 *     const workbench = await openWorkbench({ files: { 'notes.txt': '' } });
 *     await workbench.runCommand('Capwright: Check Program');
 *     await workbench.choose('tun');
 *     await workbench.dispose();
 *
 * Elements are found by role and accessible name where VS Code gives them one: then the tests also
 * hold that a screen reader finds them.
 */
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type FrameLocator, type Locator, type Page } from 'playwright-core';
import {
  chromiumIsMissing,
  findChromium,
  launchOptions,
} from '../../../.build/editor/chromium.mjs';
import type { Language } from '../../../.build/editor/language.mjs';
import { startEditor, type Editor } from '../../../.build/editor/server.mjs';
import { type Person, userOf, vantageNamed } from '../vantage.ts';
import { type Content, createWorkspace, type Workspace } from '../workspace.ts';

export interface WorkbenchOptions {
  /** A row of vantage.ts by its name. */
  readonly vantage?: string;
  /** The workspace: path below it → content. */
  readonly files?: Readonly<Record<string, Content>>;
  /** The folder's name; a hostile one if none is given. */
  readonly folder?: string;
  /** Folders of extensions that are installed too. */
  readonly otherExtensions?: readonly string[];
  /** The user's settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The machine's, for those of that scope. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  /** What the extension says, and in which language; English if none is given. */
  readonly language?: Language;
  /** The person's home, with the folder and all that the editor has in it; temporary ones if none is given. */
  readonly home?: string;
  /** Pixels of a screenshot for one of the page's. */
  readonly scale?: number;
}

/** A part of the page, in its pixels. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Theme = 'light' | 'dark' | 'high contrast dark' | 'high contrast light';

const themes: Readonly<Record<Theme, { readonly id: string; readonly bodyClass: string }>> = {
  light: { id: 'Light Modern', bodyClass: 'vs' },
  dark: { id: 'Dark Modern', bodyClass: 'vs-dark' },
  'high contrast dark': { id: 'Default High Contrast', bodyClass: 'hc-black' },
  'high contrast light': { id: 'Default High Contrast Light', bodyClass: 'hc-light' },
};

const settingsForTests = {
  // What fades is still in the DOM: neither a click nor a screenshot must meet it.
  'workbench.reduceMotion': 'on',
  // Elsewhere than in the DOM, a terminal's text cannot be read.
  'terminal.integrated.gpuAcceleration': 'off',
};

const repository = join(import.meta.dirname, '../../..');
const screenshots = join(repository, '.cache/screenshots');

/** Starts an editor on a new workspace and opens it in a browser. One for all tests of a file. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const executable = findChromium();
  if (executable === undefined) throw new Error(chromiumIsMissing);
  const { vantage: name = 'ordinary', files = {}, folder, settings = {}, scale = 1 } = options;
  const { otherExtensions = [], machineSettings = {}, language, home } = options;
  const vantage = vantageNamed(name);
  const person = personUnderTest();
  const user = userOf(person, vantage);

  const workspace = await createWorkspace(person, files, folder, home);
  try {
    const editor = await startEditor({
      workspace: workspace.path,
      extensionPath: packageUnderTest(),
      otherExtensions,
      settings: { ...settingsForTests, ...settings },
      machineSettings,
      trusted: vantage.trusted,
      gallery: false,
      ...(user === undefined ? {} : { user }),
      ...(language === undefined ? {} : { language }),
      ...(home === undefined ? {} : { home }),
    });
    try {
      return new Workbench(await openPage(executable, editor.url, scale), editor, workspace);
    } catch (error) {
      await editor.dispose();
      throw error;
    }
  } catch (error) {
    await workspace.dispose();
    throw error;
  }
}

export class Workbench {
  readonly page: Page;
  readonly editor: Editor;
  readonly workspace: Workspace;
  #settings: Readonly<Record<string, unknown>> = {};

  constructor(page: Page, editor: Editor, workspace: Workspace) {
    this.page = page;
    this.editor = editor;
    this.workspace = workspace;
  }

  /** Runs a command from the palette by its title, category included: `Capwright: Check Program`. */
  async runCommand(title: string): Promise<void> {
    // The palette's list fills while extensions are being read: asked too early, it has no such row.
    // And it closes where something else takes the focus, such as a terminal that has just opened.
    await this.#untilRow(title, async () => {
      await this.page.keyboard.press('F1');
      await this.#quickInput().getByRole('textbox').fill(`>${title}`, { timeout: 3_000 });
    });
  }

  /** Waits for a quick pick and takes the row with this label. */
  async choose(label: string): Promise<void> {
    await this.#row(label).click();
  }

  /** Waits until the quick pick of this title is no longer busy; the labels of its rows, from the top. */
  async quickPickRows(title: string): Promise<readonly string[]> {
    const pick = this.#quickInput().filter({
      has: this.page.locator('.quick-input-title').getByText(title, { exact: true }),
    });
    const rows = pick.getByRole('option');
    await rows.first().waitFor();
    await pick.locator('.monaco-progress-container.active').waitFor({ state: 'hidden' });
    return rows.locator('.quick-input-list-row:first-child .label-name').allInnerTexts();
  }

  /** Opens a file of the workspace in an editor, at a line counted from 1. */
  async openFile(path: string, line?: number): Promise<void> {
    await this.page.keyboard.press('Control+P');
    const at = line === undefined ? '' : `:${line}`;
    await this.#quickInput().getByRole('textbox').fill(`${path}${at}`);
    await this.#row(path.split('/').at(-1) ?? path).click();
    await this.page.getByRole('tab', { name: path.split('/').at(-1) ?? path }).waitFor();
  }

  /** The accessible names of the status bar's items, from the left. */
  async statusBarItems(): Promise<readonly string[]> {
    const items = await this.page.locator('.statusbar .statusbar-item [aria-label]').all();
    return Promise.all(items.map(async (item) => (await item.getAttribute('aria-label')) ?? ''));
  }

  /** The status bar item with this accessible name, or a name that contains it. */
  statusBarItem(name: string): Locator {
    return this.page.locator('.statusbar').getByRole('button', { name });
  }

  /** When an item of the status bar is shown with a name that contains this, which none has now: `Date.now()`. */
  timeOfStatusBarItem(name: string): Promise<number> {
    const selector = `.statusbar [aria-label*=${JSON.stringify(name)}]`;
    return this.page.evaluate<number>(`new Promise((resolve) => {
      const look = () => {
        if (document.querySelector(${JSON.stringify(selector)}) === null) return;
        observer.disconnect();
        resolve(Date.now());
      };
      const observer = new MutationObserver(look);
      const all = { subtree: true, childList: true, attributes: true };
      observer.observe(document.querySelector('.statusbar'), all);
      look();
    })`);
  }

  /** What is shown over the thing that the pointer is on. */
  tooltip(): Locator {
    return this.page.locator('.monaco-hover:visible');
  }

  /** Opens a walkthrough by its title. */
  async openWalkthrough(title: string): Promise<void> {
    // The list is made at once, and has nothing of an extension whose manifest is still being read.
    await this.#untilRow(title, () => this.runCommand('Welcome: Open Walkthrough...'));
    await this.page.locator('.getting-started-step:enabled').first().waitFor();
  }

  /** A step of the open walkthrough by its id; opened by a click. */
  walkthroughStep(id: string): Locator {
    return this.page.locator(`.getting-started-step[data-step-id$="#${id}"]`);
  }

  /** Waits until a step of the open walkthrough is ticked. */
  async ticked(id: string): Promise<void> {
    await this.walkthroughStep(id).and(this.page.locator('[aria-checked=true]')).waitFor();
  }

  /** Opens a step of the open walkthrough and presses one of its buttons. */
  async pressInStep(id: string, button: string): Promise<void> {
    const step = this.walkthroughStep(id);
    if ((await step.getAttribute('aria-expanded')) !== 'true') await step.click();
    await step.getByRole('button', { name: button }).click();
  }

  /** Opens a view container from the activity bar. */
  async openViewContainer(title: string): Promise<void> {
    const tab = this.page.locator('.activitybar').getByRole('tab', { name: title });
    // A window that is still being restored may show it by itself meanwhile, and then a click hides it.
    await this.#until(this.page.locator('.sidebar .composite.title').getByText(title), async () => {
      if ((await tab.getAttribute('aria-expanded')) !== 'true') await tab.click();
    });
  }

  /** Unfolds a view of the open container, and scrolls to it. */
  async openView(title: string): Promise<void> {
    const header = this.page.locator('.pane-header').filter({ hasText: title });
    await header.waitFor();
    if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();
    await header.scrollIntoViewIfNeeded();
  }

  /** The rows of a tree view in the open container; a Locator, so that a test can click and wait. */
  treeRows(view: string): Locator {
    return this.page.getByRole('tree', { name: view }).getByRole('treeitem');
  }

  /**
   * Opens a row of a tree.
   * @param below the row that is seen then: where the tree is drawn anew at that moment, VS Code loses the
   *   click, or closes the row again
   */
  async expandRow(row: Locator, below?: Locator): Promise<void> {
    await row.waitFor();
    await this.#until(below ?? row.and(this.page.locator('[aria-expanded=true]')), async () => {
      if ((await row.getAttribute('aria-expanded')) === 'true') return;
      await row.locator('.monaco-tl-twistie').click();
    });
  }

  /** Goes down the tree that has the focus until a row is shown: those out of sight are not in the DOM. */
  async goDownTo(row: Locator): Promise<void> {
    for (let steps = 0; steps < 80; steps += 1) {
      const isShown = await row.waitFor({ timeout: 150 }).then(
        () => true,
        () => false,
      );
      if (isShown) return;
      await this.page.keyboard.press('ArrowDown');
    }
    throw new Error('the row does not come');
  }

  /** Points at something until what that brings is there: it is lost where that is drawn anew at that moment. */
  async pointAt(thing: Locator, result: Locator): Promise<void> {
    await this.#until(
      result,
      () => thing.hover(),
      () => this.page.mouse.move(0, 0),
    );
  }

  async collapseRow(row: Locator): Promise<void> {
    await row.locator('.monaco-tl-twistie').click();
    await row.and(this.page.locator('[aria-expanded=false]')).waitFor();
  }

  /** Their labels as they are now, from the top, once there is one. What is awaited is awaited by treeRows. */
  async treeLabels(view: string): Promise<readonly string[]> {
    const rows = this.treeRows(view);
    await rows.first().waitFor();
    return rows.locator('.label-name').allInnerTexts();
  }

  /** The document inside the visible webview. */
  async webview(): Promise<FrameLocator> {
    const outer = this.page.locator('iframe.webview.ready').last();
    await outer.waitFor();
    return outer.contentFrame().locator('iframe#active-frame').contentFrame();
  }

  /** The messages of the notifications that are shown. */
  notifications(): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item-message');
  }

  /** Waits for a notification with this text and presses one of its buttons. */
  async answerNotification(text: string, button: string): Promise<void> {
    const item = this.page.locator('.notifications-toasts .notification-list-item');
    await item.filter({ hasText: text }).getByRole('button', { name: button }).click();
  }

  /** Shows all of one that is longer than a line. */
  async expandNotification(text: string): Promise<void> {
    const item = this.page.locator('.notifications-toasts .notification-list-item');
    await item.filter({ hasText: text }).hover();
    await item.filter({ hasText: text }).getByRole('button', { name: 'Expand' }).click();
    await item.and(this.page.locator('.expanded')).filter({ hasText: text }).waitFor();
  }

  async closeNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
    await this.notifications().first().waitFor({ state: 'detached' });
  }

  /** Opens the context menu of a file in the explorer; its entries. */
  async explorerContextMenu(file: string): Promise<readonly string[]> {
    await this.openViewContainer('Explorer');
    await this.page
      .getByRole('tree', { name: 'Files Explorer' })
      .getByRole('treeitem', { name: file })
      .click({ button: 'right' });
    // The activity bar's own menu is a menu item as well, and is there all the time.
    const entries = this.page.locator('.context-view').getByRole('menuitem');
    await entries.first().waitFor();
    return entries.allInnerTexts();
  }

  /** Takes an entry of the open menu. */
  async chooseMenuEntry(label: string): Promise<void> {
    const entry = this.page.getByRole('menuitem', { name: label });
    await entry.hover();
    // A menu takes no click just after it has opened: that would be the end of the one that opened it.
    await this.page.keyboard.press('Enter');
    await entry.waitFor({ state: 'detached' });
  }

  /**
   * Changes settings of the workspace, as an edit of `.vscode/settings.json` does. (The user's settings are
   * read at the start: the server does not watch them.)
   */
  async changeSettings(change: Readonly<Record<string, unknown>>): Promise<void> {
    this.#settings = { ...this.#settings, ...change };
    await this.workspace.write('.vscode/settings.json', JSON.stringify(this.#settings, null, 2));
  }

  async setTheme(theme: Theme): Promise<void> {
    const { id, bodyClass } = themes[theme];
    await this.changeSettings({ 'workbench.colorTheme': id });
    await this.page.locator(`.monaco-workbench.${bodyClass}`).waitFor();
  }

  /** Opens the page of an installed extension, with its README. */
  async openExtensionPage(id: string): Promise<void> {
    await this.runCommand('Extensions: Show Installed Extensions');
    const list = this.page.locator('.extensions-viewlet');
    await list.locator('.extension-list-item').first().waitFor();
    await list.locator(`.monaco-list-row[data-extension-id="${id}"]`).click();
  }

  /** The folder that an installed extension is in. */
  async installedExtension(id: string): Promise<string> {
    const extensions = join(this.editor.directory, 'extensions');
    const folder = (await readdir(extensions)).find((name) => name.startsWith(`${id}-`));
    if (folder === undefined) throw new Error(`${id} is not installed`);
    return join(extensions, folder);
  }

  /** Types a line into the terminal, opening one if there is none. */
  async typeInTerminal(line: string): Promise<void> {
    await this.runCommand('Terminal: Focus Terminal');
    const input = this.page.locator('.terminal-wrapper.active .xterm-helper-textarea');
    await input.waitFor({ state: 'attached' });
    await input.focus();
    // What is typed before the shell asks is shown, and then read by nobody.
    await this.terminalLines()
      .filter({ hasText: /[$#%>]\s*$/ })
      .first()
      .waitFor();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
  }

  /** Shows one of several terminals: a new one is not always the one in front. */
  async showTerminal(name: string): Promise<void> {
    await this.page.locator('.terminal-tabs-entry').filter({ hasText: name }).click();
  }

  /** The lines that the terminal shows. */
  terminalLines(): Locator {
    return this.page.locator('.terminal-wrapper.active .xterm-rows > div');
  }

  /**
   * Follows the link that this text of the terminal is, until what it leads to is there: links are looked
   * for where the pointer rests, and a click that comes too early meets none.
   */
  async followTerminalLink(text: RegExp | string, result: Locator): Promise<void> {
    const line = this.terminalLines().filter({ hasText: text }).first();
    await line.waitFor();
    const { x, y, height } = (await line.boundingBox()) ?? { x: 0, y: 0, height: 0 };
    for (let attempts = 1; ; attempts += 1) {
      // xterm keeps the links of the row that the pointer was on last, whatever is written there later.
      await this.page.mouse.move(x + 60, y + 2.5 * height);
      await this.page.mouse.move(x + 60 + 10 * attempts, y + height / 2, { steps: 4 });
      await this.page.keyboard.down('Control');
      await this.page.mouse.click(x + 60 + 10 * attempts, y + height / 2, { delay: 100 });
      await this.page.keyboard.up('Control');
      try {
        await result.waitFor({ timeout: 3_000 });
        return;
      } catch (error) {
        if (attempts === 6) throw error;
      }
    }
  }

  /** Points at a line of the terminal, near its beginning. */
  async hoverTerminalLine(text: RegExp): Promise<void> {
    const line = this.terminalLines().filter({ hasText: text }).first();
    const { x, y, height } = (await line.boundingBox()) ?? { x: 0, y: 0, height: 0 };
    await this.page.mouse.move(x + 70, y + height / 2, { steps: 4 });
  }

  /** Takes the pointer to where it is on nothing that tells about itself. */
  async pointNowhere(): Promise<void> {
    await this.page.mouse.move(0, 0);
    await this.tooltip().first().waitFor({ state: 'hidden' });
  }

  /** Makes the side bar wider, by pixels. */
  async widenSideBar(by: number): Promise<void> {
    const box = await this.page.locator('.part.sidebar').boundingBox();
    if (box === null) throw new Error('there is no side bar');
    const [x, y] = [box.x + box.width + 1, box.y + box.height / 3];
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(x + by, y, { steps: 5 });
    await this.page.mouse.up();
  }

  /** The open quick pick or input box. */
  quickPick(): Locator {
    return this.#quickInput();
  }

  /** Waits for an input box and answers it. */
  async fillInputBox(text: string): Promise<void> {
    const box = this.#quickInput().getByRole('textbox');
    await box.waitFor();
    await box.fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Waits for the save dialog of this title to propose a path, and agrees. */
  async save(title: string, path: string): Promise<void> {
    const dialog = this.#quickInput().filter({
      has: this.page.locator('.quick-input-title').getByText(title),
    });
    const proposed = dialog.getByRole('textbox');
    await proposed.waitFor();
    // It first shows the folder, then lists it, and then it adds the name.
    while ((await proposed.inputValue()) !== path) await this.page.waitForTimeout(50);
    await dialog.locator('.monaco-progress-container.active').waitFor({ state: 'hidden' });
    await dialog.getByRole('button', { name: 'OK' }).click();
    await dialog.waitFor({ state: 'hidden' });
  }

  /** What was copied. */
  async clipboard(): Promise<string> {
    await this.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    return this.page.evaluate<string>('navigator.clipboard.readText()');
  }

  /** An empty page in the same browser. */
  async newPage(): Promise<Page> {
    const page = await this.page.context().browser()?.newPage();
    if (page === undefined) throw new Error('the browser is gone');
    return page;
  }

  /** Presses the lens until what that brings is there: a lens that is drawn anew at that moment loses the click. */
  async pressLens(lens: Locator, result: Locator): Promise<void> {
    await this.#until(result, async () => {
      // One whose work has begun is gone, or behind what it has brought.
      if (!(await result.isVisible())) await lens.click();
    });
  }

  /** The row of a file in the Refactor Preview. */
  refactorPreview(file: string): Locator {
    return this.page.locator('.bulk-edit-panel').getByRole('checkbox', { name: file }).first();
  }

  /** Waits for the file in the Refactor Preview, whose rows have the role of a checkbox, and ticks it. */
  async tickInRefactorPreview(file: string): Promise<void> {
    await this.refactorPreview(file).locator('.edit-checkbox').check();
  }

  /** Makes the ticked changes of the Refactor Preview. */
  async applyRefactorPreview(): Promise<void> {
    await this.page.locator('.bulk-edit-panel').getByRole('button', { name: 'Apply' }).click();
  }

  /** Sets a breakpoint in a file of the workspace, on a line counted from 1. */
  async setBreakpoint(file: string, line: number): Promise<void> {
    await this.openFile(file, line);
    await this.statusBarItem(`Ln ${line}, Col`).waitFor();
    await this.runCommand('Debug: Toggle Breakpoint');
    await this.page.locator('[class*=codicon-debug-breakpoint]').first().waitFor();
  }

  /** Takes the only breakpoint away again. */
  async removeBreakpoint(file: string, line: number): Promise<void> {
    await this.openFile(file, line);
    await this.statusBarItem(`Ln ${line}, Col`).waitFor();
    await this.runCommand('Debug: Toggle Breakpoint');
    await this.page
      .locator('.margin-view-overlays [class*=codicon-debug-breakpoint]')
      .waitFor({ state: 'detached' });
  }

  /** Starts the debug configuration of this name. */
  async startDebugging(name: string): Promise<void> {
    await this.#untilRow(name, async () => {
      await this.page.keyboard.press('F1');
      await this.#quickInput().getByRole('textbox').fill(`debug ${name}`, { timeout: 3_000 });
    });
  }

  /** Runs the task of this label. */
  async runTask(label: string): Promise<void> {
    // Those of tasks.json are read when they are first asked for.
    await this.#untilRow(label, async () => {
      await this.page.keyboard.press('F1');
      await this.#quickInput().getByRole('textbox').fill(`task ${label}`, { timeout: 3_000 });
    });
  }

  /** Waits until the debugger has stopped at this line of the shown file. */
  async stoppedAt(line: number): Promise<void> {
    await this.page.locator('.debug-top-stack-frame-line').first().waitFor();
    await this.statusBarItem(`Ln ${line}, Col`).waitFor();
  }

  /** Waits until the debugged program runs. */
  async running(): Promise<void> {
    await this.page.locator('.debug-top-stack-frame-line').waitFor({ state: 'detached' });
    await this.page
      .locator('.debug-toolbar')
      .getByRole('button', { name: /^Pause/ })
      .waitFor();
  }

  /** Waits for a line in the debug console; what it is filtered by has no comma. */
  async debugConsoleLine(text: string): Promise<Locator> {
    await this.runCommand('Debug Console: Focus on Debug Console View');
    const filter = this.page.getByRole('textbox', { name: 'Filter' }).last();
    const line = this.page.locator('.repl-tree .monaco-list-row').filter({ hasText: text }).first();
    // As it comes into view, the console puts back what it was filtered by before.
    for (const end = Date.now() + 30_000; !(await line.isVisible());) {
      if (Date.now() > end) throw new Error(`the debug console has no line “${text}”`);
      if ((await filter.inputValue()) !== text) await filter.fill(text);
      await this.page.waitForTimeout(50);
    }
    return line;
  }

  /** Evaluates an expression in the debug console, where its value is the last line. */
  async evaluate(expression: string): Promise<void> {
    const input = this.page.locator('.repl-input-wrapper');
    await this.runCommand('Debug Console: Focus on Debug Console View');
    await input.locator('.monaco-editor.focused').waitFor();
    // At once: what is proposed while one types would be taken at the next stop or bracket.
    await this.page.keyboard.insertText(expression);
    await input.locator('.view-line').filter({ hasText: expression }).waitFor();
    await this.page.keyboard.press('Escape');
    await this.page.keyboard.press('Enter');
  }

  /** Ticks an exception filter in the breakpoints of the debug view. */
  async tickExceptionFilter(label: string): Promise<void> {
    await this.runCommand('Debug: Focus on Breakpoints View');
    const row = this.page.getByRole('checkbox', { name: label });
    await row.locator('.monaco-checkbox').click();
    await this.page.getByRole('checkbox', { name: label, checked: true }).waitFor();
  }

  /** Waits until the call stack of the debug view gives this as the reason of a stop. */
  async stoppedBecauseOf(reason: string): Promise<void> {
    await this.page.locator('.part.sidebar').getByText(reason).first().waitFor();
  }

  /** Saves what is seen, or a part of it, as `.cache/screenshots/NAME.png`, blanks as dashes. */
  async screenshot(name: string, clip?: Box): Promise<void> {
    // A terminal that became another size says which, for a moment.
    const size = this.page.locator('.terminal-resize-overlay.visible');
    await size.first().waitFor({ state: 'detached' });
    await mkdir(screenshots, { recursive: true });
    const path = join(screenshots, `${name.replaceAll(' ', '-')}.png`);
    await this.page.screenshot({ path, ...(clip === undefined ? {} : { clip }) });
  }

  async dispose(): Promise<void> {
    await this.page.context().browser()?.close();
    await this.editor.dispose();
    await this.workspace.dispose();
  }

  #quickInput(): Locator {
    return this.page.locator('.quick-input-widget');
  }

  #row(label: string): Locator {
    return this.#quickInput()
      .getByRole('option')
      .filter({ has: this.page.getByText(label, { exact: true }) })
      .first();
  }

  /** Acts until that has the result. */
  async #until(
    result: Locator,
    act: () => Promise<void>,
    retreat?: () => Promise<void>,
  ): Promise<void> {
    for (let attempts = 1; ; attempts += 1) {
      await act();
      try {
        await result.waitFor({ timeout: 3_000 });
        return;
      } catch (error) {
        if (attempts === 10) throw error;
        await retreat?.();
      }
    }
  }

  async #untilRow(label: string, ask: () => Promise<void>): Promise<void> {
    for (let attempts = 1; ; attempts += 1) {
      try {
        await ask();
        await this.#row(label).click({ timeout: 3_000 });
        return;
      } catch (error) {
        await this.page.keyboard.press('Escape');
        if (attempts === 5)
          throw new Error(`no command “${label}” in the palette`, { cause: error });
      }
    }
  }
}

async function openPage(executable: string, url: string, scale: number): Promise<Page> {
  const browser = await chromium.launch(launchOptions(executable));
  try {
    const page = await browser.newPage({
      viewport: { width: 1280, height: 800 },
      deviceScaleFactor: scale,
      reducedMotion: 'reduce',
    });
    await page.goto(url);
    // Menus and commands of the extension are there from now on.
    await page.locator('.activitybar').getByRole('tab', { name: 'Capwright' }).waitFor();
    return page;
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** The .vsix that run.mjs has made; where the specs are run by hand, what is built. */
function packageUnderTest(): string {
  return process.env['CAPWRIGHT_VSIX'] ?? repository;
}

/** Handed over by run.mjs; undefined where the specs are run by hand. */
export function personUnderTest(): Person | undefined {
  return (JSON.parse(process.env['CAPWRIGHT_PERSON'] ?? 'null') as Person | null) ?? undefined;
}
