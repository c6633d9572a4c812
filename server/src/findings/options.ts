import type { HostModel } from '../host/hostModel.ts';
import { isSaid } from '../module/optionTree.ts';
import { placeOfDefinition } from '../module/written.ts';
import type { Location } from '../syntax/source.ts';

/** A Boolean option; `unset` when no module of the workspace says anything, null when it can't be told. */
export function flagAt({ configuration }: HostModel, path: readonly string[], unset: boolean): boolean | null {
  if (!configuration) return null;
  const node = configuration.tree.at(path);
  if (!isSaid(node)) return node.gaps.some(({ unknown }) => !unknown.external) ? null : unset;
  const value = configuration.value(path);
  return value.type === 'bool' ? value.value : null;
}

/** The text of a string or path option; null when it is not set or can't be told. */
export function textAt({ configuration }: HostModel, path: readonly string[]): string | null {
  const value = configuration?.value(path);
  return value?.type === 'string' ? value.value : value?.type === 'path' ? value.path : null;
}

/** Whether a module of the workspace says something at an option, readable or not. */
export function isSet({ configuration }: HostModel, path: readonly string[]): boolean {
  return configuration !== null && isSaid(configuration.tree.at(path));
}

/** The definition of an option that applies without condition: from its name to the end of its value. */
export function placeOf({ configuration }: HostModel, path: readonly string[]): Location | null {
  if (!configuration) return null;
  const first = configuration.applying(configuration.tree.at(path).definitions).find(({ conditions }) => conditions.length === 0);
  return first ? placeOfDefinition(configuration, path, first.from) : null;
}

/** Strings of an option that is a string, a path, or a list of them, where each stands; conditional ones are left out. */
export function stringsAt(
  { configuration }: HostModel,
  path: readonly string[],
): readonly { readonly text: string; readonly location: Location | null }[] {
  const value = configuration?.value(path);
  const values =
    value?.type === 'list'
      ? value.items.filter(({ conditions }) => conditions.length === 0).map(({ thunk }) => thunk.force())
      : value
        ? [value]
        : [];
  return values.flatMap((each) =>
    each.type === 'string'
      ? [{ text: each.value, location: each.location }]
      : each.type === 'path'
        ? [{ text: each.path, location: each.location }]
        : [],
  );
}

/** Names that are set below an option. */
export function namesAt({ configuration }: HostModel, path: readonly string[]): readonly string[] {
  return configuration?.tree.names(path) ?? [];
}
