import type { HostModel } from '../host/hostModel.ts';
import { atEachPlace } from '../persistence/declared.ts';
import type { PersistenceEntry, Unresolved } from '../persistence/entry.ts';
import { EXIT, type CommandIo, type Places } from './io.ts';
import { printable } from '../text/printable.ts';

interface Listed<T> {
  readonly item: T;
  readonly hosts: string[];
}

/**
 * `keepsake entries`: every entry with the hosts that share it, and every place that could not be read. `named` tells for each
 * model whether it is a host or a file read on its own.
 */
export function runEntries(
  models: readonly { readonly model: Pick<HostModel, 'name' | 'entries' | 'unresolved'>; readonly named: boolean }[],
  places: Places,
  io: CommandIo,
  json: boolean,
): number {
  const entries = new Map<string, Listed<PersistenceEntry>>();
  const unresolved = new Map<string, Listed<Unresolved>>();
  for (const { model, named } of models) {
    const hosts = named ? [model.name] : [];
    for (const entry of model.entries.flatMap(atEachPlace)) {
      const { storage, scope, user, kind, path, relative, location, mechanism } = entry;
      const conditions = entry.conditions.map(({ text }) => text);
      add(entries, [mechanism, storage, scope, user, kind, path, relative, location.file, location.start, conditions], entry, hosts);
    }
    for (const place of model.unresolved) add(unresolved, [place.location.file, place.location.start, place.reason], place, hosts);
  }
  const listed = [...entries.values()].sort((a, b) => byPlace(a.item, b.item));
  const gaps = [...unresolved.values()].sort((a, b) => byPlace(a.item, b.item));
  if (json) {
    io.line(
      JSON.stringify(
        {
          version: 1,
          entries: listed.map(({ item, hosts }) => describe(item, hosts, places)),
          unresolved: gaps.map(({ item }) => {
            const { file, line, column } = places.of(item.location);
            return { file, line, column, reason: item.reason };
          }),
        },
        null,
        2,
      ),
    );
  } else {
    for (const { item, hosts } of listed) io.line(text(item, hosts, places));
    for (const { item } of gaps) io.line(`${places.text(item.location)}  could not be read: ${printable(item.reason)}`);
  }
  return EXIT.ok;
}

function add<T>(into: Map<string, Listed<T>>, key: readonly unknown[], item: T, hosts: readonly string[]): void {
  const text = JSON.stringify(key);
  const known = into.get(text);
  if (known) known.hosts.push(...hosts.filter((host) => !known.hosts.includes(host)));
  else into.set(text, { item, hosts: [...hosts] });
}

function byPlace(a: Pick<Unresolved, 'location'>, b: Pick<Unresolved, 'location'>): number {
  if (a.location.file !== b.location.file) return a.location.file < b.location.file ? -1 : 1;
  return a.location.start - b.location.start;
}

function describe(entry: PersistenceEntry, hosts: readonly string[], places: Places): object {
  const { file, line, column } = places.of(entry.location);
  const { mechanism, storage, scope, user, kind, path, relative } = entry;
  // What one host decides is open for the declaration, which several may share.
  const conditions = [...entry.fulfilled, ...entry.conditions];
  return {
    hosts,
    file,
    line,
    column,
    mechanism,
    storage,
    scope,
    user,
    kind,
    path,
    relative,
    // The choice of a specialisation at boot is left to nothing that could be decided here.
    conditional: conditions.some(({ atBoot }) => !atBoot),
    conditions: conditions.map(({ text }) => text),
  };
}

function text(entry: PersistenceEntry, hosts: readonly string[], places: Places): string {
  const path = entry.path ?? `~${entry.user ?? ''}/${entry.relative ?? ''}`;
  const condition = entry.conditions.length > 0 ? `  if ${entry.conditions.map((each) => each.text).join(' and ')}` : '';
  const kept = `${path}${entry.kind === 'directory' && !path.endsWith('/') ? '/' : ''} in ${entry.storage ?? 'a storage that is not known'}`;
  return `${places.text(entry.location)}  ${printable(kept)}  [${hosts.map(printable).join(', ')}] ${entry.mechanism}${printable(condition)}`;
}
