import type { NewEntry } from '../../server/src/edits/insertEntry.ts';

/** What `standIn.nix` reads from one scope of a storage. */
interface Scope {
  readonly directories: readonly unknown[];
  readonly files: readonly unknown[];
  readonly others: readonly unknown[];
}

interface Storage extends Scope {
  readonly users: Readonly<Record<string, Scope>>;
}

/** One line for all that a module says about persistence: root, storage, user, list, element. In the order of the lists. */
export function persistedLines(read: unknown): readonly string[] {
  const roots = read as readonly Readonly<Record<string, Storage>>[];
  return roots.flatMap((storages, root) =>
    Object.entries(storages).flatMap(([name, storage]) => [
      ...scopeLines(`${root} ${name} -`, storage),
      ...Object.entries(storage.users).flatMap(([user, scope]) => scopeLines(`${root} ${name} ${user}`, scope)),
    ]),
  );
}

function scopeLines(prefix: string, scope: Scope): readonly string[] {
  const line = (list: string) => (element: unknown) => `${prefix} ${list} ${JSON.stringify(element)}`;
  const others = scope.others.filter((other) => Object.keys(other as object).length > 0);
  return [...scope.directories.map(line('directory')), ...scope.files.map(line('file')), ...others.map(line('other'))];
}

/** What has come and what has gone, each line as often as it did; `moved` when the lines that are in both changed their order. */
export function compareLines(before: readonly string[], after: readonly string[]) {
  const added: string[] = [];
  const left = [...before];
  const kept: string[] = [];
  for (const line of after) {
    const at = left.indexOf(line);
    if (at < 0) added.push(line);
    else kept.push(...left.splice(at, 1));
  }
  const stayed = [...before];
  for (const line of left) stayed.splice(stayed.indexOf(line), 1);
  return { added, removed: left, moved: kept.join('\n') !== stayed.join('\n') };
}

/** The line of a new entry, without its root and storage. */
export function expectedLine(entry: NewEntry): string {
  const attributes = entry.attributes ?? {};
  const element = Object.keys(attributes).length === 0 ? entry.path : sorted({ ...attributes, [entry.kind]: entry.path });
  return `${entry.user ?? '-'} ${entry.kind} ${JSON.stringify(element)}`;
}

/** JSON from Nix has its attributes sorted. */
function sorted(attributes: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Root and storage of a line. */
export function place(line: string): string {
  return line.split(' ').slice(0, 2).join(' ');
}

export function withoutPlace(line: string): string {
  return line.split(' ').slice(2).join(' ');
}
