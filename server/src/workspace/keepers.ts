import { basename } from 'node:path';
import { Coverage, ownMount } from '../host/coverage.ts';
import type { HostModel } from '../host/hostModel.ts';
import type { CoverageOf } from '../remote/coverage.ts';
import type { Location } from '../syntax/source.ts';

/**
 * What a host's configuration keeps, as the live side asks for it: by entry, else by a file system of its own that outlives a boot.
 *
 * @param lineOf the 1-based line of a location, for the description; null when its text is gone
 */
export function coverageOf(host: HostModel, lineOf: (location: Location) => number | null): CoverageOf {
  const coverage = new Coverage(host);
  const place = (location: Location): string => {
    const line = lineOf(location);
    return line === null ? basename(location.file) : `${basename(location.file)}:${line}`;
  };
  return (path) => {
    const entry = coverage.of(path);
    if (entry !== null && entry.path !== null) {
      return { path: entry.path, kind: entry.kind, description: `"${entry.relative ?? entry.path}" in ${place(entry.location)}` };
    }
    const mount = ownMount(host, path);
    if (mount === null) return null;
    return { path: mount.mountPoint, kind: 'directory', description: `fileSystems."${mount.mountPoint}" in ${place(mount.location)}` };
  };
}

/** Nothing is kept: the host is not, or no longer, in the configuration. */
export const nothingKept: CoverageOf = () => null;
