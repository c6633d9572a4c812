import { quoteCommand } from './quote.ts';

/**
 * What runs over there, in POSIX sh, without quotes or backslashes that a login shell could read differently. The output comes in
 * sections, each begun by a mark that no listing can hold, so that greetings of shells and the listing can't be mixed up;
 * complaints of the listing stand between two marks on stderr. The listing ends when our side does: input at its end means that nobody
 * listens. `timeout`, where it is there, ends it even when the connection hangs half open. Starting a program is what
 * costs most here, so whatever the shell itself can do is left to it.
 *
 * Parameters: words to put before the command, the mark, seconds, a directory to be in (or nothing), `timeout` when that is known to
 * be there (or nothing), and the command.
 */
const wrapper = `
PATH=/run/wrappers/bin:$PATH:/run/current-system/sw/bin:/usr/sbin:/sbin; export PATH
LC_ALL=C; export LC_ALL
h=$1; m=$2; t=$3; d=$4; k=$5; shift 5
exec 3<&0 </dev/null
echo "$m:mounts:\${LOGNAME:-$(id -un)}"
cat /proc/self/mountinfo
if [ "$k" = "" ] && timeout -k 1 1 true 2>/dev/null; then k=timeout; fi
echo "$m:listing:$k"
echo "$m:begin" >&2
set -- $h "$@"
if [ "$d" != "" ]; then cd "$d/." 2>/dev/null; fi
if [ "$k" = timeout ]; then set -- timeout -k 5 "$t" "$@"; fi
"$@" 3<&- &
p=$!
(
  while read -r x; do :; done <&3
  kill -TERM $p
  for i in 1 2 3 4 5; do kill -0 $p || exit; sleep 1; done
  kill -KILL $p
) >/dev/null 2>&1 &
w=$!
wait $p
r=$?
echo "$m:end" >&2
echo "$m:end:$r"
kill $w 2>/dev/null
exit 0
`.trim();

/**
 * Runs the wrapper as root where sudo allows that without a password, so that it may end the listing too; else the words given stand
 * before the command. Parameters: the wrapper, those words, then the wrapper's own without its first.
 */
const asRoot = `
PATH=/run/wrappers/bin:$PATH:/run/current-system/sw/bin:/usr/sbin:/sbin; export PATH
s=$1; h=$2; shift 2
if [ "\${EUID:-$(id -u)}" = 0 ]; then exec sh -c "$s" sh "" "$@"; fi
if sudo -n -l sh >/dev/null 2>&1; then exec sudo -n sh -c "$s" sh "" "$@"; fi
exec sh -c "$s" sh "$h" "$@"
`.trim();

/**
 * Prints a change token, every few seconds or once. The bytes written since the snapshot alone do not tell of small files: what is
 * written over in place of the same size leaves their number as it is. So the counters of the dataset's writes and removals (kstat objset)
 * and the number of its files stand beside, where they are to be had. Parameters: dataset, snapshot, and seconds, or nothing for once.
 */
export const tokenScript = `
k=; p=
for f in /proc/spl/kstat/zfs/\${1%%/*}/objset-*; do
  [ -r "$f" ] || continue
  while read -r a b c; do
    if [ "$a" = dataset_name ]; then if [ "$c" = "$1" ]; then k=$f; fi; break; fi
  done <"$f"
  if [ "$k" != "" ]; then break; fi
done
while read -r d m x; do if [ "$d" = "$1" ]; then p=$m; break; fi; done </proc/self/mounts
while t=$(zfs get -Hp -o value "written@$2" "$1"); do
  if [ "$k" != "" ] && [ -r "$k" ]; then
    while read -r a b c; do case $a in writes | nwritten | nunlinks) t="$t $c" ;; esac; done <"$k"
  fi
  if [ "$p" != "" ]; then t="$t $(($(stat -f -c "%c - %d" "$p" 2>/dev/null)))"; fi
  echo "$t"
  [ "$3" != "" ] || exit 0
  sleep "$3"
done
exit 1
`.trim();

export interface WrapOptions {
  /** Unguessable, letters and digits. */
  readonly mark: string;
  readonly seconds: number;
  readonly sudo: boolean;
  /** Where the command runs; anywhere when it can't be entered. */
  readonly directory?: string;
  /** With sudo: a command that asks sudo itself where it can't be run as root as a whole. */
  readonly alone?: true;
  /** A command there has been found to be ended by `timeout`; looked for when not given. */
  readonly timeout?: boolean;
}

/** The command line for the login shell over there that runs `command` as told above; null when a word holds a NUL. */
export function wrapCommand(command: readonly string[], options: WrapOptions): string | null {
  const parameters = [
    options.mark,
    String(Math.max(1, Math.round(options.seconds))),
    options.directory ?? '',
    options.timeout === true ? 'timeout' : '',
    ...command,
  ];
  const words = options.sudo
    ? ['sh', '-c', asRoot, 'sh', wrapper, options.alone === true ? '' : 'sudo -n', ...parameters]
    : ['sh', '-c', wrapper, 'sh', '', ...parameters];
  return quoteCommand(words);
}

/** Lists what changed since a snapshot. */
export function diffCommand(dataset: string, snapshot: string): string[] {
  return ['zfs', 'diff', '-H', '-F', '-t', `${dataset}@${snapshot}`];
}

/** Prints a change token every `seconds`; needs no permission. */
export function tokenCommand(dataset: string, snapshot: string, seconds: number): string[] {
  return ['sh', '-c', tokenScript, 'sh', dataset, snapshot, String(Math.max(1, Math.round(seconds)))];
}
