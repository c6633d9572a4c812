// `npm run demo`: gets what it needs, builds and packages the extension, and shows it at work on a copy of examples/fleet.
// Until the set-up has run there is nothing but Node's own modules.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readArguments, usage } from './demo/arguments.mjs';
import { partsEnvironment, setup } from './setup.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** @returns {Promise<number>} the exit status */
async function main() {
  const options = readArguments(process.argv.slice(2));
  if ('problem' in options || options.help) {
    console.log('problem' in options ? `${options.problem}\n\n${usage}` : usage);
    return 'problem' in options ? 2 : 0;
  }
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => ended.abort());

  const browser = options.pictures !== null || !onPath('code');
  const parts = await setup([
    'npm',
    ...(browser || options.zfs ? ['debian'] : []),
    ...(browser ? ['vscode'] : []),
    ...(options.zfs ? ['zfs'] : []),
  ]);
  if (ended.signal.aborted) return 130;
  if (parts.npm.path === undefined) return fail(`the npm packages can't be had: ${parts.npm.reason}`);
  if (options.zfs && parts.zfs.path === undefined) return fail(`the ZFS machine can't be had: ${parts.zfs.reason}`);
  const packaged = spawnSync('npm', ['run', '--silent', 'package'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (packaged.status !== 0) return fail('the extension could not be packaged');
  if (ended.signal.aborted) return 130;

  const { register } = await import('tsx/cjs/api');
  register();
  const { runDemo } = createRequire(import.meta.url)('./demo/run.ts');
  try {
    // The ZFS machine looks for its directory in the environment itself.
    Object.assign(process.env, partsEnvironment(parts));
    await runDemo(options, process.env, ended.signal);
    return 0;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function onPath(name) {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => directory !== '' && existsSync(join(directory, name)));
}

function fail(message) {
  console.error(`demo: ${message}`);
  return 1;
}

// Not left to the event loop: a server of which a handle stays open must not keep the demo alive.
process.exit(await main());
