import { basename } from 'node:path';
import { Coverage, ownMount } from '../host/coverage.ts';
import type { HostModel } from '../host/hostModel.ts';
import type { CoverageOf, Keeper } from '../remote/coverage.ts';
import type { DeclaredMount } from '../remote/notes.ts';
import type { Location } from '../syntax/source.ts';

/**
 * What a host's configuration keeps, as the live side asks for it: by entry, else by a file system of its own that outlives a boot.
 *
 * @param lineOf the 1-based line of a location, for the description; null when its text is gone
 */
export function coverageOf(host: HostModel, lineOf: (location: Location) => number | null): CoverageOf {
  const coverage = new Coverage(host);
  const place = (location: Location): string => placeOf(location, lineOf);
  const of = (path: string): Keeper | null => {
    const entry = coverage.of(path);
    if (entry !== null && entry.path !== null) {
      return { path: entry.path, kind: entry.kind, description: `"${entry.relative ?? entry.path}" in ${place(entry.location)}` };
    }
    const mount = ownMount(host, path);
    if (mount === null) return null;
    return { path: mount.mountPoint, kind: 'directory', description: `fileSystems."${mount.mountPoint}" in ${place(mount.location)}` };
  };
  const hasBelow = (directory: string): boolean => {
    const prefix = directory === '/' ? '/' : `${directory}/`;
    return coverage.hasBelow(directory) || host.mounts.some(({ mountPoint }) => mountPoint.startsWith(prefix));
  };
  return Object.assign(of, { hasBelow });
}

/**
 * Directories that the host's configuration mounts from storage, for sure: impermanence binds every directory, and nothing stands under
 * a condition that can't be decided. Those of other mechanisms may be links.
 */
export function declaredMounts(host: HostModel, lineOf: (location: Location) => number | null): readonly DeclaredMount[] {
  return host.entries.flatMap(({ mechanism, kind, path, conditions, location }) => {
    if (mechanism !== 'impermanence' || kind !== 'directory' || path === null || conditions.length > 0) return [];
    return [{ path, description: placeOf(location, lineOf) }];
  });
}

function placeOf(location: Location, lineOf: (location: Location) => number | null): string {
  const line = lineOf(location);
  return line === null ? basename(location.file) : `${basename(location.file)}:${line}`;
}

/** Nothing is kept: the host is not, or no longer, in the configuration. */
export const nothingKept: CoverageOf = Object.assign(() => null, { hasBelow: () => false });
