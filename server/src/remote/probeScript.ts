import { tokenScript } from './remoteScript.ts';
import { walkFormat } from './walkParser.ts';

/**
 * Asks a host for everything that decides how it is listed, in sections; POSIX sh with what every NixOS has, and content with less:
 * whatever a command does not know leaves its section empty, and so does one that hangs (zfs of a
 * suspended pool). Reads only. Of btrfs, root looks at the top of the file system through
 * a mount that only this script sees. Parameters: the mark, whether sudo may be used, the script for that mount, the dataset and snapshot
 * whose change token is asked for, and the script that tells it.
 */
const script = `
m=$1; may=$2; look=$3; dataset=$4; snapshot=$5; tokens=$6
say() { echo "$m:$1:"; }
say who; id -u; id -un; uname -sr
say sudo
if [ "$may" = yes ] && [ "$(id -u)" != 0 ]; then
  if sudo -n -l sh >/dev/null 2>&1; then echo all
  elif sudo -n -l find / -xdev -printf ${walkFormat} -print0 >/dev/null 2>&1; then echo find; fi
fi
say time; date +%s
while read -r k v x; do [ "$k" = btime ] && echo "$v"; done </proc/stat
say boot; cat /proc/sys/kernel/random/boot_id
say booted; readlink /run/current-system; readlink /run/booted-system
say born; stat -c %W / 2>/dev/null
say clean; head -c 1000000 /etc/.clean 2>/dev/null
say find; find /dev/null -printf ok 2>/dev/null
say root
src=; type=
while read -r i p d r mp rest; do
  if [ "$mp" = / ]; then set -- \${rest##* - }; type=$1; src=$2; fi
done </proc/self/mountinfo
echo "$type"; echo "$src"
if command -v zfs >/dev/null 2>&1; then
  q=; timeout -k 1 1 true 2>/dev/null && q="timeout -k 1 10"
  say version; $q zfs version 2>/dev/null
  say datasets; $q zfs list -Hp -o name,mountpoint,mounted -t filesystem 2>/dev/null
  if [ "$type" = zfs ]; then say snapshots; $q zfs list -Hp -o name -t snapshot -d 1 "$src" 2>/dev/null; fi
  if [ "$dataset" != "" ]; then say token; $q sh -c "$tokens" sh "$dataset" "$snapshot" "" 2>/dev/null; fi
fi
if [ "$type" = btrfs ] && [ "$(id -u)" = 0 ]; then
  say subvolumes
  unshare -m sh -c "$look" sh "$src" 2>/dev/null
fi
exit 0
`.trim();

/** The names at the top of a btrfs. Parameter: its device. */
const topOfBtrfs = 'mount -n --make-rprivate / && mount -n -t btrfs -o ro,subvolid=5 "$1" /sys && cd /sys && ls -1d * old_roots/*';

/** @param mark the one that the command is wrapped with */
export function probeCommand(mark: string, sudo: boolean, dataset: string | null, snapshot: string | null): string[] {
  const token = dataset !== null && snapshot !== null ? [dataset, snapshot, tokenScript] : ['', '', ''];
  return ['sh', '-c', script, 'sh', mark, sudo ? 'yes' : 'no', topOfBtrfs, ...token];
}
