import { once } from 'node:events';
import { startCodeServer, workbenchUrl } from '../../test/vscode-host/codeServer.ts';
import type { Installation } from '../../test/vscode-host/installation.ts';

export interface BrowserWindowOptions {
  readonly folder: string;
  readonly extensions: readonly string[];
  readonly userDataDir: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Serves a folder in VS Code on 127.0.0.1, prints its address and waits until `ended` aborts; then the server is gone too. */
export async function serveBrowserWindow(installation: Installation, options: BrowserWindowOptions, ended: AbortSignal): Promise<void> {
  const { userDataDir, settings } = options;
  const server = await startCodeServer(installation, { userDataDir, settings, idleTimeoutSeconds: null });
  try {
    for (const vsix of options.extensions) server.install(vsix);
    console.log(
      `The fleet is open in VS Code at\n\n  ${workbenchUrl(server, { folder: options.folder })}\n\nPress Ctrl-C to end the demo.`,
    );
    if (!ended.aborted) await once(ended, 'abort');
  } finally {
    await server.close();
  }
}
