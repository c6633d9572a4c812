// `npm test [-- SUITE...]`: gets what the tests need, builds, and runs the suites one after the other. The last line of the output is
// `N passed, N failed`, with `, N skipped` where something could not be run here. With CI set, a skip is a failure.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { partsEnvironment, setup } from '../scripts/setup.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => join(root, 'node_modules/.bin', name);
const mocha = (files, timeout, ...more) => {
  const options = ['--ui', 'tdd', '--forbid-only', '--timeout', `${timeout}`, '--reporter', 'test/support/reporter.cjs', ...more];
  return [process.execPath, ['--import', 'tsx', 'node_modules/mocha/bin/mocha.js', ...options, files]];
};

/**
 * Commands with `check: true` are one test each, passed when they exit 0; the others leave their counts in KEEPSAKE_TEST_RESULT.
 * Where real machines and a real VS Code take part, a test is tried twice (in a window of the browser: with all that it builds on), and
 * told when it needed that.
 * `parts` are those of the set-up that the suite wants; `missing` says why it can't be run at all, or null.
 */
const SUITES = {
  check: {
    parts: ['npm'],
    check: true,
    commands: [
      // A lock file that npm ci would refuse shows only on a fresh clone otherwise.
      ['npm', ['ci', '--dry-run', '--silent', '--no-audit', '--no-fund']],
      [bin('tsc'), []],
      [bin('oxlint'), ['--type-aware', 'client/src', 'server/src', 'test', 'scripts']],
      [bin('prettier'), ['--check', '--log-level', 'warn', '.']],
    ],
  },
  unit: { parts: ['npm', 'debian', 'grammar'], commands: [mocha('test/unit/**/*.test.ts', 120_000)] },
  server: { parts: ['npm', 'debian'], commands: [mocha('test/server/**/*.test.ts', 120_000)] },
  fuzz: { parts: ['npm', 'debian'], commands: [mocha('test/fuzz/**/*.test.ts', 300_000)] },
  hosts: { parts: ['npm', 'debian', 'zfs'], commands: [mocha('test/hosts/**/*.test.ts', 120_000, '--retries', '1')] },
  extension: {
    parts: ['npm', 'debian', 'zfs', 'vscode'],
    commands: [[process.execPath, ['test/vscode-host/runExtensionTests.mjs']]],
    missing: (parts) => (desktopVsCode() ? null : noVsCodeHost(parts)),
  },
  e2e: {
    parts: ['npm', 'debian', 'zfs', 'vscode'],
    commands: [[process.execPath, ['test/vscode-host/runBrowserTests.mjs']]],
    missing: noVsCodeHost,
  },
};
/** No suite takes longer, and not all of them together, unless something hangs. */
const SUITE_MINUTES = 18;
const ALL_MINUTES = 42;
const startedAt = Date.now();

function desktopVsCode() {
  return Boolean(process.env['VSCODE_EXECUTABLE']) || onPath('code');
}

function noVsCodeHost(parts) {
  if (!process.env['KEEPSAKE_VSCODE_HOST'] && parts.vscode.path === undefined) return parts.vscode.reason;
  const browsers = ['chromium', 'chromium-browser', 'google-chrome'];
  return process.env['KEEPSAKE_CHROMIUM'] || browsers.some(onPath)
    ? null
    : `no ${browsers[0]} (Debian packages: ${parts.debian.reason ?? 'installed'})`;
}

function onPath(name) {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => directory !== '' && existsSync(join(directory, name)));
}

/** Runs a command with its output shown live. Resolves to its exit status, null when it did not end by itself. */
function execute([program, args], environment) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...environment } });
    const minutes = Math.max(0, Math.min(SUITE_MINUTES, ALL_MINUTES - (Date.now() - startedAt) / 60_000));
    const late = setTimeout(() => {
      console.log(`not finished after ${minutes.toFixed(1)} minutes, ending it: ${program} ${args.join(' ')}`);
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), 10_000).unref();
    }, minutes * 60_000);
    child.once('error', (error) => {
      clearTimeout(late);
      console.log(String(error));
      resolve(null);
    });
    child.once('exit', (status) => {
      clearTimeout(late);
      resolve(status);
    });
  });
}

const NOTHING = { passed: 0, failed: 0, skipped: 0, failures: [], secondTries: [] };
const failedFor = (reason) => ({ ...NOTHING, failed: 1, failures: [reason] });

/** The result of one command of a suite. A run that ends badly without a failed test, or that ran no test, is a failed test itself. */
async function count(suite, command, environment, scratch) {
  const file = join(scratch, 'result.json');
  rmSync(file, { force: true });
  const status = await execute(command, { ...environment, KEEPSAKE_TEST_RESULT: file });
  const words = command.flat().join(' ');
  if (suite.check) return status === 0 ? { ...NOTHING, passed: 1 } : failedFor(words);
  let result;
  try {
    result = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return failedFor(`no result was left by ${words}`);
  }
  if (result.passed + result.failed + result.skipped === 0) return failedFor(`no tests in ${words}`);
  return status !== 0 && result.failed === 0 ? { ...result, failed: 1, failures: [`status ${status} of ${words}`] } : result;
}

/** Adds what `more` has to `sum`: numbers are added, lists joined. */
function addTo(sum, more) {
  for (const key of Object.keys(NOTHING)) sum[key] = Array.isArray(sum[key]) ? [...sum[key], ...more[key]] : sum[key] + more[key];
}

async function main(names) {
  const unknown = names.filter((name) => !Object.hasOwn(SUITES, name));
  if (unknown.length > 0) {
    console.log(`no such suite: ${unknown.join(', ')} (there are ${Object.keys(SUITES).join(', ')})`);
    return 2;
  }
  const chosen = Object.entries(SUITES).filter(([name]) => names.length === 0 || names.includes(name));
  const parts = await setup([...new Set(chosen.flatMap(([, suite]) => suite.parts))]);
  const rows = [];
  const add = (name, counts, started, reason = '') => rows.push({ name, ...counts, seconds: (Date.now() - started) / 1000, reason });

  const begun = Date.now();
  const built = parts.npm.path === undefined ? null : await execute(['npm', ['run', '--silent', 'build']]);
  add('build', built === 0 ? { ...NOTHING, passed: 1 } : failedFor('npm run build'), begun, parts.npm.reason);

  const environment = partsEnvironment(parts);
  const scratch = mkdtempSync(join(tmpdir(), 'keepsake-test-'));
  try {
    for (const [name, suite] of parts.npm.path === undefined ? [] : chosen) {
      const started = Date.now();
      console.log(`\n=== ${name}`);
      const missing = suite.missing?.(parts) ?? null;
      if (missing !== null) {
        add(name, { ...NOTHING, skipped: 1 }, started, missing);
        continue;
      }
      const sum = { ...NOTHING };
      for (const command of suite.commands) addTo(sum, await count(suite, command, environment, scratch));
      add(name, sum, started);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return report(rows);
}

function report(rows) {
  const total = { ...NOTHING };
  console.log('\nsuite      passed  failed  skipped  seconds');
  for (const row of rows) {
    const numbers = [String(row.passed).padStart(6), String(row.failed).padStart(6), String(row.skipped).padStart(7)];
    console.log([row.name.padEnd(10), ...numbers, row.seconds.toFixed(1).padStart(7)].join('  ').replace('  ', ' '));
    if (row.reason) console.log(`           ${row.reason}`);
    addTo(total, row);
  }
  // At the end, where a log that is cut to its last lines still has them.
  for (const text of total.secondTries) console.log(`\npassed only when tried again, if it does not stand below: ${text.slice(0, 2000)}`);
  for (const text of total.failures) console.log(`\nfailed: ${text.slice(0, 4000)}`);
  if (process.env['CI'] && total.skipped > 0) {
    console.log(`CI has to have everything: ${total.skipped} skipped count as failed`);
    total.failed += total.skipped;
    total.skipped = 0;
  }
  console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
  return total.failed > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
