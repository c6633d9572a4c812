import { update } from '../nix/combine.ts';
import {
  attr,
  bool,
  external,
  list,
  record,
  tagOf,
  Thunk,
  unknown,
  type AttrSet,
  type AttrsValue,
  type ConditionText,
  type Value,
  stringList,
} from '../nix/value.ts';
import type { Definition } from './definition.ts';
import { elsewhere } from './merging.ts';
import { allGaps, type OptionTree } from './optionTree.ts';

/** What is asked of the configuration whose options they are. */
export interface Defined {
  readonly tree: OptionTree;
  readonly isAlone: boolean;
  value(path: readonly string[]): Value;
  applying(definitions: readonly Definition[]): readonly { readonly from: Definition; readonly conditions: readonly ConditionText[] }[];
}

/** `options` (or a part of it): declarations with what their options are worth, as far as the workspace declares them. `declared` is null while modules are collected. */
export function optionsView(
  configuration: Defined,
  declared: () => OptionTree | null,
  defaultOf: (path: readonly string[]) => Value | null,
  path: readonly string[] = [],
): AttrsValue {
  const set: AttrSet = {
    get: (name) => {
      const tree = declared();
      if (!tree) return attr(Thunk.of(unknown('imports depend on options', null)));
      const inner = [...path, name];
      const [first] = tree.at(inner).definitions;
      if (!first) return configuration.isAlone ? attr(Thunk.of(assumed(configuration, declared, defaultOf, inner))) : undefined;
      const value = first.thunk.force();
      if (value.type !== 'attrs' || tagOf(value) !== 'option')
        return attr(Thunk.of(optionsView(configuration, declared, defaultOf, inner)));
      return { ...attr(new Thunk(null, () => update(value, facts(configuration, defaultOf, inner)))), name: first.name };
    },
    names: () => declared()?.names(path) ?? [],
    gaps: [external('the declarations of NixOS options')],
  };
  return { type: 'attrs', attrs: set, location: null };
}

/** An option, or a set of them, that modules which are not read declare: where it is, and that they may define it too. */
function assumed(
  configuration: Defined,
  declared: () => OptionTree | null,
  defaultOf: (path: readonly string[]) => Value | null,
  path: readonly string[],
): AttrsValue {
  const view = optionsView(configuration, declared, defaultOf, path);
  const loc = attr(Thunk.of(stringList(path)));
  return {
    ...view,
    attrs: { get: (name) => (name === 'loc' ? loc : view.attrs.get(name)), names: () => view.attrs.names(), gaps: [elsewhere(path)] },
  };
}

/** What an option has besides its declaration (nixpkgs lib/modules.nix, evalOptionValue). */
function facts(configuration: Defined, defaultOf: (path: readonly string[]) => Value | null, path: readonly string[]): AttrsValue {
  const applying = (): ReturnType<Defined['applying']> => configuration.applying(configuration.tree.at(path).definitions);
  return record({
    loc: stringList(path),
    value: new Thunk(null, () => configuration.value(path)),
    isDefined: new Thunk(null, () => {
      const found = applying();
      if (found.some(({ conditions }) => conditions.length === 0) || defaultOf(path)) return bool(true);
      const [open] = found;
      const gap = allGaps(configuration.tree.at(path))[0]?.unknown;
      return gap ?? (open ? unknown('it depends on a condition', open.from.binding) : bool(false));
    }),
    definitions: new Thunk(null, () => list(applying().map(({ from, conditions }) => ({ thunk: from.thunk, conditions })))),
  });
}
