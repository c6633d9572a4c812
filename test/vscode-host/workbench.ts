import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { openPage, startBrowser } from './browser.ts';
import { startCodeServer, workbenchUrl } from './codeServer.ts';
import type { CodeServer, CodeServerOptions } from './codeServer.ts';
import type { Installation } from './installation.ts';
import { until } from './until.ts';

export interface WorkbenchOptions extends Omit<CodeServerOptions, 'extraArguments'> {
  /** Opened in the window; without it the window is empty. */
  readonly folder?: string;
  /** `.vsix` files, installed before the window opens. */
  readonly extensions: readonly string[];
  /** Where {@link Workbench.picture} puts its files. */
  readonly pictures: string;
}

/**
 * A VS Code window with the extension installed as a user installs it, and hands to work it with. Everything is done through what a
 * person sees: keys, clicks, texts and roles.
 */
export class Workbench {
  readonly page: Page;
  readonly #server: CodeServer;
  readonly #browser: Browser;
  readonly #pictures: string;

  private constructor(server: CodeServer, browser: Browser, page: Page, pictures: string) {
    this.#server = server;
    this.#browser = browser;
    this.page = page;
    this.#pictures = pictures;
  }

  /** Starts code-server and a browser and waits for the window. Everything is closed again when that fails. */
  static async open(installation: Installation, options: WorkbenchOptions): Promise<Workbench> {
    const server = await startCodeServer(installation, options);
    let browser: Browser | null = null;
    try {
      for (const vsix of options.extensions) server.install(vsix);
      browser = await startBrowser(installation);
      const page = await openPage(browser);
      page.setDefaultTimeout(60_000);
      const workbench = new Workbench(server, browser, page, options.pictures);
      await workbench.openFolder(options.folder);
      return workbench;
    } catch (error) {
      await browser?.close();
      await server.close();
      throw error;
    }
  }

  /** Opens another folder, or none, in the same window. */
  async openFolder(folder: string | undefined): Promise<void> {
    await this.page.goto(workbenchUrl(this.#server, { folder }), { waitUntil: 'domcontentloaded' });
    await this.page.locator('.monaco-workbench .activitybar').waitFor();
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.close();
  }

  /** Takes a picture of the window. @returns its file. */
  async picture(name: string): Promise<string> {
    const file = join(this.#pictures, `${name}.png`);
    mkdirSync(dirname(file), { recursive: true });
    await this.page.screenshot({ path: file });
    return file;
  }

  /** Runs a command of the palette by its title; one that asks nothing in its place. */
  async command(title: string): Promise<void> {
    await this.#chooseTyped('F1', `>${title}`, title);
    await this.page.locator('.quick-input-widget input').first().waitFor({ state: 'hidden' });
  }

  /** Runs a command that asks something in the same place, and waits for its question. */
  async commandThatAsks(title: string, question: string): Promise<void> {
    await this.#chooseTyped('F1', `>${title}`, title);
    await this.asked(question);
  }

  /** Waits for a question with this text in its empty input. */
  async asked(question: string): Promise<void> {
    await this.page
      .locator('.quick-input-widget')
      .filter({ has: this.page.locator(`input[placeholder="${question}"]`) })
      .waitFor();
  }

  /** Chooses an answer of the question that is open. */
  async pick(text: string): Promise<void> {
    await this.#listRow(this.page.locator('.quick-input-widget'), text).click();
  }

  /** Chooses an entry of a row's menu, as by the right button. */
  async choose(row: Locator, title: string): Promise<void> {
    const entry = this.page.getByRole('menuitem', { name: title });
    await until(`the menu entry ${title}`, async () => {
      await row.click({ button: 'right', timeout: 5000 });
      return await entry.click({ timeout: 3000 }).then(
        () => true,
        async () => {
          await this.page.keyboard.press('Escape');
          return false;
        },
      );
    });
  }

  /** Opens a file of the folder by its path, as with Ctrl+P. */
  async openFile(path: string): Promise<void> {
    const name = path.split('/').at(-1) ?? path;
    await this.#chooseTyped('Control+P', path, name);
    await this.page.locator('.tabs-container .tab.active', { hasText: name }).waitFor();
  }

  /** Puts the cursor at the start of the line, one-based, as with Ctrl+G. */
  async goToLine(line: number): Promise<void> {
    await this.page.keyboard.press('Control+G');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.fill(`:${line}`);
    await this.page.keyboard.press('Enter');
    await input.waitFor({ state: 'hidden' });
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('Control+S');
  }

  /** Squiggles of findings in the editors. */
  squiggles(): Locator {
    return this.page.locator('.squiggly-error, .squiggly-warning, .squiggly-info');
  }

  /**
   * Moves the pointer over a squiggle until something is said about it. Anew when nothing comes: a text that is drawn again under
   * a pointer that rests counts as not pointed at.
   */
  async hover(squiggle: Locator): Promise<Locator> {
    const hover = this.page.locator('.monaco-hover:not(.hidden)').filter({ hasText: /\S/ }).first();
    await until('what is said about the squiggle', async () => {
      const box = await squiggle.boundingBox();
      if (box === null) return false;
      await this.page.mouse.move(box.x + box.width / 2, box.y + 5 * box.height);
      await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 3 });
      return await hover.waitFor({ timeout: 5000 }).then(
        () => true,
        () => false,
      );
    });
    return hover;
  }

  /** Makes the side bar this wide, as by pulling its edge. */
  async widenSideBar(pixels: number): Promise<void> {
    const box = await this.page.locator('.part.sidebar').boundingBox();
    if (box === null) throw new Error('the side bar is hidden');
    const [x, y] = [box.x + box.width, box.y + box.height / 2];
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + pixels, y, { steps: 4 });
    await this.page.mouse.up();
  }

  /**
   * The open quick-fix menu of the line the cursor is in. Asked for again when nothing comes: while VS Code starts, a provider that
   * is just being registered cancels the request, which then reads as "No code actions available".
   */
  async quickFixes(): Promise<Locator> {
    const menu = this.page.locator('.action-widget:not(.action-list-submenu-panel)');
    await until('the quick-fix menu', async () => {
      await this.page.keyboard.press('Control+.');
      const row = menu.locator('.monaco-list-row').filter({ visible: true }).first();
      return await row.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
    });
    return menu;
  }

  /** Chooses an action of the quick-fix menu of the line the cursor is in. */
  async chooseFix(title: RegExp): Promise<void> {
    const menu = await this.quickFixes();
    await this.#listRow(menu, title).click();
  }

  /** The rows of the Problems panel. */
  async problems(): Promise<Locator> {
    const rows = this.page.locator('.markers-panel .monaco-list-row').filter({ visible: true });
    if (!(await this.page.locator('.markers-panel').isVisible())) await this.page.keyboard.press('Control+Shift+M');
    await this.page.locator('.markers-panel').waitFor();
    return rows;
  }

  /** A row of a Keepsake view that has this text; the view must be shown. Rows out of sight are not there. */
  row(text: string | RegExp, view: 'Unsaved state' | 'Declared' | 'Orphans' = 'Unsaved state'): Locator {
    return this.#listRow(this.page.getByRole('tree', { name: view }), text);
  }

  /** The first row of a list that has this text. A list keeps rows that it took away, hidden, before those that it shows. */
  #listRow(list: Locator, text: string | RegExp): Locator {
    return list.locator('.monaco-list-row').filter({ hasText: text, visible: true }).first();
  }

  /** Shows only paths with this text in the Keepsake view; all for the empty one. */
  async findPaths(text: string): Promise<void> {
    await this.commandThatAsks('Keepsake: Find Paths in Unsaved State…', 'postgresql, .ssh, /etc');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.fill(text);
    await this.page.keyboard.press('Enter');
    await input.waitFor({ state: 'hidden' });
  }

  /** Unfolds a row that is folded. */
  unfold(row: Locator): Promise<void> {
    return this.#turn(row, 'true');
  }

  /** Folds a row that is unfolded. */
  fold(row: Locator): Promise<void> {
    return this.#turn(row, 'false');
  }

  /** Looks again, since the view may unfold a row by itself just before the click, which then folds it. */
  async #turn(row: Locator, expanded: 'true' | 'false'): Promise<void> {
    const turned = row.and(this.page.locator(`[aria-expanded="${expanded}"]`));
    await until('the row to fold or unfold', async () => {
      if ((await row.getAttribute('aria-expanded')) !== expanded) await row.locator('.monaco-tl-twistie').click({ timeout: 3000 });
      return await turned.waitFor({ timeout: 2000 }).then(
        () => true,
        () => false,
      );
    });
  }

  /** Clicks one of the buttons that a row shows under the pointer. Points again when the view was drawn anew just then. */
  async clickInline(row: Locator, title: string | RegExp): Promise<void> {
    await until(`the button ${String(title)}`, async () => {
      await row.hover({ timeout: 5000 });
      return await row
        .getByRole('button', { name: title })
        .click({ timeout: 3000 })
        .then(
          () => true,
          () => false,
        );
    });
  }

  /** The Keepsake view, shown. */
  async keepsakeView(): Promise<Locator> {
    const tab = this.page.locator('.activitybar').getByRole('tab', { name: /^Keepsake/ });
    await tab.waitFor();
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
    const view = this.page.locator('.sidebar .pane', { hasText: 'Unsaved state' });
    await view.waitFor();
    return view;
  }

  /**
   * Opens the input at the top with a key, types, and chooses the first row, which has to show a text. The input is opened again when it
   * closes by itself, as it does when a view or a notification takes the focus; a row is chosen once.
   */
  async #chooseTyped(key: string, typed: string, shown: string): Promise<void> {
    const widget = this.page.locator('.quick-input-widget');
    const input = widget.locator('input').first();
    const row = widget.locator('.monaco-list-row.focused').filter({ hasText: shown, visible: true });
    await until(`${shown} to be offered at the top of the window`, async () => {
      if (!(await input.isVisible())) await this.page.keyboard.press(key);
      const offered = async (): Promise<void> => {
        // A key may go to what has no keys of VS Code's; the field in the title bar opens the same input.
        const opened = await input.waitFor({ timeout: 5000 }).catch(() => 'no');
        if (opened === 'no') await this.page.locator('.command-center-center').click({ timeout: 3000 });
        await input.fill(typed, { timeout: 5000 });
        await row.waitFor({ timeout: 5000 });
        await row.click({ timeout: 3000 });
      };
      return await offered().then(
        () => true,
        async () => {
          await this.page.keyboard.press('Escape');
          return false;
        },
      );
    });
  }

  /** What can be read in the window where things are asked, told and listed, for the report of a failed test. */
  async words(): Promise<string> {
    const parts = ['.quick-input-widget', '.notification-toast', '.monaco-dialog-box', '.part.sidebar .pane', '.part.statusbar'];
    const texts = parts.map(async (part) => {
      const shown = await this.page.locator(part).filter({ visible: true }).allInnerTexts();
      return shown.map((text) => `${part}: ${text.replaceAll(/\s*\n\s*/g, ' | ')}`);
    });
    return (await Promise.all(texts)).flat().join('\n').slice(0, 4000);
  }
}
