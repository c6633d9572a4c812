import type { StateIndex } from '../catalogue/stateIndex.ts';
import { referTo } from '../findings/entryReference.ts';
import type { FixChange } from '../findings/finding.ts';
import type { HostModel } from '../host/hostModel.ts';
import { homes } from '../host/persistPlan.ts';
import { atEachPlace } from '../persistence/declared.ts';
import type { PersistenceEntry } from '../persistence/entry.ts';
import type { SourceRange } from '../syntax/source.ts';
import type { Workspace } from './workspace.ts';

/** Changes that may be wanted although nothing is wrong. */
export type Refactoring = Extract<
  FixChange,
  { readonly kind: 'tidy-list' | 'set-attributes' | 'plain-string' | 'move-to-user' | 'convert-to-preservation' }
>;

export interface OfferedRefactoring {
  readonly title: string;
  readonly host: string;
  readonly change: Refactoring;
}

/** What could be made of the entries and storages that a range of a file touches; whether it can is shown when it is done. */
export function refactoringsAt(workspace: Workspace, file: string, range: SourceRange): readonly OfferedRefactoring[] {
  const offered = new Map<string, OfferedRefactoring>();
  const touches = (place: SourceRange & { readonly file: string }): boolean =>
    place.file === file && place.start <= range.end && place.end >= range.start;
  for (const host of workspace.analysis().hosts) {
    const offer = (title: string, change: Refactoring): void => {
      if (!offered.has(title)) offered.set(title, { title, host: host.name, change });
    };
    for (const entry of host.entries)
      if (entry.mechanism !== 'manual' && atEachPlace(entry).some(({ location }) => touches(location)))
        offerForEntry(host, entry, workspace.checks.knowledgeOf(host).byPath, offer);
    for (const { mechanism, storage, name } of host.storages) {
      if (mechanism === 'impermanence' && storage !== null && touches(name))
        offer(`Convert ${storage} to preservation`, { kind: 'convert-to-preservation', storage });
    }
  }
  return [...offered.values()];
}

function offerForEntry(
  host: HostModel,
  entry: PersistenceEntry,
  known: StateIndex,
  offer: (title: string, change: Refactoring) => void,
): void {
  const reference = referTo(host, entry);
  const { settings, path, scope, kind, relative } = entry;
  const shown = relative ?? path ?? reference.path;
  if (settings === null && (kind === 'directory' || entry.mechanism === 'preservation'))
    offer(`Write ${shown} as a set with a mode`, {
      kind: 'set-attributes',
      entry: reference,
      attributes: { ...ownerOf(path, known), mode: modeOf(entry, known) },
    });
  if (settings !== null && Object.keys(settings).length === 0)
    offer(`Write ${shown} as a plain string`, { kind: 'plain-string', entry: reference });
  if (scope === 'system' && path !== null) {
    const [user, home] = [...homes(host)].find(([, each]) => path.startsWith(`${each}/`)) ?? [];
    if (user !== undefined && home !== undefined)
      offer(`Move ${path} to the user ${user}`, { kind: 'move-to-user', entry: reference, user, relative: path.slice(home.length + 1) });
  }
  offer('Sort the list and drop what is in it twice', { kind: 'tidy-list', entry: reference });
}

/** The owner that the state has, where the catalogue knows one. */
function ownerOf(path: string | null, known: StateIndex): Readonly<Record<string, string>> {
  const place = path === null ? undefined : known.lookup(path)?.value.place;
  if (place === undefined || place.path !== path) return {};
  return { ...(place.user ? { user: place.user } : {}), ...(place.group ? { group: place.group } : {}) };
}

/** The mode that the state has, else what both mechanisms give by themselves. */
function modeOf({ path, kind, relative }: PersistenceEntry, known: StateIndex): string {
  const place = path === null ? undefined : known.lookup(path)?.value.place;
  if (place?.mode !== undefined && (place.path === path || place.path === relative)) return place.mode;
  return kind === 'directory' ? '0755' : '0644';
}
