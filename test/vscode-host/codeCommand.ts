import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'node:util';
import { asPath, readCommandLine } from './commandLine.ts';
import type { CommandLine } from './commandLine.ts';
import { requireInstallation } from './installation.ts';
import { runTestsInHost, SUITE_RESULT } from './testRun.ts';

/** Exit code for all that is not the suite's own failure, so that the one is not taken for the other. */
const CANNOT = 2;

/** Lines in which the workbench talks about itself. */
const CHATTER =
  /^(Resolv(ing|ed) connection token|Creating a socket|\[reconnection-grace-time\]|Ignoring fetching additional builtin|\[Service Worker\]|\[AgentHost|\[AccountPolicyGate\]|Updating additional builtin)/;

/**
 * Does what the `code` command does when it is asked to run tests. Also reads `KEEPSAKE_SUITE_RESULT`,
 * `KEEPSAKE_HOST_TIMEOUT` (milliseconds), `KEEPSAKE_HOST_SCREENSHOT` and `KEEPSAKE_HOST_VERBOSE`.
 * @param args - VS Code's arguments.
 * @returns the exit code: VS Code's own, {@link CANNOT} when the suite was not run, 130 when interrupted.
 */
export async function codeCommand(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const commandLine = readCommandLine(args);
  const last = (name: string): string | undefined => commandLine.options.get(name)?.at(-1);
  const tests = last('extensionTestsPath');
  if (!tests) {
    console.error('codeCommand: only test runs (--extensionTestsPath) are supported');
    return CANNOT;
  }
  const abort = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => abort.abort());
  // Who asked for the run may be killed; then nobody wants its result, and nothing may stay behind.
  const parent = process.ppid;
  const orphaned = setInterval(() => {
    if (process.ppid !== parent) abort.abort();
  }, 1000);
  const scratch = mkdtempSync(join(tmpdir(), 'keepsake-code-'));
  try {
    return await runTestsInHost(requireInstallation(environment), {
      extensionDevelopmentPaths: (commandLine.options.get('extensionDevelopmentPath') ?? []).map(asPath),
      extensionTestsPath: asPath(tests),
      ...opened(commandLine),
      userDataDir: last('user-data-dir') ?? join(scratch, 'data'),
      extensionsDir: last('extensions-dir'),
      trustAll: commandLine.options.has('disable-workspace-trust'),
      payload: [
        ['skipWelcome', 'true'],
        ['skipReleaseNotes', 'true'],
        ...(commandLine.options.has('disable-extensions') ? [['disableExtensions', 'true'] as const] : []),
      ],
      timeoutMilliseconds: Number(environment['KEEPSAKE_HOST_TIMEOUT'] ?? 600_000),
      resultFile: environment[SUITE_RESULT],
      screenshot: environment['KEEPSAKE_HOST_SCREENSHOT'],
      signal: abort.signal,
      print: (stream, values) => {
        if (!environment['KEEPSAKE_HOST_VERBOSE'] && CHATTER.test(String(values[0]))) return;
        // The arguments of a console call come one by one: mocha's are a format and its values.
        (stream === 'out' ? process.stdout : process.stderr).write(`${format(...values)}\n`);
      },
    });
  } catch (error) {
    console.error(`codeCommand: ${error instanceof Error ? error.message : String(error)}`);
    return abort.signal.aborted ? 130 : CANNOT;
  } finally {
    clearInterval(orphaned);
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The folder or workspace file to open: the last one named. */
function opened(commandLine: CommandLine): { folder: string | undefined; workspace: string | undefined } {
  let folder: string | undefined;
  let workspace: string | undefined;
  for (const path of [...commandLine.paths, ...(commandLine.options.get('folder-uri') ?? []).map(asPath)]) {
    if (path.endsWith('.code-workspace')) workspace = path;
    else if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) folder = path;
  }
  return { folder, workspace };
}
