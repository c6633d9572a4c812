import type { HostModel } from '../host/hostModel.ts';
import { definitionCall } from '../edits/calls.ts';
import { lookup } from '../edits/declaration.ts';
import { children, literalString, unparen, type Binding, type Expr } from '../syntax/ast.ts';
import { atEachPlace } from '../persistence/declared.ts';
import type { Location } from '../syntax/source.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { ListPlace, Names } from './listPlace.ts';
import { listOfEntry, listPlace, STORAGE_OPTIONS } from './listPlace.ts';

/** Variables that stand for variables are followed no further. */
const MAX_DEPTH = 20;

/** Lists that a module forwards into a storage, by the names they stand under. Plain data without places, so that it can be moved with a model. */
export type ForwardedLists = Readonly<Record<string, ListPlace>>;

/**
 * The lists of a host whose elements become entries although their names say nothing of it: options of the author's own and variables,
 * by the entries that stand in them and by the definitions of storages that name them. `sourceOf`: the texts that the model was made of.
 */
export function forwardedLists(host: HostModel, sourceOf: (file: string) => NixSource | string): ForwardedLists {
  const found = new Map<string, ListPlace>();
  const add = (file: string, names: Names, list: ListPlace): void => {
    for (const key of keysOf(file, names)) {
      const known = found.get(key);
      // A list that goes to several users is any user's.
      found.set(key, known && known.user !== list.user ? { ...known, user: null } : (known ?? list));
    }
  };
  for (const entry of host.entries.flatMap(atEachPlace)) {
    if (entry.mechanism === 'manual') continue;
    const { file, start } = entry.location;
    const source = sourceOf(file);
    if (typeof source === 'string') continue;
    const { names, expr } = around(source.root, start);
    // Something is made of the elements of a list when its text is not what is kept.
    if (names.length === 0 || listPlace(names) || literalString(expr) !== entry.written) continue;
    add(file, names.at(-1) === entry.kind ? names.slice(0, -1) : names, listOfEntry(entry));
  }
  for (const { list, location } of definedLists(host)) {
    const source = sourceOf(location.file);
    if (typeof source === 'string') continue;
    const { expr, scopes } = around(source.root, location.start);
    for (const names of optionsIn(expr, scopes)) if (names.length > 1 && !listPlace(names)) add(location.file, names, list);
  }
  return Object.fromEntries(found);
}

/** Where the lists of a host's storages are defined. */
function definedLists({ configuration }: HostModel): readonly { readonly list: ListPlace; readonly location: Location }[] {
  if (!configuration) return [];
  const { tree } = configuration;
  return STORAGE_OPTIONS.flatMap((root) =>
    tree.names(root).flatMap((storage) => {
      const users = [...root, storage, 'users'];
      const owners = [[...root, storage], ...tree.names(users).map((user) => [...users, user])];
      return owners.flatMap((owner) =>
        ['directories', 'files'].flatMap((name) => {
          const path = [...owner, name];
          const list = listPlace(path)?.list;
          // The whole binding: what it names is looked for in all of its value, conditions aside.
          const places = tree.at(path).definitions.flatMap(({ binding, thunk }) => thunk.location ?? binding ?? []);
          return list ? places.map((location) => ({ list, location })) : [];
        }),
      );
    }),
  );
}

/** Options that a value takes as they are: alone, joined with others, or under a condition. */
function optionsIn(value: Expr, scopes: readonly Expr[]): readonly Names[] {
  const expr = unparen(value);
  switch (expr.kind) {
    case 'binary':
      return expr.operator === '++' ? [...optionsIn(expr.left, scopes), ...optionsIn(expr.right, scopes)] : [];
    case 'with':
    case 'assert':
      return optionsIn(expr.body, scopes);
    case 'if':
      return [...optionsIn(expr.consequence, scopes), ...optionsIn(expr.alternative, scopes)];
    case 'apply': {
      const call = definitionCall(expr);
      return call && call.kind !== 'merge' ? optionsIn(call.content, scopes) : [];
    }
    case 'select': {
      const names = optionOf(expr, scopes);
      return names ? [names] : [];
    }
    default:
      return [];
  }
}

/** `config.a.b`, or `cfg.b` where `cfg` is such; null for what is no option. */
function optionOf(value: Expr, scopes: readonly Expr[], depth = 0): Names | null {
  const expr = unparen(value);
  if (depth > MAX_DEPTH) return null;
  if (expr.kind === 'variable') {
    if (expr.name === 'config') return [];
    const bound = lookup(expr.name, scopes);
    return bound?.value ? optionOf(bound.value, bound.scopes, depth + 1) : null;
  }
  if (expr.kind !== 'select') return null;
  const subject = optionOf(expr.subject, scopes, depth + 1);
  return subject && [...subject, ...expr.path.map((name) => (name.kind === 'static' ? name.name : null))];
}

/** The list that names in a file are, by what is known of the hosts that read it; null when none of them takes it for one. */
export function forwardedList(hosts: readonly ForwardedLists[], file: string, names: Names): ListPlace | null {
  const keys = keysOf(file, names);
  for (const lists of hosts) {
    for (const key of keys) if (Object.hasOwn(lists, key)) return lists[key] ?? null;
  }
  return null;
}

/** An option is the same in every file; a single name is a variable of its file. */
function keysOf(file: string, names: Names): readonly string[] {
  const path = names[0] === 'config' ? names.slice(1) : names;
  const own = JSON.stringify([file, ...path]);
  return path.length > 1 && !path.includes(null) ? [own, JSON.stringify(path)] : [own];
}

/** The names of the bindings around a place, outermost first, the innermost expression that begins there, and those around it. */
function around(root: Expr, offset: number): { readonly names: Names; readonly expr: Expr; readonly scopes: readonly Expr[] } {
  const names: (string | null)[] = [];
  const scopes: Expr[] = [];
  let expr = root;
  for (;;) {
    const bindings: readonly Binding[] = expr.kind === 'attrs' || expr.kind === 'let' ? expr.bindings : [];
    const binding = bindings.find(({ start, end }) => start <= offset && offset < end);
    const inValue = binding?.kind === 'binding' && offset >= binding.value.start ? binding : null;
    const next = inValue ? inValue.value : binding ? undefined : children(expr).find(({ start, end }) => start <= offset && offset < end);
    if (!next || (expr.start === offset && !inValue && expr !== root)) return { names, expr, scopes };
    if (inValue) names.push(...inValue.path.map((name) => (name.kind === 'static' ? name.name : null)));
    scopes.push(expr);
    expr = next;
  }
}
