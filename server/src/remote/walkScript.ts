import { largePieces, ownNamespace, stateCommands } from './probeScript.ts';
import { plainFormat, walkFormat, withContentTime } from './walkParser.ts';

/** What a live tree is walked against, as the far side is told it. */
export type WalkAgainst =
  | { readonly kind: 'nothing' } /** A directory, as `.zfs/snapshot/blank` is one. */
  | { readonly kind: 'directory'; readonly path: string }
  /** A subvolume by its path from the top of the btrfs on `device`, which is mounted read-only where nobody else sees it. */
  | { readonly kind: 'subvolume'; readonly device: string; readonly path: string };

/** How a tree is walked. */
export interface WalkManner {
  /** `sudo -n` before find, for whoever is not root. */
  readonly sudo: boolean;
  /** In a mount namespace of its own, which only root can make (`unshare -m`); the probe has tried it. */
  readonly namespace: boolean;
  /** find prints the live tree in larger pieces; the probe has tried it. Not where sudo allows find and nothing before it. */
  readonly largePieces: boolean;
  /** The times of contents are told as well, which cost the far side time and matter only when two trees that share no inodes are compared. */
  readonly contentTimes: boolean;
}

/**
 * Walks the baseline and the live tree, in sections `baseline` and `live` (with the directory their paths begin with), each ended by
 * `found` with find's exit status; before them `state`, by which a later walk sees whether the host is still what it was. `lacks`
 * names what is missing: `baseline`, `root`.
 *
 * In a namespace of its own the live tree is walked through a bind mount, where nothing lies over it: so things under mount points are
 * seen too. /sys is where it is bound, because nothing that runs here needs it. Nothing of it is visible outside, and all of it is gone
 * when the walk ends. A snapshot of ZFS is walked outside, since the kernel mounts it there, while the namespace is being made, which then waits
 * for the end of its input. Where sudo allows the live tree and not the baseline, the user's own rights have to do for that. Plain files with
 * one name, which are nearly all there is, are told in fewer numbers.
 *
 * Parameters: the script again (for the namespace), the mark, kind, path and device of the baseline, the top, words before find, whether there
 * is to be a namespace (`make`, then `own`), the formats of plain files and of all, and words before the find of the live tree.
 */
const script = `
w=$1; m=$2; kind=$3; at=$4; dev=$5; top=$6; s=$7; space=$8; plain=$9; shift; all=$9; shift; pieces=$9
look() {
  part=$1; in=$2; how=$3; shift 3
  echo "$m:$part:$in"
  if [ "$how" = plain ]; then "$@" find "$in" -xdev -type f -links 1 -printf "$plain" -print0 -o -printf "$all" -print0
  else $s "$@" find "$in" -xdev -printf "$all" -print0; fi
  echo "$m:found:$?"
}
if [ "$space" = own ]; then
  if [ "$kind" = subvolume ]; then
    mount -n -t btrfs -o ro,subvolid=5 "$dev" /sys || { echo "$m:lacks:baseline"; exit 1; }
    [ -d "/sys/$at" ] || { echo "$m:lacks:baseline"; exit 1; }
    look baseline "/sys/$at" plain
    umount -n /sys
  fi
  bound=
  if mount -n --bind "$top" /sys 2>/dev/null; then bound=plain; top=/sys; fi
  read -r x
  look live "$top" "$bound" $pieces
  exit 0
fi
up=
{ read -r up x </proc/uptime; ${stateCommands}; } 2>/dev/null
echo "$m:state:\${up%%.*} $state"
if [ "$kind" = directory ] && [ "$s$space" != "sudo -n" ] && ! [ -d "$at/." ]; then echo "$m:lacks:baseline"; exit 1; fi
if [ "$space" = make ]; then
  set -- ${ownNamespace.join(' ')} sh -c "$w" sh "$w" "$m" "$kind" "$at" "$dev" "$top" "" own "$plain" "$all" "$pieces"
  if [ "$kind" != directory ]; then exec "$@"; fi
  exec 4>&1
  look baseline "$at/." plain >&4 4>&- | "$@" 4>&-
  exit $?
fi
if [ "$kind" = subvolume ]; then echo "$m:lacks:root"; exit 1; fi
if [ "$kind" = directory ]; then
  live=$s
  if [ "$s" != "" ] && ! $s -l find "$at/." -xdev -printf "$all" -print0 >/dev/null 2>&1; then s=; fi
  look baseline "$at/." ""
  s=$live
fi
look live "$top" "" $pieces
exit 0
`.trim();

/**
 * @param mark marks the sections: the one the command is wrapped with
 * @param top the mount point to walk
 */
export function walkCommand(
  mark: string,
  top: string,
  against: WalkAgainst,
  { sudo, namespace, contentTimes, ...manner }: WalkManner,
): string[] {
  const path = against.kind === 'nothing' ? '' : against.path;
  const device = against.kind === 'subvolume' ? against.device : '';
  const formats = contentTimes ? [plainFormat, walkFormat].map(withContentTime) : [plainFormat, walkFormat];
  // Whoever can make a namespace is root there already, by sudo or without.
  const pieces = manner.largePieces && (namespace || !sudo) ? largePieces.join(' ') : '';
  const parameters = [mark, against.kind, path, device, top, sudo ? 'sudo -n' : '', namespace ? 'make' : '', ...formats, pieces];
  return ['sh', '-c', script, 'sh', script, ...parameters];
}

/** The words that sudo has to allow for a walk by someone who is not root, without the program: exactly these. */
export function findArguments(top: string): string[] {
  return [top, '-xdev', '-printf', walkFormat, '-print0'];
}
