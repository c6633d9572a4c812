import { quotePosix } from './quotePosix.ts';
import { printable } from '../text/printable.ts';

/** One thing that is declared and not active yet: where it is, and where its storage has it once it is. */
export interface CopyItem {
  readonly from: string;
  readonly to: string;
  readonly kind: 'directory' | 'file';
  /** The mechanism refuses a file that is in its way (impermanence's mount-file: "A file already exists at …"). */
  readonly moveAside: boolean;
}

/**
 * The shell functions of a plan. `copy` never writes over what storage has already, other than an empty directory or file that a switch
 * made too early; it copies to a name beside and renames it, so that half a copy is never taken for the whole. Directories that are
 * missing above the copy are made with owner, mode and ACL of those above the original.
 */
const functions = `failed=
parents() {
  [ -d "$2" ] && return
  parents "\${1%/*}" "\${2%/*}" || return
  mkdir -- "$2" || return
  [ -d "$1" ] || return 0
  chown --reference="$1" -- "$2" && chmod --reference="$1" -- "$2" || return
  if command -v setfacl >/dev/null; then getfacl -p -- "$1" | setfacl --set-file=- -- "$2"; fi
}
copy() {
  if [ ! -e "$1" ] && [ ! -L "$1" ]; then printf '%s: not there, nothing to copy\\n' "$1" >&2; return; fi
  if [ -d "$2" ] && [ ! -L "$2" ]; then rmdir -- "$2" 2>/dev/null
  elif [ -f "$2" ] && [ ! -L "$2" ] && [ ! -s "$2" ]; then rm -- "$2"; fi
  if [ -e "$2" ] || [ -L "$2" ]; then
    printf '%s: storage has one already, left as it is: compare them yourself\\n' "$2" >&2
    failed=1; return 1
  fi
  parents "\${1%/*}" "\${2%/*}" && rm -rf -- "$2.keepsake-copy" &&
    cp -a --sparse=always -T -- "$1" "$2.keepsake-copy" && mv -T -- "$2.keepsake-copy" "$2" ||
    { printf '%s: could not be copied\\n' "$1" >&2; failed=1; return 1; }
  printf '%s -> %s\\n' "$1" "$2"
}
aside() { mv -T -- "$1" "$1.before-keepsake"; }`;

/**
 * The commands that move what is there into storage, as a text for a root shell on the host, to be read and then run by its owner.
 * In: what is to be copied, and what the host is switched with (shown, never run). Out: POSIX sh with GNU cp, as NixOS has it. Everything
 * runs in a shell of its own: a failure does not end the one it is pasted into. The order is: stop what writes, copy, move aside what is in
 * the way, switch, look whether it is mounted.
 */
export function copyPlan(host: string, items: readonly CopyItem[], switchCommand: string): string {
  const lines = [
    `# Moves what is there on ${printable(host)} into storage, so that the next switch finds it. Read it first.`,
    '# 1. Stop the services that write to these paths. Files that change while they are copied are copied torn:',
    ...items.map(({ from }) => `#      ${printable(from)}`),
    '# 2. Run this as root on the host. It keeps owner, mode, ACL, extended attributes, times, hard links and holes.',
  ];
  const script = [
    functions,
    ...items.map(({ from, to, kind, moveAside }) => {
      const words = `copy ${quotePosix(from)} ${quotePosix(to)}`;
      return kind === 'file' && moveAside ? `${words} && aside ${quotePosix(from)}` : words;
    }),
    'if [ -n "$failed" ]; then echo "Not all was copied: do not switch yet." >&2; exit 1; fi',
    'echo "All copied. Switch now."',
  ].join('\n');
  const end = delimiterFor(script);
  return [
    ...lines,
    `sh <<'${end}'`,
    script,
    end,
    '# 3. Switch to the configuration that declares them, before anything writes again:',
    `#      ${printable(switchCommand)}`,
    '# 4. Each of these has to be listed as a mount, or be a link into storage:',
    ...items.map(({ from }) => `#      findmnt -no SOURCE -T ${printable(quotePosix(from))}`),
    '',
  ].join('\n');
}

/** A name may hold anything, also a line that looks like the end of the text. */
function delimiterFor(script: string): string {
  const lines = new Set(script.split('\n'));
  let end = 'KEEPSAKE';
  for (let number = 2; lines.has(end); number++) end = `KEEPSAKE${number}`;
  return end;
}
