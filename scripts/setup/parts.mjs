// The parts of the set-up. Each does nothing when it is done already, and answers `{ path }` or, where it can't be had, `{ reason }`.
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached, recipeHash } from './cache.mjs';
import { lastLine, run } from './run.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** @typedef {{ path: string, reason?: undefined } | { path?: undefined, reason: string }} Part */

/** node_modules as package-lock.json says. @returns {Promise<Part>} */
export async function npmPackages() {
  const path = join(root, 'node_modules');
  if (isInstalled()) return { path };
  console.log('setup: npm ci');
  const { status, output } = await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root });
  return status === 0 ? { path } : { reason: `npm ci failed: ${lastLine(output)}` };
}

/**
 * Whether every package of package-lock.json is there in its version. Compared by content, not by time: a checkout sets times anew,
 * and an unneeded `npm ci` would take node_modules away under whoever uses it.
 */
function isInstalled() {
  try {
    const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    const installed = JSON.parse(readFileSync(join(root, 'node_modules/.package-lock.json'), 'utf8')).packages;
    return Object.entries(wanted).every(([name, { version, optional }]) => name === '' || optional || installed[name]?.version === version);
  } catch {
    return false;
  }
}

/** The Debian packages of debian.sh. @returns {Promise<Part>} */
export async function debianPackages() {
  if (!existsSync('/etc/debian_version') || !findProgram('apt-get')) return { reason: 'this is not Debian' };
  const { status, output } = await run('bash', [join(root, 'scripts/setup/debian.sh')], { quiet: true });
  if (status === 0) return { path: '/usr' };
  return { reason: status === 3 ? lastLine(output) : `apt-get failed: ${lastLine(output)}` };
}

/** The tree-sitter command, which Debian 12 lacks: with it the grammar is rebuilt and compared. @returns {Promise<Part>} */
export async function grammarTools() {
  const { status, output } = await run('bash', [join(root, 'syntaxes/tree-sitter-nix/fetch-tree-sitter.sh')], { quiet: true });
  return status === 0 ? { path: lastLine(output) } : { reason: `tree-sitter could not be fetched: ${lastLine(output)}` };
}

/** The machine with a real ZFS root, built by test/hosts/zfs/build.sh; needs the two parts above. @returns {Promise<Part>} */
export async function zfsMachine() {
  const zfs = join(root, 'test/hosts/zfs');
  const hash = recipeHash(
    root,
    ['build.sh', 'freeze.ts', 'qemuArguments.ts', 'guest'].map((name) => join(zfs, name)),
  );
  const running = ['qemu-system-x86_64', 'qemu-img', 'zstd', 'ssh', 'setpriv'].filter((program) => !findProgram(program));
  if (running.length > 0) return { reason: `the ZFS machine can't be run without ${running.join(', ')}` };
  return attempt('ZFS machine', () =>
    cached('zfs-machine', hash, async (directory) => {
      if (process.arch !== 'x64') throw new Error('it is built on x86-64 only');
      if (process.getuid?.() !== 0) throw new Error('building it needs root');
      const building = ['mmdebstrap', 'busybox', 'cpio', 'xz', 'strip', 'ssh-keygen'].filter((program) => !findProgram(program));
      if (building.length > 0) throw new Error(`building it needs ${building.join(', ')}`);
      console.log('setup: building the ZFS machine, once; this takes four to eight minutes');
      const env = { ...process.env, NODE: process.execPath };
      const { status, output } = await run('bash', [join(zfs, 'build.sh'), directory], { env });
      if (status !== 0) throw new Error(`building it failed: ${lastLine(output)}`);
    }),
  );
}

/** VS Code for the browser, installed by test/vscode-host/install.sh. @returns {Promise<Part>} */
export async function vscodeHost() {
  const folder = join(root, 'test/vscode-host');
  const hash = recipeHash(
    root,
    ['install.sh', 'stand-ins'].map((name) => join(folder, name)),
  );
  return attempt('VS Code host', () =>
    cached('vscode-host', `${hash}-${process.platform}-${process.arch}`, async (directory) => {
      console.log('setup: installing VS Code for the browser, once; about half a minute');
      const { status, output } = await run('sh', [join(folder, 'install.sh'), directory]);
      if (status !== 0) throw new Error(`installing it failed: ${lastLine(output)}`);
    }),
  );
}

/** @returns {Promise<Part>} */
async function attempt(what, make) {
  try {
    return { path: await make() };
  } catch (error) {
    return { reason: `${what}: ${error.message}` };
  }
}

function findProgram(name) {
  // Debian keeps some of these in /usr/sbin, which is not on the PATH of ordinary users.
  return [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'].some((directory) => existsSync(join(directory, name)));
}
