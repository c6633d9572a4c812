import type { InitrdScript } from './initrdScripts.ts';
import type { RenewedSubvolume } from './hostModel.ts';

/** btrfs-subvolume(8): `subvolume snapshot [-i QGROUP] SOURCE DEST` without `-r`, and `subvolume create DEST`. A word may be quoted. */
const MADE = /\bsubvol\w*\s+(?:snapshot\s+(?:-i\s+\S+\s+)*(?!-)(\S+)\s+(\S+)|create\s+(?:-\w\s+\S+\s+)*(?!-)(\S+))/g;
/** mount(8), to the end of the command. */
const MOUNT = /\bmount\b([^\n;&|]*)/g;

/**
 * The btrfs subvolumes that the host's initrd scripts take away and make again, as "Erase your darlings" on btrfs and the README of
 * impermanence do it: each that is made (as a snapshot of a blank one, or empty) and is moved or deleted in the same script. Where a name
 * is put together by the shell, it is not known.
 */
export function findRenewed(scripts: readonly InitrdScript[]): readonly RenewedSubvolume[] {
  const found = new Map<string, RenewedSubvolume>();
  for (const { text, location } of scripts) {
    const tops = mountedTops(text);
    for (const [, source, snapshot, created] of text.matchAll(MADE)) {
      const made = unquoted(snapshot ?? created ?? '');
      const subvolume = fromTop(made, tops);
      const blank = source === undefined ? null : fromTop(unquoted(source), tops);
      if (subvolume === null || (source !== undefined && blank === null) || found.has(subvolume) || !isTakenAway(text, made)) continue;
      found.set(subvolume, { subvolume, blank, location });
    }
  }
  return [...found.values()];
}

/** Directories where a script mounts the top of a btrfs. */
function mountedTops(text: string): readonly string[] {
  return [...text.matchAll(MOUNT)].flatMap(([, rest = '']) => {
    const subvolume = /\bsubvol=([^\s,"']*)/.exec(rest)?.[1] ?? '/';
    const directory = unquoted(rest.trim().split(/\s+/).at(-1) ?? '');
    return (subvolume === '/' || subvolume === '') && /^[/$]/.test(directory) ? [directory.replace(/\/+$/, '')] : [];
  });
}

function fromTop(path: string, tops: readonly string[]): string | null {
  const top = tops.find((each) => path.startsWith(`${each}/`));
  if (top === undefined) return null;
  const rest = path.slice(top.length).replace(/^\/+|\/+$/g, '');
  return rest === '' || /[$*`"'\\(]/.test(rest) ? null : rest;
}

/** Whether the path is moved away or deleted by a command of the script, or by a function of its own that says so. */
function isTakenAway(text: string, path: string): boolean {
  return text.split(/[\n;&|]/).some((command) => /\b(mv|delete\w*|rm)\b/.test(command) && words(command).includes(path));
}

function words(command: string): readonly string[] {
  return command.split(/\s+/).map(unquoted);
}

function unquoted(word: string): string {
  return word.replace(/["';]/g, '').replace(/\/+$/, '');
}
