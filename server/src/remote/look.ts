import type { LookDto } from '../protocol/panel.ts';
import { readHost, type HostAccess } from './hostRead.ts';

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

/** Names that say that their content is a secret. Public halves of keys are none. */
const secret =
  /(^|\/)(ssh_host_[^/]*_key|id_[a-z0-9]+|[^/]*\.(key|pem|p12|pfx|kdbx|gpg|age|jks|keytab)|g?shadow-?|krb5\.keytab|\.netrc|\.pgpass|\.git-credentials|authinfo[^/]*|keys\.txt|secret[^/]*|[^/]*(passw|secret|token|credential|private[-_]?key|wpa_supplicant)[^/]*)$|(^|\/)(secrets?|private|system-connections|\.gnupg|keyrings|\.password-store|\.aws|\.kube|wireguard|acme|ssl|pki|credstore[^/]*|iwd)\//i;

/** Whether the content of a file may be a secret, by its path: then it is shown only after a question. */
export function mayBeSecret(path: string): boolean {
  return !path.endsWith('.pub') && secret.test(path);
}

const nothing: LookDto = { text: null, size: null, cut: false, secret: false, problem: null };

/** The beginning of a file on a host. `path` is where it can be read there, also in a snapshot; `size` null: it is not there. */
export async function lookAt(access: HostAccess, path: string, signal: AbortSignal): Promise<LookDto> {
  const answer = await readHost(access, script, [path, String(mostLookBytes + 1)], mostLookBytes + 4096, signal);
  if ('problem' in answer) return { ...nothing, problem: answer.problem };
  const end = answer.bytes.indexOf(0x0a);
  const head = answer.bytes.toString('utf8', 0, end === -1 ? answer.bytes.length : end);
  const content = answer.bytes.subarray(end + 1);
  if (head === 'none') return nothing;
  if (head === 'link') return { ...nothing, text: `-> ${content.toString('utf8')}`, size: content.length };
  if (head === 'unreadable') {
    const message = `${path} may not be read by this user.`;
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
 * Where a path is in a snapshot of a ZFS dataset (zfsprops(7), the `.zfs` directory): below the dataset's mount point. Null for what is
 * not on it.
 */
export function snapshotPath(mountPoint: string, snapshot: string, path: string): string | null {
  const base = mountPoint === '/' ? '' : mountPoint;
  return path.startsWith(`${base}/`) ? `${base}/.zfs/snapshot/${snapshot}${path.slice(base.length)}` : null;
}
