import { posix } from 'node:path';
import { isEarlyPath, isNeededForBoot, mountOf } from '../host/mountFacts.ts';
import type { RuleContext, SureEntry } from './context.ts';

/** When what is at a path can be read while the machine comes up. */
export type Readiness =
  /** On a filesystem that the initrd mounts, or in the store. */
  | { readonly kind: 'early' }
  /** Only once this entry is mounted, after activation has run. */
  | { readonly kind: 'entry'; readonly entry: SureEntry }
  /** On a filesystem that is mounted after activation. */
  | { readonly kind: 'mount'; readonly mountPoint: string }
  /** On the root, where nothing keeps it. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'unknown' };

/**
 * Whether activation, which makes users and decrypts secrets before ordinary mounts are there, can read a path. impermanence mounts
 * in the initrd what is in `pathsNeededForBoot` (nixos.nix); preservation what says `inInitrd` (its options.nix).
 */
export function readinessOf(context: RuleContext, path: string): Readiness {
  const { host } = context;
  if (path.startsWith('/nix/')) return { kind: 'early' };
  if (!path.startsWith('/') || path.startsWith('/run/') || host.unresolved.some(({ scope }) => scope === 'system'))
    return { kind: 'unknown' };
  const covered = context.coverage.of(path);
  const entry = context.entries.find((each) => each === covered);
  if (covered && !entry) return { kind: 'unknown' };
  if (entry) return isMountedEarly(entry) ? { kind: 'early' } : { kind: 'entry', entry };
  const mount = mountOf(host, path);
  if (!mount) return { kind: 'unknown' };
  if (mount.mountPoint !== '/') {
    const early = isNeededForBoot(host, mount);
    return early === null ? { kind: 'unknown' } : early ? { kind: 'early' } : { kind: 'mount', mountPoint: mount.mountPoint };
  }
  return host.erasure.kind === 'memory' || host.erasure.kind === 'script' ? { kind: 'lost' } : { kind: 'unknown' };
}

function isMountedEarly({ mechanism, kind, path, settings }: SureEntry): boolean {
  return mechanism === 'preservation' ? settings?.['inInitrd'] === true : kind === 'directory' && isEarlyPath(path);
}

/** Where the data of a path that an entry keeps really is. */
export function inStorage({ storage }: SureEntry, path: string): string | null {
  return storage === null ? null : posix.join(storage, path);
}
