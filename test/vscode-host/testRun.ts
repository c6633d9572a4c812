import { existsSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { openPage, startBrowser } from './browser.ts';
import { startCodeServer, workbenchUrl } from './codeServer.ts';
import type { CodeServer } from './codeServer.ts';
import type { Installation } from './installation.ts';

/** Environment variable that names the file a suite writes when it has run to its end. */
export const SUITE_RESULT = 'KEEPSAKE_SUITE_RESULT';

export interface TestRunOptions {
  readonly extensionDevelopmentPaths: readonly string[];
  /** Module that exports `run(): Promise<void>`, loaded inside the extension host. */
  readonly extensionTestsPath: string;
  readonly folder: string | undefined;
  readonly workspace: string | undefined;
  readonly userDataDir: string;
  readonly extensionsDir: string | undefined;
  readonly trustAll: boolean;
  /** Further payload of the workbench, see {@link workbenchUrl}. */
  readonly payload: readonly (readonly [string, string])[];
  readonly timeoutMilliseconds: number;
  /** When given, a run that does not leave this file has failed. */
  readonly resultFile: string | undefined;
  /** When given, a picture of the workbench is left here if there is no result in time. */
  readonly screenshot: string | undefined;
  readonly signal: AbortSignal;
  /** Takes what the suite and the workbench print: the arguments of a `console` call. */
  readonly print: (stream: 'out' | 'error', values: readonly unknown[]) => void;
}

/**
 * Runs a suite inside the extension host of a fresh workbench.
 * @returns VS Code's exit code: 0 when `run` resolved, 1 when it rejected, could not be loaded or died on the way.
 * @throws when there is no result in time, the workbench can't be opened, or `signal` aborts.
 */
export async function runTestsInHost(installation: Installation, options: TestRunOptions): Promise<number> {
  const { resultFile } = options;
  if (resultFile !== undefined) rmSync(resultFile, { force: true });
  const server = await startCodeServer(installation, {
    userDataDir: options.userDataDir,
    ...(options.extensionsDir !== undefined && { extensionsDir: options.extensionsDir }),
    trustAll: options.trustAll,
    // A built workbench looks at the payload's extension* keys only while its smoke-test driver is on (Code 1.139; 1.100 did not ask).
    extraArguments: ['--vscode-option', 'enable-smoke-test-driver'],
  });
  try {
    const browser = await startBrowser(installation);
    try {
      const page = await openPage(browser);
      const code = await playSuite(page, server, options);
      const doubt = reasonToDoubt(code, readFileSync(server.logFile, 'utf8'), resultFile);
      if (doubt === null) return code;
      options.print('error', [doubt]);
      return code || 1;
    } finally {
      await browser.close();
    }
  } finally {
    await server.close();
  }
}

/**
 * Why VS Code's exit code is not to be believed. When the extension host dies (a signal, out of memory) the workbench
 * reports 0, so a bare 0 proves nothing.
 */
export function reasonToDoubt(code: number, serverLog: string, resultFile: string | undefined): string | null {
  const death = /Extension Host Process exited with code: (?!0, signal: null).*/.exec(serverLog);
  if (death) return death[0];
  if (code === 0 && resultFile !== undefined && !existsSync(resultFile))
    return `the suite did not run to its end: it left no ${resultFile}`;
  return null;
}

async function playSuite(page: Page, server: CodeServer, options: TestRunOptions): Promise<number> {
  const result = deferred<number>();
  const fail = (message: string): void => result.reject(new Error(message));
  // Both must be there before the page is opened.
  await page.exposeFunction('codeAutomationLog', (type: string, values: unknown[]) =>
    options.print(type === 'error' || type === 'warn' ? 'error' : 'out', values),
  );
  await page.exposeFunction('codeAutomationExit', (code: number) => result.resolve(code));
  page.on('crash', () => fail('the page crashed'));
  page.on('close', () => fail('the page was closed'));
  page.on('pageerror', (error) => options.print('error', [`page error: ${error.message}`]));
  options.signal.addEventListener('abort', () => fail('interrupted'));
  const timer = setTimeout(() => fail(`no result within ${options.timeoutMilliseconds} ms`), options.timeoutMilliseconds);
  result.promise.catch(() => {}); // it may fail while the page still loads
  try {
    if (options.signal.aborted) fail('interrupted');
    const url = workbenchUrl(server, { folder: options.folder, workspace: options.workspace, payload: payload(server, options) });
    const answer = await page.goto(url, { waitUntil: 'domcontentloaded' });
    if (!answer?.ok()) throw new Error(`the workbench answered ${answer?.status()}:\n${readFileSync(server.logFile, 'utf8').slice(-2000)}`);
    return await result.promise;
  } catch (error) {
    if (options.screenshot !== undefined) await page.screenshot({ path: options.screenshot }).catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function payload(server: CodeServer, options: TestRunOptions): readonly (readonly [string, string])[] {
  const remote = (path: string): string => `vscode-remote://127.0.0.1:${server.port}${resolve(path)}`;
  return [
    ...options.extensionDevelopmentPaths.map((path) => ['extensionDevelopmentPath', remote(path)] as const),
    ['extensionTestsPath', remote(options.extensionTestsPath)],
    ...options.payload,
  ];
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (reason: Error) => void } {
  let resolve!: (value: T) => void;
  let reject!: (reason: Error) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
