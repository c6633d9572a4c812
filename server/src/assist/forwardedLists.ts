import type { HostModel } from '../host/hostModel.ts';
import { children, type Binding, type Expr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { ListPlace, Names } from './listPlace.ts';
import { listOfEntry, listPlace } from './listPlace.ts';

/** Lists that a module forwards into a storage, by the names they stand under. */
export type ForwardedLists = ReadonlyMap<string, ListPlace>;

/**
 * The lists of a host whose elements become entries although their names say nothing of it: options of the author's own, variables.
 * `sourceOf`: the texts that the model was made of.
 */
export function forwardedLists(host: HostModel, sourceOf: (file: string) => NixSource | string): ForwardedLists {
  const found = new Map<string, ListPlace>();
  for (const entry of host.entries) {
    if (entry.mechanism === 'manual') continue;
    const { file, start } = entry.location;
    const source = sourceOf(file);
    if (typeof source === 'string') continue;
    const names = namesAt(source.root, start);
    if (names.length === 0 || listPlace(names)) continue;
    const list = listOfEntry(entry);
    const own = names.at(-1) === entry.kind ? names.slice(0, -1) : names;
    for (const key of keysOf(file, own)) {
      const known = found.get(key);
      // A list that goes to several users is any user's.
      found.set(key, known && known.user !== list.user ? { ...known, user: null } : (known ?? list));
    }
  }
  return found;
}

/** The list that names in a file are, by what is known of a host. */
export function forwardedList(lists: ForwardedLists, file: string, names: Names): ListPlace | null {
  for (const key of keysOf(file, names)) {
    const list = lists.get(key);
    if (list) return list;
  }
  return null;
}

/** An option is the same in every file; a single name is a variable of its file. */
function keysOf(file: string, names: Names): readonly string[] {
  const path = names[0] === 'config' ? names.slice(1) : names;
  const own = JSON.stringify([file, ...path]);
  return path.length > 1 && !path.includes(null) ? [own, JSON.stringify(path)] : [own];
}

/** Names of the bindings around a place, outermost first. */
export function namesAt(root: Expr, offset: number): Names {
  const names: (string | null)[] = [];
  let node: Expr | undefined = root;
  while (node) {
    const bindings: readonly Binding[] = node.kind === 'attrs' || node.kind === 'let' ? node.bindings : [];
    const binding = bindings.find(({ start, end }) => start <= offset && offset < end);
    if (binding?.kind === 'binding' && offset >= binding.value.start) {
      names.push(...binding.path.map((name) => (name.kind === 'static' ? name.name : null)));
      node = binding.value;
    } else node = binding ? undefined : children(node).find(({ start, end }) => start <= offset && offset < end);
  }
  return names;
}
