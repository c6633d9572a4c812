import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What runs VS Code in a browser. */
export interface Installation {
  /** The Node that code-server asks for. */
  readonly node: string;
  /** code-server's entry script. */
  readonly codeServer: string;
  readonly chromium: string;
}

/**
 * Where the VS Code of the tests is: what `install.sh` put into `KEEPSAKE_VSCODE_HOST`, and a Chromium
 * (`KEEPSAKE_CHROMIUM`, or the first one on the PATH).
 * @returns the places, or a sentence that says what is missing.
 */
export function findInstallation(environment: NodeJS.ProcessEnv): Installation | string {
  const root = environment['KEEPSAKE_VSCODE_HOST'];
  if (!root) return 'KEEPSAKE_VSCODE_HOST does not say where test/vscode-host/install.sh put code-server';
  const node = join(root, 'node');
  const codeServer = join(root, 'node_modules/code-server/out/node/entry.js');
  for (const file of [node, codeServer]) if (!readable(file)) return `${file} is missing: run test/vscode-host/install.sh again`;
  const chromium =
    environment['KEEPSAKE_CHROMIUM'] ??
    ['chromium', 'chromium-browser', 'google-chrome'].map((name) => onPath(name, environment)).find((file) => file !== null);
  if (!chromium) return 'no chromium on the PATH, and KEEPSAKE_CHROMIUM names none';
  return { node, codeServer, chromium };
}

/** As {@link findInstallation}, for callers that can't do without. @throws with the sentence. */
export function requireInstallation(environment: NodeJS.ProcessEnv): Installation {
  const found = findInstallation(environment);
  if (typeof found === 'string') throw new Error(found);
  return found;
}

/** The file that a command of this name would run, links followed; null when there is none. */
export function onPath(name: string, environment: NodeJS.ProcessEnv): string | null {
  for (const directory of (environment['PATH'] ?? '').split(delimiter)) {
    const file = join(directory, name);
    if (directory !== '' && executable(file)) return realpathSync(file);
  }
  return null;
}

const readable = (file: string): boolean => may(file, constants.R_OK);
const executable = (file: string): boolean => may(file, constants.X_OK);

function may(file: string, mode: number): boolean {
  try {
    accessSync(file, mode);
    return true;
  } catch {
    return false;
  }
}
