import type { HostModel } from '../host/hostModel.ts';
import type { DeclaredDto, DeclaredEntryDto } from '../protocol/panel.ts';
import type { Mount } from '../remote/mountinfo.ts';
import { standingOf } from '../remote/standing.ts';
import { locationDto } from './convert.ts';
import type { LspContext } from './context.ts';

/**
 * What the configuration of a host keeps, in the order of storages and paths.
 *
 * @param mounts of the running host, by mount point; null when it was not asked
 * @param isLink whether a link stands at a path, as far as the listing tells
 */
export function declaredEntries(
  context: LspContext,
  host: HostModel,
  mounts: ReadonlyMap<string, Mount> | null,
  isLink: (path: string) => boolean | null,
): DeclaredDto {
  const entries = host.entries.map((entry): DeclaredEntryDto => {
    const { path, relative, kind, user, storage, mechanism, location, conditions } = entry;
    return {
      path,
      text: path ?? relative ?? '',
      kind,
      user,
      storage,
      mechanism,
      location: locationDto(context, location),
      conditions: conditions.map(({ text }) => text),
      standing: path === null ? 'unknown' : standingOf(mounts, path, isLink(path)),
    };
  });
  return { entries: entries.toSorted((a, b) => compare(a.storage ?? '\u{ffff}', b.storage ?? '\u{ffff}') || compare(a.text, b.text)) };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
