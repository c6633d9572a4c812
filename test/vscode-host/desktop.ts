import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { onPath } from './installation.ts';

/**
 * The program of a desktop VS Code that tests can be started in: `VSCODE_EXECUTABLE`, or the one that the `code` command on the
 * PATH belongs to. Null without one, and on a Linux without a display.
 */
export function findDesktop(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | null {
  const named = environment['VSCODE_EXECUTABLE'];
  if (named) return named;
  if (platform === 'linux' && !environment['DISPLAY'] && !environment['WAYLAND_DISPLAY']) return null;
  const command = onPath(platform === 'win32' ? 'code.cmd' : 'code', environment);
  return command === null ? null : programOf(command, platform);
}

/** `code` is a script that starts the program and returns at once: the program lies at a known place near it. */
function programOf(command: string, platform: NodeJS.Platform): string | null {
  if (basename(dirname(command)) !== 'bin') return null;
  const near = { darwin: '../../../../MacOS/Electron', win32: '../Code.exe' }[platform as string] ?? '../code';
  const program = join(dirname(command), near);
  return existsSync(program) ? program : null;
}
