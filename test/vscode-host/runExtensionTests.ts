import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { startZfsMachine, zfsMachineMissing } from '../hosts/zfsMachine.ts';
import { writeSettings } from './codeServer.ts';
import { findDesktop } from './desktop.ts';
import { findInstallation } from './installation.ts';
import { makeScratch, projectRoot } from './scratch.ts';
import { readSuiteResult, reportSuiteResult } from '../support/suiteResult.ts';
import { SUITE_RESULT } from './testRun.ts';

const NOTHING = { passed: 0, failed: 0, skipped: 0, failures: [], secondTries: [] };
const bundles = join(projectRoot, 'out/extension-tests');

/**
 * Runs `test/extension` inside the extension host: of a desktop VS Code where there is one, else of code-server.
 * Needs `dist/` to be built. What decides is described in README.md beside this file.
 * @returns the exit code.
 */
export async function runExtensionTests(environment: NodeJS.ProcessEnv): Promise<number> {
  const desktop = findDesktop(environment, process.platform);
  if (desktop === null) {
    const installation = findInstallation(environment);
    if (typeof installation === 'string') {
      console.error(`neither a desktop VS Code nor one in a browser: ${installation}`);
      return 1;
    }
  }
  await bundleSuites();
  const scratch = makeScratch();
  const userDataDir = join(scratch.directory, 'data');
  const resultFile = join(scratch.directory, 'result.json');
  writeSettings(userDataDir, { 'files.autoSave': 'off' });
  const noMachine = zfsMachineMissing(environment['KEEPSAKE_ZFS_MACHINE']);
  const machine = noMachine === null ? await startZfsMachine() : null;
  try {
    const scenario = await machine?.exec(readFileSync(join(projectRoot, 'test/hosts/zfs/scenario.sh'), 'utf8'));
    if (scenario && scenario.status !== 0) throw new Error(`the scenario of the ZFS machine failed:\n${scenario.stderr}`);
    const exitCode = await runTests({
      vscodeExecutablePath: desktop ?? join(import.meta.dirname, 'codeCommand.mjs'),
      extensionDevelopmentPath: projectRoot,
      extensionTestsPath: join(bundles, 'index.js'),
      launchArgs: [scratch.fleet, '--disable-extensions', `--user-data-dir=${userDataDir}`],
      extensionTestsEnv: {
        [SUITE_RESULT]: resultFile,
        KEEPSAKE_HOST_TIMEOUT: '900000',
        KEEPSAKE_HOST_SCREENSHOT: join(projectRoot, 'out/extension-tests/late.png'),
        KEEPSAKE_TEST_MACHINE: machine === null ? '' : JSON.stringify({ sshConfig: machine.sshConfig, host: machine.host }),
        KEEPSAKE_TEST_NO_MACHINE: noMachine ?? '',
        KEEPSAKE_TEST_EXAMPLE: join(projectRoot, 'examples/fleet'),
        MOCHA_GREP: environment['MOCHA_GREP'] ?? '',
        CI: environment['CI'] ?? '',
      },
    }).catch((error: unknown) => {
      // Tests that failed are in the result; a VS Code that did not get that far is said here.
      if (readSuiteResult(resultFile) === null) console.error(error);
      return 1;
    });
    const result = readSuiteResult(resultFile);
    // A VS Code that did not end well is a failure although every test has passed: it died on them.
    const silent = result === null || result.passed + result.failed === 0;
    const counted = silent || (exitCode !== 0 && result.failed === 0) ? { ...(result ?? NOTHING), failed: 1 } : result;
    reportSuiteResult(counted, environment);
    return counted.failed === 0 ? 0 : 1;
  } finally {
    await machine?.stop();
    scratch.remove();
  }
}

/** Each test file becomes a bundle of its own beside `index.js`; `vscode` and mocha stay outside. */
async function bundleSuites(): Promise<void> {
  const suites = readdirSync(join(projectRoot, 'test/extension')).filter((file) => file.endsWith('.test.ts'));
  rmSync(bundles, { recursive: true, force: true });
  await build({
    absWorkingDir: projectRoot,
    entryPoints: ['test/extension/index.ts', ...suites.map((file) => join('test/extension', file))],
    outdir: bundles,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
}
