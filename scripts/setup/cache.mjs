// What takes long to make is made once per machine and kept in the user's cache, under a name that says what it was made from.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';

/** The folder of everything that Keepsake's tests and demo keep on this machine. */
export function cacheDirectory() {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'keepsake');
}

/**
 * Sixteen hex digits that change with the content of the files and folders `paths` (absolute), named relative to `root`.
 * @param {string} root
 * @param {readonly string[]} paths
 */
export function recipeHash(root, paths) {
  const hash = createHash('sha256');
  const add = (path) => {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) add(join(path, name));
    } else {
      const content = readFileSync(path);
      hash.update(`${relative(root, path)}\0${content.length}\0`).update(content);
    }
  };
  for (const path of paths) add(path);
  return hash.digest('hex').slice(0, 16);
}

/**
 * The directory `NAME-HASH` of the cache, made by `build(directory)` when it is not there. It appears complete or not at all, and is
 * built once however many ask for it at the same time.
 * @param {string} name
 * @param {string} hash
 * @param {(directory: string) => Promise<void>} build
 * @returns {Promise<string>}
 */
export async function cached(name, hash, build) {
  const cache = cacheDirectory();
  mkdirSync(cache, { recursive: true });
  const target = join(cache, `${name}-${hash}`);
  if (existsSync(target)) return target;
  const unlock = await lock(`${target}.lock`, name);
  try {
    if (existsSync(target)) return target;
    const building = `${target}.building`;
    // Left by a run that was ended; nobody builds in it, since the lock is ours.
    rmSync(building, { recursive: true, force: true });
    mkdirSync(building);
    try {
      await build(building);
      renameSync(building, target);
    } finally {
      rmSync(building, { recursive: true, force: true });
    }
    return target;
  } finally {
    unlock();
  }
}

/** Takes the lock file, waiting for a living owner and taking it over from a dead one. Returns what gives it back. */
async function lock(path, name) {
  for (let told = false; ;) {
    try {
      writeFileSync(path, `${process.pid}`, { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = ownerOf(path);
    if (owner !== null && !isAlive(owner)) {
      // Renaming is what only one of several waiters can do.
      const dead = `${path}.${process.pid}`;
      try {
        if (ownerOf(path) === owner) renameSync(path, dead);
      } catch (error) {
        if (error.code !== 'ENOENT') throw error;
      }
      rmSync(dead, { force: true });
      continue;
    }
    if (!told) console.log(`${name}: waiting for process ${owner ?? '?'}, which is making it`);
    told = true;
    await new Promise((wake) => setTimeout(wake, 300));
  }
}

/** The process id in a lock file; null while it is being written or when it is gone. */
function ownerOf(path) {
  try {
    return Number(readFileSync(path, 'utf8')) || null;
  } catch {
    return null;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
