/** What a lock file pins of an input. */
export interface LockedInput {
  readonly rev: string | null;
  /** Seconds since 1970, of the commit; null where the lock does not say. */
  readonly lastModified: number | null;
}

/**
 * The input of a `flake.lock` (the Nix manual, "Lock files"; version 7) that comes from a repository of this name, whoever's it is; null
 * when there is none or the text is no lock file.
 */
export function lockedInput(text: string, repository: string): LockedInput | null {
  let lock: unknown;
  try {
    lock = JSON.parse(text);
  } catch {
    return null;
  }
  for (const node of Object.values(part(lock, 'nodes') ?? {})) {
    const locked = part(node, 'locked');
    const url = locked?.['url'];
    const name = locked?.['repo'] ?? (typeof url === 'string' ? /([^/]+?)(?:\.git)?$/.exec(url)?.[1] : null);
    if (!locked || name !== repository) continue;
    const { rev, lastModified } = locked;
    return { rev: typeof rev === 'string' ? rev : null, lastModified: typeof lastModified === 'number' ? lastModified : null };
  }
  return null;
}

function part(value: unknown, name: string): Readonly<Record<string, unknown>> | null {
  const inner = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : null;
  return typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? (inner as Record<string, unknown>) : null;
}
