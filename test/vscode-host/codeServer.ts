import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Installation } from './installation.ts';
import { quietSettings } from './settings.ts';
import { until } from './until.ts';

export interface CodeServerOptions {
  /** Holds settings, logs and (unless told otherwise) extensions; made when it is not there. The caller removes it. */
  readonly userDataDir: string;
  readonly extensionsDir?: string;
  /** Added to the environment of VS Code and its extension host. */
  readonly environment?: Readonly<Record<string, string>>;
  /** User settings on top of {@link quietSettings} and of what the user data directory has already. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** More arguments of code-server. */
  readonly extraArguments?: readonly string[];
  /** Every folder counts as trusted; default true. */
  readonly trustAll?: boolean;
  /** Ends by itself when no window was open for so long; default 300. `null`: runs until it is closed. */
  readonly idleTimeoutSeconds?: number | null;
}

/** A running code-server on 127.0.0.1. */
export interface CodeServer {
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly userDataDir: string;
  readonly extensionsDir: string;
  /** What code-server printed. */
  readonly logFile: string;
  /** Installs a `.vsix`. @throws with what code-server said. */
  install(vsix: string): void;
  /** Ends the server and everything it started. */
  close(): Promise<void>;
}

/**
 * Starts code-server without login on a free port of 127.0.0.1 and waits until it answers.
 * @throws with its log when it does not start.
 */
export async function startCodeServer(installation: Installation, options: CodeServerOptions): Promise<CodeServer> {
  const userDataDir = resolve(options.userDataDir);
  const extensionsDir = resolve(options.extensionsDir ?? join(userDataDir, 'extensions'));
  mkdirSync(extensionsDir, { recursive: true });
  writeSettings(userDataDir, options.settings ?? {});
  const config = join(userDataDir, 'code-server.yaml');
  writeFileSync(config, 'auth: none\ncert: false\n');
  const logFile = join(userDataDir, 'server.log');
  const log = openSync(logFile, 'w');
  const port = await freePort();
  const folders = ['--config', config, '--user-data-dir', userDataDir, '--extensions-dir', extensionsDir];
  // Sockets land here, and their path may have no more than 107 bytes: short, and away from /tmp/vscode-ipc-*.
  const sockets = mkdtempSync(join(tmpdir(), 'kvs-'));
  const environment = {
    ...withoutVsCode(process.env),
    ...options.environment,
    EXTENSIONS_GALLERY: '{}', // otherwise a public gallery is asked
    TMPDIR: sockets,
    XDG_RUNTIME_DIR: sockets,
    XDG_CONFIG_HOME: join(userDataDir, 'xdg'),
    XDG_DATA_HOME: join(userDataDir, 'xdg'),
  };
  const idle = options.idleTimeoutSeconds === undefined ? 300 : options.idleTimeoutSeconds;
  const child = spawn(
    installation.node,
    [
      installation.codeServer,
      ...folders,
      '--bind-addr',
      `127.0.0.1:${port}`,
      '--auth',
      'none',
      '--disable-telemetry',
      '--disable-update-check',
      '--disable-getting-started-override',
      '--disable-proxy',
      '--ignore-last-opened',
      ...(idle === null ? [] : ['--idle-timeout-seconds', String(idle)]),
      ...((options.trustAll ?? true) ? ['--disable-workspace-trust'] : []),
      ...(options.extraArguments ?? []),
    ],
    { detached: true, stdio: ['ignore', log, log], env: environment },
  );
  let ended = false;
  child.on('error', () => (ended = true));
  child.on('exit', () => (ended = true));
  const killGroup = (): void => signal(child.pid === undefined ? undefined : -child.pid, 'SIGKILL');
  process.on('exit', killGroup); // a runner that dies of an exception must not leave a server behind

  const close = async (): Promise<void> => {
    process.off('exit', killGroup);
    signal(child.pid, 'SIGTERM');
    // Only the leader is waited for: ended children of the group can stay as zombies where process 1 is slow to reap.
    await until('code-server to end', () => ended, 1500).catch(() => {});
    killGroup();
    await until('code-server to be killed', () => ended, 3000).catch(() => {});
    rmSync(sockets, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await until('code-server', async () => ended || (await healthy(port)), 60_000);
    if (ended) throw new Error('code-server ended at once');
  } catch (error) {
    await close();
    throw new Error(`code-server did not start:\n${readFileSync(logFile, 'utf8')}`, { cause: error });
  }
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    userDataDir,
    extensionsDir,
    logFile,
    install: (vsix) => {
      execFileSync(installation.node, [installation.codeServer, ...folders, '--install-extension', vsix], {
        env: environment,
        stdio: 'pipe',
      });
    },
    close,
  };
}

/**
 * The address that opens a folder (or a `.code-workspace` file, or nothing) in the workbench.
 * @param payload - what a desktop VS Code takes on its command line, as key and value.
 */
export function workbenchUrl(
  server: CodeServer,
  open: { folder?: string | undefined; workspace?: string | undefined; payload?: readonly (readonly [string, string])[] },
): string {
  const url = new URL(server.origin);
  if (open.workspace !== undefined) url.searchParams.set('workspace', resolve(open.workspace));
  else if (open.folder !== undefined) url.searchParams.set('folder', resolve(open.folder));
  else url.searchParams.set('ew', 'true');
  if (open.payload && open.payload.length > 0) url.searchParams.set('payload', JSON.stringify(open.payload));
  return url.href;
}

/**
 * Puts settings into `User/settings.json`, over {@link quietSettings} and what is there; a desktop VS Code reads the same file. Also into
 * `Machine/settings.json`: code-server counts as a remote machine, and takes settings of machine scope from there only.
 */
export function writeSettings(userDataDir: string, settings: Readonly<Record<string, unknown>>): void {
  for (const level of ['User', 'Machine']) {
    const file = join(userDataDir, level, 'settings.json');
    mkdirSync(dirname(file), { recursive: true });
    let there: object = {};
    try {
      there = JSON.parse(readFileSync(file, 'utf8')) as object;
    } catch {
      // None yet.
    }
    writeFileSync(file, `${JSON.stringify({ ...quietSettings, ...there, ...settings }, null, 2)}\n`);
  }
}

/** The environment without what a VS Code that started us left there; it would answer instead of ours. */
function withoutVsCode(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, ELECTRON_RUN_AS_NODE: _electron, ...rest } = environment;
  return Object.fromEntries(Object.entries(rest).filter(([name]) => !name.startsWith('VSCODE_')));
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(pid, name);
  } catch {
    // It has ended already.
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function healthy(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(1000) });
  await answer.arrayBuffer();
  return answer.ok;
}
