/** Where homes are when nobody says otherwise; `*` is one component. */
export const usualHomes: readonly string[] = ['/home/*', '/root'];

/** Components of an absolute path; empty and `.` parts do not count. */
export function componentsOf(path: string): string[] {
  return path.split('/').filter((component) => component !== '' && component !== '.');
}

/** A pattern of paths, split up: where it is anchored, and whether it speaks of everything below too. */
export type SplitPattern =
  | { readonly kind: 'path'; readonly components: readonly string[]; readonly below: boolean }
  | { readonly kind: 'name'; readonly name: string };

/**
 * Splits a pattern of absolute paths as `ephemeral.json` and users' ignore lists write them: `~/` is any of `homes`, a last `**`
 * is the directory and everything below, a first `**` a name anywhere. A pattern that names one path becomes one split for
 * every home. Null: neither absolute, nor `~/`, nor a name anywhere, or `**` in the middle.
 */
export function splitPattern(pattern: string, homes: readonly string[]): SplitPattern[] | null {
  if (pattern.startsWith('**/')) {
    const name = pattern.slice(3);
    return name === '' || name.includes('/') || name.includes('**') ? null : [{ kind: 'name', name }];
  }
  const below = pattern.endsWith('/**');
  const path = below ? pattern.slice(0, -3) : pattern;
  if (path.includes('**')) return null;
  if (path === '~' || path.startsWith('~/')) {
    return homes.map((home) => ({ kind: 'path', components: componentsOf(home + path.slice(1)), below }));
  }
  return path.startsWith('/') || (path === '' && below) ? [{ kind: 'path', components: componentsOf(path), below }] : null;
}
