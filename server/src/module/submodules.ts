import { apply } from '../nix/arguments.ts';
import { certain } from '../nix/combine.ts';
import type { Evaluation } from '../nix/evaluation.ts';
import {
  list,
  string,
  tagOf,
  Thunk,
  unknown,
  type Attr,
  type AttrSet,
  type ConditionText,
  type ListItem,
  type Value,
} from '../nix/value.ts';
import { definition, discharge, undecided, type Definition } from './definition.ts';
import { mergeLists } from './merging.ts';
import { isSaid, type OptionTree } from './optionTree.ts';
import { isOfType, shapeAt, type Coercion, type Shape } from './optionTypes.ts';

type SubmoduleShape = Extract<Shape, { kind: 'submodule' }>;
type CoercedShape = Extract<Shape, { kind: 'coerced' }>;
type SetShape = Extract<Shape, { kind: 'set' }>;

/** What a submodule is read with and from. */
export interface Surroundings {
  readonly evaluation: Evaluation;
  readonly tree: () => OptionTree;
  /** Definitions that apply or may. */
  readonly applying: (
    definitions: readonly Definition[],
  ) => readonly { readonly from: Definition; readonly conditions: readonly ConditionText[] }[];
  readonly defaultOf: (path: readonly string[]) => Value | null;
  readonly value: (path: readonly string[]) => Value;
  /** A configuration of further modules, read like this one. */
  readonly make: (input: InnerInput) => Inner;
}

export interface InnerInput {
  /** The modules of the type. */
  readonly modules: Thunk;
  readonly specialArgs: AttrSet | null;
  readonly extraArgs: Readonly<Record<string, Value>>;
  /** The definitions of the option, each a module under its conditions. */
  readonly parts: readonly Definition[];
  readonly shorthand: boolean;
}

/** A configuration as seen from the one that holds it. */
export interface Inner {
  view(): Value;
  value(path: readonly string[]): Value;
}

/** The configurations behind options whose type is a submodule, each made when a value in it is asked for. */
export class Submodules {
  readonly #around: Surroundings;
  /** Null while one is being made. */
  readonly #known = new Map<string, Inner | null>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /**
   * What a path at or in a submodule is worth; null when the definitions are no modules, or there are none. `at`: how many names of the
   * path lead to the option.
   */
  valueAt(path: readonly string[], at: number, shape: SubmoduleShape): Value | null {
    const root = path.slice(0, at + shape.depth);
    const known = this.#known.get(root.join('\0'));
    if (known === null) return unknown(`config.${root.join('.')} depends on itself`, null);
    const inner = known ?? this.#make(root, at, shape);
    if (!inner) return null;
    const rest = path.slice(root.length);
    return rest.length === 0 ? inner.view() : inner.value(rest);
  }

  /** A value at a path with what its type makes of the parts it holds. */
  shaped(value: Value, shape: Shape | null, path: readonly string[]): Value {
    if (shape?.kind === 'coerced') return this.#coerced(Thunk.of(value), [shape.coercion]).force();
    if (shape?.kind === 'list' && value.type === 'list') {
      const inner = shapeAt([shape.element], []);
      if (inner?.kind !== 'coerced' && inner?.kind !== 'submodule' && inner?.kind !== 'set') return value;
      const items = value.items.map((each) => ({
        ...each,
        thunk: new Thunk(each.thunk.location, () => this.#element(each.thunk, inner)),
      }));
      return { ...value, items };
    }
    if (shape?.kind !== 'set' || value.type !== 'attrs') return value;
    const inner = shapeAt([shape.element], []);
    if (inner?.kind !== 'submodule' && inner?.kind !== 'set') return value;
    const { attrs: set } = value;
    return {
      ...value,
      attrs: {
        get: (name) => {
          const found = set.get(name);
          return found && { ...found, thunk: new Thunk(found.thunk.location, () => this.#around.value([...path, name])) };
        },
        names: () => set.names(),
        gaps: set.gaps,
      },
    };
  }

  #make(root: readonly string[], at: number, shape: SubmoduleShape): Inner | null {
    const key = root.join('\0');
    this.#known.set(key, null);
    const node = this.#around.tree().at(root);
    const own = [
      ...this.#around.applying(node.definitions).map(({ from, conditions }) => ({ ...from, guards: undecided(conditions) })),
      ...node.gaps.map((gap) => ({ ...gap.definition, thunk: Thunk.of(gap.unknown) })),
    ];
    const parts = (own.length > 0 ? own : this.#defaultParts(root, at)).map((from) => ({
      ...from,
      thunk: this.#coerced(from.thunk, shape.coercions),
    }));
    if ((parts.length === 0 && shape.depth > 0) || parts.some(({ thunk }) => !isPart(thunk.force(), shape))) {
      this.#known.delete(key);
      return null;
    }
    const inner = this.#configuration(shape, parts, root.at(-1) ?? '');
    this.#known.set(key, inner);
    return inner;
  }

  #configuration(shape: SubmoduleShape, parts: readonly Definition[], name: string): Inner {
    return this.#around.make({
      modules: Thunk.of(list(shape.modules.flatMap(moduleItems))),
      specialArgs: shape.specialArgs,
      extraArgs: { name: string(name, null) },
      parts,
      shorthand: shape.shorthand,
    });
  }

  /** What the default of an option says of a path in it, when nothing else says anything of the option. */
  #defaultParts(root: readonly string[], at: number): readonly Definition[] {
    const option = root.slice(0, at);
    if (isSaid(this.#around.tree().at(option))) return [];
    let value = this.#around.defaultOf(option);
    for (const name of root.slice(at)) {
      const found = value?.type === 'attrs' ? value.attrs.get(name) : undefined;
      value = found ? certain(found) : null;
    }
    return value ? [definition(Thunk.of(value))] : [];
  }

  /** One item of a list whose items are coerced, submodules, or sets, of which each attribute is a definition of its own. */
  #element(thunk: Thunk, shape: SubmoduleShape | CoercedShape | SetShape): Value {
    if (shape.kind === 'set') return withoutProperties(thunk.force(), this.#around.applying);
    if (shape.kind === 'coerced') return this.#coerced(thunk, [shape.coercion]).force();
    const part = this.#coerced(thunk, shape.coercions);
    return part.force().type === 'attrs' ? this.#configuration(shape, [definition(part)], '').view() : part.force();
  }

  /** A value on its way through `coercedTo` types: what is of the first type becomes one of the second. */
  #coerced(thunk: Thunk, coercions: readonly Coercion[]): Thunk {
    if (coercions.length === 0) return thunk;
    return new Thunk(thunk.location, () =>
      coercions.reduce<Value>((value, { from, through, to }) => {
        if (isOfType(value, to) === true || isOfType(value, from) !== true) return value;
        return apply(this.#around.evaluation, through, Thunk.of(value));
      }, thunk.force()),
    );
  }
}

/** A set whose attributes are under `mkIf` and the like, with what these leave of it. */
function withoutProperties(value: Value, applying: Surroundings['applying']): Value {
  if (value.type !== 'attrs' || tagOf(value) !== null) return value;
  const { attrs: set } = value;
  const left = (name: string): Attr | undefined => {
    const found = set.get(name);
    if (!found || tagOf(found.thunk.force()) === null) return found;
    const [first, ...more] = applying(discharge(definition(found.thunk)));
    if (!first) return undefined;
    const all = [first, ...more];
    if (all.every(({ from }) => from.thunk.force().type === 'list')) return { ...found, thunk: Thunk.of(mergeLists(all, [])) };
    if (more.length > 0) return { ...found, thunk: Thunk.of(unknown('it has several values', found.thunk.location)) };
    return { ...found, thunk: first.from.thunk, conditions: [...found.conditions, ...first.conditions] };
  };
  return {
    ...value,
    attrs: {
      get: left,
      names: () => set.names().filter((name) => left(name) !== undefined),
      get gaps() {
        return set.gaps;
      },
    },
  };
}

/** Values that the definitions of a submodule can be. */
const PART_TYPES = new Set<Value['type']>(['attrs', 'function', 'path', 'unknown']);

function isPart(value: Value, { functions }: SubmoduleShape): boolean {
  return PART_TYPES.has(value.type) && !(functions && value.type === 'function');
}

/** A module, or a list of them, as `submodule` takes both. */
function moduleItems(modules: Thunk): readonly ListItem[] {
  const value = modules.force();
  return value.type === 'list' ? value.items : [{ thunk: modules, conditions: [] }];
}
