import { walkFormat } from './walkParser.ts';

/** What a live tree is walked against, as the far side is told it. */
export type WalkAgainst =
  | { readonly kind: 'nothing' } /** A directory, as `.zfs/snapshot/blank` is one. */
  | { readonly kind: 'directory'; readonly path: string }
  /** A subvolume by its path from the top of the btrfs on `device`, which is mounted read-only where nobody else sees it. */
  | { readonly kind: 'subvolume'; readonly device: string; readonly path: string };

/**
 * Walks the baseline and the live tree, in sections `baseline` and `live` (with the directory their paths begin with), each ended by
 * `found` with find's exit status. `lacks` names what is missing: `find` (without -printf), `baseline`.
 *
 * As root the live tree is walked through a bind mount in a mount namespace of our own, where nothing lies over it: so things under
 * mount points are seen too. /sys is where it is bound, because nothing that runs here needs it. Nothing of it is visible outside,
 * and all of it is gone when the walk ends.
 *
 * Parameters: the script again (for the namespace), the mark, kind, path and device of the baseline, the top, and words before find.
 */
const script = `
w=$1; m=$2; kind=$3; at=$4; dev=$5; top=$6; s=$7; own=$8
look() { echo "$m:$1:$2"; $s find "$2" -xdev -printf ${walkFormat} -print0; echo "$m:found:$?"; }
bind() { mount -n --make-rprivate / && mount -n --bind "$top" /sys; }
if [ "$own" = "" ]; then
  find /dev/null -printf "" >/dev/null 2>&1 || { echo "$m:lacks:find"; exit 1; }
  if [ "$kind" = directory ]; then
    if [ "$s" = "" ] && ! [ -d "$at/." ]; then echo "$m:lacks:baseline"; exit 1; fi
    look baseline "$at/."
  fi
  if [ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null; then exec unshare -m sh -c "$w" sh "$w" "$m" "$kind" "$at" "$dev" "$top" "$s" own; fi
  if [ "$kind" = subvolume ]; then echo "$m:lacks:root"; exit 1; fi
  look live "$top"
  exit 0
fi
if [ "$kind" = subvolume ]; then
  mount -n --make-rprivate / && mount -n -t btrfs -o ro,subvolid=5 "$dev" /sys || { echo "$m:lacks:baseline"; exit 1; }
  [ -d "/sys/$at" ] || { echo "$m:lacks:baseline"; exit 1; }
  look baseline "/sys/$at"
  umount -n /sys
fi
if bind 2>/dev/null; then look live /sys; else look live "$top"; fi
exit 0
`.trim();

/**
 * @param mark marks the sections: the one the command is wrapped with
 * @param top the mount point to walk
 * @param sudo put `sudo -n` before find for whoever is not root
 */
export function walkCommand(mark: string, top: string, against: WalkAgainst, sudo: boolean): string[] {
  const path = against.kind === 'nothing' ? '' : against.path;
  const device = against.kind === 'subvolume' ? against.device : '';
  return ['sh', '-c', script, 'sh', script, mark, against.kind, path, device, top, sudo ? 'sudo -n' : '', ''];
}

/** The words that sudo has to allow for a walk by someone who is not root, without the program: exactly these. */
export function findArguments(top: string): string[] {
  return [top, '-xdev', '-printf', walkFormat, '-print0'];
}
