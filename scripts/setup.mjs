// Gets what the tests and the demo need. `node scripts/setup.mjs [npm] [debian] [grammar] [vscode] [zfs]`; without a name, all of it.
// Uses nothing but Node's own modules: on a fresh clone it is what runs first.
import { pathToFileURL } from 'node:url';
import { debianPackages, grammarTools, npmPackages, vscodeHost, zfsMachine } from './setup/parts.mjs';

/** The parts by name, in the order in which they need each other. */
export const PARTS = { npm: npmPackages, debian: debianPackages, grammar: grammarTools, vscode: vscodeHost, zfs: zfsMachine };

/**
 * Gets the named parts. Never rejects: what can't be had has a reason.
 * @param {readonly (keyof typeof PARTS)[]} names
 * @returns {Promise<Record<keyof typeof PARTS, import('./setup/parts.mjs').Part>>} parts that were not asked for have a reason too.
 */
export async function setup(names = Object.keys(PARTS)) {
  const parts = {};
  for (const [name, get] of Object.entries(PARTS)) {
    parts[name] = names.includes(name) ? await get() : { reason: 'not asked for' };
    if (names.includes(name)) console.log(`setup: ${name}: ${parts[name].path ?? `not available: ${parts[name].reason}`}`);
  }
  return parts;
}

/**
 * The variables by which tests and demo find the parts: KEEPSAKE_ZFS_MACHINE and KEEPSAKE_VSCODE_HOST, each with a `…_MISSING` that
 * gives the reason when it can't be had. What the environment names already is left alone.
 * @param {Awaited<ReturnType<typeof setup>>} parts
 */
export function partsEnvironment(parts) {
  const environment = {};
  const add = (variable, part) => {
    if (process.env[variable]) return;
    if (part.path === undefined) environment[`${variable}_MISSING`] = part.reason;
    else environment[variable] = part.path;
  };
  add('KEEPSAKE_ZFS_MACHINE', parts.zfs);
  add('KEEPSAKE_VSCODE_HOST', parts.vscode);
  return environment;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !Object.hasOwn(PARTS, name));
  if (unknown.length > 0) {
    console.error(`setup: no such part: ${unknown.join(', ')} (there are ${Object.keys(PARTS).join(', ')})`);
    process.exitCode = 2;
  } else {
    const parts = await setup(names.length > 0 ? names : undefined);
    if (Object.values(parts).some((part) => part.reason !== undefined && part.reason !== 'not asked for')) process.exitCode = 1;
  }
}
