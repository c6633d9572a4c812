import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import type { Installation } from './installation.ts';

/** Starts a headless Chromium that can reach nothing but 127.0.0.1. */
export function startBrowser(installation: Installation): Promise<Browser> {
  return chromium.launch({
    executablePath: installation.chromium,
    headless: true,
    chromiumSandbox: false,
    // Who started us ends us: the browser must not answer Ctrl-C by itself before the server is closed.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
      // Not by intercepting requests: that costs the HTTP cache.
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
    ],
  });
}

/** Opens an empty page of 1280 x 800 that may use the clipboard. */
export async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, permissions: ['clipboard-read', 'clipboard-write'] });
  return await context.newPage();
}
