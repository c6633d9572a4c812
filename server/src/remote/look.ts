import type { LookDto } from '../protocol/panel.ts';
import { readHost, type HostAccess } from './hostRead.ts';
import { ownNamespace } from './probeScript.ts';
import type { WalkAgainst } from './walkScript.ts';
import type { WalkTarget } from './walkSource.ts';

/** Bytes of a file that are shown: what a person reads, not what a disk holds. */
export const mostLookBytes = 1 << 20;

/** Prints the size, then the beginning. Links are not followed: what a host's user may link to is not ours to read. */
const script = `
if [ -L "$1" ]; then echo link; readlink -- "$1"; exit; fi
[ -f "$1" ] || { echo none; exit; }
[ -r "$1" ] || { echo unreadable; exit; }
echo "file $(stat -c %s -- "$1")"
head -c "$2" -- "$1"
`.trim();

/** The same in a subvolume, by a path from the top of its btrfs, which is mounted read-only where nobody else sees it. */
const inSubvolume = `
mount -n -t btrfs -o ro,subvolid=5 "$1" /sys || exit
set -- "/sys/$2" "$3"
(${script})
exit 0
`.trim();

/** Nothing but this is said where no such namespace or mount can be made. */
const outside = `${ownNamespace.join(' ')} sh -c "$1" sh "$2" "$3" "$4" || echo unmounted`;

/** Names that say that their content is a secret. Public halves of keys are none. */
const secret =
  /(^|\/)(ssh_host_[^/]*_key|id_[a-z0-9]+|[^/]*\.(key|pem|p12|pfx|kdbx|gpg|age|jks|keytab)|g?shadow-?|krb5\.keytab|\.netrc|\.pgpass|\.git-credentials|authinfo[^/]*|keys\.txt|secret[^/]*|[^/]*(passw|secret|token|credential|private[-_]?key|wpa_supplicant)[^/]*)$|(^|\/)(secrets?|private|system-connections|\.gnupg|keyrings|\.password-store|\.aws|\.kube|wireguard|acme|ssl|pki|credstore[^/]*|iwd)\//i;

/** Whether the content of a file may be a secret, by its path: then it is shown only after a question. */
export function mayBeSecret(path: string): boolean {
  return !path.endsWith('.pub') && secret.test(path);
}

const nothing: LookDto = { text: null, size: null, cut: false, secret: false, problem: null };

/** Where the content of a file is on a host: at a path, which may lead into a snapshot, or in a subvolume by its path from the top of its btrfs. */
export type LookPlace = string | Extract<WalkAgainst, { readonly kind: 'subvolume' }>;

/** The beginning of a file on a host; `size` null: it is not there. */
export async function lookAt(access: HostAccess, place: LookPlace, signal: AbortSignal): Promise<LookDto> {
  const most = String(mostLookBytes + 1);
  const path = typeof place === 'string' ? place : place.path;
  const [run, parameters] = typeof place === 'string' ? [script, [path, most]] : [outside, [inSubvolume, place.device, path, most]];
  const answer = await readHost(access, run, parameters, mostLookBytes + 4096, signal);
  if ('problem' in answer) return { ...nothing, problem: answer.problem };
  const end = answer.bytes.indexOf(0x0a);
  const head = answer.bytes.toString('utf8', 0, end === -1 ? answer.bytes.length : end);
  const content = answer.bytes.subarray(end + 1);
  if (head === 'none') return nothing;
  if (head === 'link') return { ...nothing, text: `-> ${content.toString('utf8')}`, size: content.length };
  if (head === 'unreadable' || head === 'unmounted') {
    const message = head === 'unreadable' ? `${path} may not be read by this user.` : `Only root can look into another subvolume: ${path}`;
    return { ...nothing, problem: { code: 'look-unreadable', message, nextStep: 'Connect as root, or with sudo.', detail: '' } };
  }
  const size = Number(/^file (\d+)$/.exec(head)?.[1] ?? Number.NaN);
  if (!Number.isFinite(size)) {
    const problem = { code: 'look-answer', message: 'The host answered something else than a file.', nextStep: 'Try again.', detail: head };
    return { ...nothing, problem };
  }
  const shown = content.subarray(0, mostLookBytes);
  const cut = content.length > mostLookBytes;
  if (shown.includes(0)) return { ...nothing, size, cut };
  return { ...nothing, text: shown.toString('utf8'), size, cut };
}

/**
 * Where what stands at a path was before anything was written: in what its file system is walked against. Null for what is compared with
 * nothing.
 */
export function blankPlace(targets: readonly Pick<WalkTarget, 'mountPoint' | 'against'>[], path: string): LookPlace | null {
  const below = targets.filter(({ mountPoint }) => path.startsWith(withSlash(mountPoint)));
  const [target] = below.toSorted((a, b) => b.mountPoint.length - a.mountPoint.length);
  if (target === undefined || target.against.kind === 'nothing') return null;
  const there = `${target.against.path}/${path.slice(withSlash(target.mountPoint).length)}`;
  return target.against.kind === 'directory' ? there : { ...target.against, path: there };
}

function withSlash(directory: string): string {
  return directory === '/' ? '/' : `${directory}/`;
}
