import { joinedOrigins } from '../nix/origins.ts';
import {
  attrsBehind,
  list,
  record,
  string,
  unknown,
  type ConditionText,
  type ListItem,
  type Origin,
  type Unknown,
  type Value,
} from '../nix/value.ts';
import type { Definition } from './definition.ts';
import type { Shape } from './optionTypes.ts';

/** A definition with the undecided conditions under which it applies. */
export interface Applying {
  readonly from: Definition;
  readonly conditions: readonly ConditionText[];
}

/** Values that can be modules. */
export const MODULE_TYPES = new Set<Value['type']>(['attrs', 'function', 'path', 'list']);

/** Several definitions of one module (lib.types.deferredModule): a module that imports them. */
export function deferredModule(applying: readonly Applying[]): Value {
  const [only] = applying;
  if (only && applying.length === 1 && only.conditions.length === 0) return only.from.thunk.force();
  return record({ imports: list(applying.map(({ from, conditions }) => ({ thunk: from.thunk, conditions }))) });
}

/** What modules that are not read may say of an option. */
export function elsewhere(path: readonly string[]): Unknown {
  return unknown(`other modules may set config.${path.join('.')}`, null);
}

/** Where the name of an option is written besides the first definition, by the others that apply. */
export function furtherNames(first: Definition | undefined, others: readonly Applying[]): readonly Origin[] {
  const places = others.flatMap(({ from: { name: location }, conditions }) => (location ? [{ location, conditions }] : []));
  return joinedOrigins(first?.name ?? null, places);
}

/** The shape of what is not looked into. */
export const RAW: Shape = { kind: 'raw' };

/** Arguments of modules (nixpkgs lib/modules.nix, `_module.args`) are what they are given as. */
export function isModuleArgument([first, second, ...rest]: readonly string[]): boolean {
  return first === '_module' && second === 'args' && rest.length === 1;
}

/** A set that is no function. */
export function isSet({ thunk }: Definition): boolean {
  const value = attrsBehind(thunk);
  return value !== null && value.attrs.get('__functor') === undefined;
}

export function startsWith(path: readonly string[], start: readonly string[]): boolean {
  return start.every((part, index) => part === path[index]);
}

/** Lists one after the other by their order, the items of a conditional one under its conditions (`listOf`). */
export function mergeLists(applying: readonly Applying[], gaps: readonly Unknown[]): Value {
  const items: ListItem[] = [];
  const inner: Unknown[] = [...gaps];
  for (const { from, conditions } of inOrder(applying)) {
    const value = from.thunk.force();
    if (value.type !== 'list') continue;
    for (const each of value.items) items.push({ thunk: each.thunk, conditions: [...conditions, ...each.conditions] });
    inner.push(...value.gaps);
  }
  return list(items, applying[0]?.from.binding ?? null, inner);
}

/** Whether a path is an option, or the question of DefaultOf for what is below a set it is in. */
export function isAbove(path: readonly string[], option: readonly string[]): boolean {
  return path.at(-1) === '*' ? startsWith(option, path.slice(0, -1)) : path.length === option.length && startsWith(path, option);
}

/** Texts one after the other by their order (lib.types.separatedString). */
export function joinedText(applying: readonly Applying[], separator: string): Value {
  const texts = inOrder(applying).flatMap(({ from }) => {
    const value = from.thunk.force();
    return value.type === 'string' ? [value] : [];
  });
  const [first] = texts;
  return first && texts.length === 1 ? first : string(texts.map(({ value }) => value).join(separator), first?.location ?? null);
}

function inOrder(applying: readonly Applying[]): readonly Applying[] {
  return applying.toSorted((a, b) => a.from.order - b.from.order);
}

/** What `find` finds, and nothing more while it is at it: a configuration may hold itself. */
export function notAgain<T>(find: () => readonly T[]): () => readonly T[] {
  let isFinding = false;
  return () => {
    if (isFinding) return [];
    isFinding = true;
    const found = find();
    isFinding = false;
    return found;
  };
}
