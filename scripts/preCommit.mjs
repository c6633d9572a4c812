#!/usr/bin/env node
// Runs the command line for pre-commit (.pre-commit-hooks.yaml), which keeps a clone of this repository of its own: built at the first run.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const cli = join(root, 'dist/cli.js');

/** What is printed goes where it does not mix with findings. */
function prepare(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  console.error(
    `keepsake: \`${[command, ...args].join(' ')}\` failed${error ? `: ${error.message}` : ''}. Node.js 20 or newer with npm is needed.`,
  );
  process.exit(2);
}

if (!existsSync(cli)) {
  if (!existsSync(join(root, 'node_modules'))) prepare('npm', ['ci']);
  prepare(process.execPath, ['scripts/build.mjs']);
}
const { status, error } = spawnSync(process.execPath, [cli, ...process.argv.slice(2)], { stdio: 'inherit' });
if (error) console.error(`keepsake: ${error.message}.`);
process.exit(status ?? 2);
