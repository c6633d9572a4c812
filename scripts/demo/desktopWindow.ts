import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSettings } from '../../test/vscode-host/codeServer.ts';

export interface DesktopWindowOptions {
  /** The `code` command. */
  readonly code: string;
  readonly folder: string;
  readonly extensions: readonly string[];
  readonly userDataDir: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * Opens a folder in the user's VS Code, with settings and extensions of its own, and waits until the window is closed or `ended` aborts;
 * then that VS Code is gone too.
 */
export async function showDesktopWindow(options: DesktopWindowOptions, ended: AbortSignal): Promise<void> {
  const { userDataDir } = options;
  writeSettings(userDataDir, { ...options.settings, 'security.workspace.trust.enabled': false });
  const own = ['--user-data-dir', userDataDir, '--extensions-dir', join(userDataDir, 'extensions')];
  // VS Code refuses to run as root without this.
  if (process.getuid?.() === 0) own.push('--no-sandbox');
  for (const vsix of options.extensions) execFileSync(options.code, [...own, '--install-extension', vsix, '--force'], { stdio: 'pipe' });
  const child = spawn(options.code, [...own, '--new-window', '--wait', options.folder], { stdio: 'ignore' });
  const closed = once(child, 'exit');
  console.log('The fleet is open in VS Code. Close its window or press Ctrl-C here to end the demo.');
  await Promise.race([closed, ended.aborted ? null : once(ended, 'abort')]);
  endProgram(userDataDir);
  child.kill();
}

/** The command has long returned to the program it started; that one leaves its process id in its data directory. */
function endProgram(userDataDir: string): void {
  try {
    process.kill(Number(readFileSync(join(userDataDir, 'code.lock'), 'utf8').trim()));
  } catch {
    // It has ended already.
  }
}
