import { certain } from '../../nix/combine.ts';
import { attr, attrs, pathOf, Thunk, type AttrsValue, type ListItem, type Unknown, type Value } from '../../nix/value.ts';
import { sure } from './framework.ts';

/** What stands in a set under these names, one below the other; null when it is not there. */
export function at(value: Value | null, ...path: readonly string[]): Value | null {
  let found = value;
  for (const name of path) {
    const inner = found?.type === 'attrs' ? found.attrs.get(name) : undefined;
    if (!inner) return null;
    found = certain(inner);
  }
  return found;
}

/** The attributes of a set by name, each a module or another value; empty for what is none. */
export function attributes(value: Value | null): readonly (readonly [name: string, thunk: Thunk])[] {
  if (value?.type !== 'attrs') return [];
  return value.attrs.names().flatMap((name) => {
    const found = value.attrs.get(name);
    return found ? [[name, new Thunk(found.thunk.location, () => certain(found))] as const] : [];
  });
}

/** The items of a list of modules; what could not be read of it is there as unknown modules. */
export function modulesOf(value: Value | null): readonly ListItem[] {
  if (value === null || value.type === 'null') return [];
  if (value.type === 'list') return [...value.items, ...value.gaps.map(sure)];
  return [sure(value)];
}

/** The text of a string; null for anything else. */
export function text(value: Value | null): string | null {
  return value?.type === 'string' ? value.value : null;
}

/** The directory a value names, be it a path, its text, or a flake; null when it is none of the workspace. */
export function directoryOf(value: Value | null): string | null {
  const path = value && pathOf(at(value, 'outPath') ?? value);
  return path?.startsWith('/') ? path : null;
}

/** A set with these attributes, each worked out when it is asked for. */
export function lazySet(entries: Iterable<readonly [name: string, make: () => Value]>, gaps: readonly Unknown[] = []): AttrsValue {
  return attrs(new Map([...entries].map(([name, make]) => [name, attr(new Thunk(null, make))] as const)), null, gaps);
}
