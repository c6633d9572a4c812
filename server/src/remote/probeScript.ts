import { tokenScript } from './remoteScript.ts';
import { walkFormat } from './walkParser.ts';

/** Begins a command in a mount namespace of its own, whose mounts nobody else sees (unshare(1)). */
export const ownNamespace: readonly string[] = ['unshare', '-m', '--propagation', 'private'];

/**
 * Begins a program that is to hand on what it prints in larger pieces than libc's 4 kB (stdbuf(1)): each piece wakes the shell's side of ssh, and
 * for a listing that costs about as much as finding it.
 */
export const largePieces: readonly string[] = ['stdbuf', '-o16K'];

/**
 * Sets `state` to what stays the same for as long as a host is what it was, besides its mounts: this boot, the running generation and the one
 * that the system profile leads to (`-` where there is none). Starts no program, and leaves the directory.
 */
export const stateCommands =
  'b=-; read -r b </proc/sys/kernel/random/boot_id; state=$b; for l in /run/current-system /nix/var/nix/profiles/system; do if cd -P $l; then state="$state $PWD"; else state="$state -"; fi; done; cd /';

/**
 * Asks a host for everything that decides how it is listed, in sections; POSIX sh with what every NixOS has, and content with less:
 * whatever a command does not know leaves its section empty, and so does one that hangs (zfs of a
 * suspended pool). Reads only. Of btrfs, root looks at the top of the file system through
 * a mount that only this script sees. Each program that is started costs as much as all that the shell does by itself; those that cost most run
 * side by side, each handing on what the one before has printed. Parameters: the mark, whether sudo may be used, the scripts for that mount
 * and for zfs, the dataset and snapshot whose change token is asked for, and the script that tells it.
 */
const script = `
m=$1; may=$2; look=$3; pool=$4; dataset=$5; snapshot=$6; tokens=$7
say() { echo "$m:$1:"; }
uid=\${EUID:-$(id -u)}
say who; echo "$uid"; echo "\${LOGNAME:-$(id -un)}"
{ read -r s </proc/sys/kernel/ostype; read -r r </proc/sys/kernel/osrelease; } 2>/dev/null
echo "$s $r"
say sudo
if [ "$may" = yes ] && [ "$uid" != 0 ]; then
  if sudo -n -l sh >/dev/null 2>&1; then echo all
  elif sudo -n -l find / -xdev -printf ${walkFormat} -print0 >/dev/null 2>&1; then echo find; fi
fi
say time
boot=; up=
{
  while read -r k v x; do if [ "$k" = btime ]; then boot=$v; break; fi; done </proc/stat
  read -r up x </proc/uptime
} 2>/dev/null
if [ "$boot" = "" ] || [ "$up" = "" ]; then date +%s; else echo $((boot + \${up%%.*})); fi
echo "$boot"
{ ${stateCommands}; } 2>/dev/null
say state; echo "$state"
say booted; if cd -P /run/booted-system 2>/dev/null; then echo "$PWD"; fi
cd /
say clean; { while IFS= read -r x; do printf '%s\\n' "$x"; done </etc/.clean; } 2>/dev/null
say root
src=; type=
while read -r i p d r mp rest; do
  if [ "$mp" = / ]; then set -- \${rest##* - }; type=$1; src=$2; fi
done </proc/self/mountinfo
echo "$type"; echo "$src"
if [ "$uid" = 0 ]; then
  if [ "$type" = btrfs ]; then say subvolumes; ${ownNamespace.join(' ')} sh -c "$look" sh "$src" 2>/dev/null; fi
fi
if [ "$type" != zfs ]; then say born; stat -c %W / 2>/dev/null; fi
tools() {
  say find
  if [ "$(${largePieces.join(' ')} find /dev/null -printf ok 2>&1)" = ok ]; then echo ok; echo pieces; else find /dev/null -printf ok 2>/dev/null; fi
  if [ "$uid" = 0 ]; then say namespace; ${ownNamespace.join(' ')} echo ok 2>/dev/null; fi
}
if command -v zfs >/dev/null 2>&1; then
  say version
  if { read -r v </sys/module/zfs/version; } 2>/dev/null; then echo "zfs-$v"; else zfs version 2>/dev/null; fi
  q=; if command -v timeout >/dev/null 2>&1; then q="timeout -k 1 10"; fi
  if [ "$type" != zfs ]; then src=; fi
  tools | { $q sh -c "$pool" sh "$m" "$src" "$dataset" "$snapshot" "$tokens" 2>/dev/null; cat; }
else tools; fi
exit 0
`.trim();

/**
 * What zfs knows. Parameters: the mark, the root's dataset (or nothing), and the dataset and snapshot whose change token is asked for by the
 * script that tells it (or nothing).
 */
const pool = `
m=$1; src=$2; dataset=$3; snapshot=$4; tokens=$5
say() { echo "$m:$1:"; }
{ say datasets; zfs list -H -o name -s name -t filesystem; } | {
  if [ "$src" != "" ]; then say snapshots; zfs list -H -o name -s name -t snapshot -d 1 "$src"; fi
  cat
} | {
  if [ "$dataset" != "" ]; then say token; (set -- "$dataset" "$snapshot" ""; eval "$tokens"); fi
  cat
}
`.trim();

/** The names at the top of a btrfs. Parameter: its device. */
const topOfBtrfs = 'mount -n -t btrfs -o ro,subvolid=5 "$1" /sys && cd /sys && ls -1d * old_roots/*';

/** @param mark the one that the command is wrapped with */
export function probeCommand(mark: string, sudo: boolean, dataset: string | null, snapshot: string | null): string[] {
  const token = dataset !== null && snapshot !== null ? [dataset, snapshot, tokenScript] : ['', '', ''];
  return ['sh', '-c', script, 'sh', mark, sudo ? 'yes' : 'no', topOfBtrfs, pool, ...token];
}
