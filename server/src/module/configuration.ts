import { apply } from '../nix/arguments.ts';
import { call } from '../nix/call.ts';
import { certain, equals, update } from '../nix/combine.ts';
import type { Evaluation } from '../nix/evaluation.ts';
import { nixpkgsLib } from '../nix/lib.ts';
import { member } from '../nix/primitive.ts';
import type { Scope } from '../nix/scope.ts';
import {
  attr,
  attrs,
  bool,
  external,
  item,
  list,
  record,
  string,
  tagOf,
  Thunk,
  unknown,
  type AttrSet,
  type AttrsValue,
  type ConditionText,
  type ListItem,
  type Unknown,
  type Value,
} from '../nix/value.ts';
import { decide, definition, undecided, type Definition, type Guard } from './definition.ts';
import { collectModules, moduleArguments, type ModuleSet } from './modules.ts';
import { allGaps, isSaid, OptionTree, type OptionNode } from './optionTree.ts';
import { isOfType, shapeAt, type Coercion, type Shape } from './optionTypes.ts';

/** Values of NixOS options that the workspace does not set, by option path; null when nothing is known. */
export type DefaultOf = (path: readonly string[]) => Value | null;

export interface ConfigurationInput {
  /** The list given to `nixosSystem`. */
  readonly modules: Thunk;
  /** What module functions get besides `config`, `lib`, `pkgs`. */
  readonly specialArgs: AttrSet | null;
  readonly defaults: DefaultOf;
  /** Further arguments that are ours to give, such as `osConfig`. */
  readonly extraArgs?: Readonly<Record<string, Value | Thunk>>;
  /** One module read without those it belongs with: switches it declares may be on or off, lists may have more, paths are not followed. */
  readonly alone?: boolean;
  /** Options that no module sets are not there: nothing like NixOS stands behind the modules (flake-parts). */
  readonly complete?: boolean;
  /** Further modules, each under its conditions: the definitions of an option whose type is a submodule. */
  readonly parts?: readonly Definition[];
  /** Sets among `parts` are `config` alone. */
  readonly shorthand?: boolean;
}

/** One machine's modules put together: what its options are worth, as far as that can be told without running Nix. */
export class Configuration {
  readonly modules: ModuleSet;
  readonly tree: OptionTree;
  readonly #evaluation: Evaluation;
  readonly #defaults: DefaultOf;
  readonly #declared: OptionTree;
  readonly #values = new Map<string, Value>();
  readonly #alone: boolean;
  readonly #complete: boolean;
  readonly #globals: Scope;
  readonly #lib: Value;
  /** Configurations of options whose type is a submodule; null while one is being made, and where there is none. */
  readonly #submodules = new Map<string, Configuration | null>();
  #ready = false;

  /** Imports that depend on `config` are unknown, as they are an infinite recursion in the module system. */
  constructor(evaluation: Evaluation, globals: Scope, input: ConfigurationInput) {
    const { modules, specialArgs, defaults, extraArgs = {}, alone = false, complete = false, parts = [], shorthand = false } = input;
    this.#evaluation = evaluation;
    this.#globals = globals;
    this.#defaults = defaults;
    this.#alone = alone;
    this.#complete = complete;
    const lib = nixpkgsLib(evaluation, globals);
    const builtin: Readonly<Record<string, Value | Thunk>> = {
      config: this.#view([]),
      lib,
      pkgs: attrs(new Map([['lib', attr(Thunk.of(lib))]]), null, [external('pkgs')]),
      modulesPath: external('modulesPath'),
      options: this.#optionsView([]),
      utils: external('utils'),
      ...extraArgs,
    };
    const args = moduleArguments((name) => {
      // What the author gives wins over what NixOS gives (nixpkgs lib/modules.nix, evalModules): a `lib` of their own, say.
      if (name !== 'config' && specialArgs?.get(name)) return member(specialArgs, name);
      const own = builtin[name];
      if (own) return own instanceof Thunk ? own.force() : own;
      return this.#moduleArgument(name, specialArgs);
    });
    this.#lib =
      (specialArgs?.get('lib') && specialArgs
        ? member(specialArgs, 'lib')
        : extraArgs['lib'] instanceof Thunk
          ? extraArgs['lib'].force()
          : extraArgs['lib']) ?? lib;
    this.modules = collectModules({ evaluation, globals, args, followPaths: !alone }, modules, { parts, shorthand });
    this.tree = new OptionTree(this.modules.config, this.modules.aliases);
    this.#declared = new OptionTree(this.modules.options);
    this.#ready = true;
  }

  /** The merged value of an option; unknown with the reason when it can't be told. */
  value(path: readonly string[]): Value {
    const key = path.join('\0');
    const known = this.#values.get(key);
    if (known) return known;
    if (!this.#ready) return unknown('imports depend on config', null);
    this.#values.set(key, unknown(`config.${path.join('.')} depends on itself`, null));
    const value = this.#merge(path);
    this.#values.set(key, value);
    return value;
  }

  /** The undecided conditions over a definition, outermost first; null when it does not apply. */
  decide(guards: readonly Guard[]): readonly ConditionText[] | null {
    return decide(this.#evaluation, guards);
  }

  #merge(path: readonly string[]): Value {
    const declared = this.#declarationOf(path);
    const shape = declared && shapeAt(declared.types, path.slice(declared.at));
    const inner = shape?.kind === 'submodule' && declared ? this.#submodule(path, declared.at, shape) : null;
    const value = inner ?? this.#plain(path, shape);
    const apply =
      declared?.at === path.length ? declared.options.map((option) => option.attrs.get('apply')).find((found) => found) : undefined;
    return apply && value.type !== 'unknown' ? call(this.#evaluation, certain(apply), Thunk.of(value), apply.name) : value;
  }

  /** The value without what a submodule or `apply` makes of it. */
  #plain(path: readonly string[], shape: Shape | null): Value {
    const node = this.tree.at(path);
    const applying = this.applying(node.definitions);
    const gap = allGaps(node)[0]?.unknown;
    if (applying.length === 0 && this.#declaresBelow(path)) return this.#view(path);
    if (applying.length === 0)
      return (
        gap ?? this.#shaped(this.#default(path), shape, path) ?? unknown(`config.${path.join('.')} is not set in this workspace`, null)
      );
    const values = applying.map(({ from }) => from.thunk.force());
    if (shape?.kind === 'deferred' || values.some((value) => value.type === 'function')) {
      if (values.every((value) => MODULE_TYPES.has(value.type))) return deferredModule(applying);
    }
    if (values.every((value) => value.type === 'attrs')) return this.#view(path);
    const gaps = node.gaps.map((each) => each.unknown);
    if (values.every((value) => value.type === 'list'))
      return this.#shaped(mergeLists(applying, this.#alone && this.#isDeclared(path) ? [...gaps, elsewhere(path)] : gaps), shape, path);
    if (gap) return gap;
    const [first] = applying;
    const open = applying.find(({ conditions }) => conditions.length > 0)?.conditions[0];
    if (open) return unknown(`it depends on ${open.text}`, open.location);
    const [value] = values;
    if (!first || !value) return unknown('nothing is defined', null);
    const same = values.every((other) => equals(value, other) === true);
    return same ? this.#shaped(value, shape, path) : unknown(`config.${path.join('.')} has several values`, first.from.binding);
  }

  /** The option that a path is at or below, with all its declarations; `at`: how many names of the path lead to it. */
  #declarationOf(
    path: readonly string[],
  ): { readonly at: number; readonly options: readonly AttrsValue[]; readonly types: readonly Value[] } | null {
    if (!this.#ready) return null;
    for (let at = 1; at <= path.length; at++) {
      const { definitions } = this.#declared.at(path.slice(0, at));
      if (definitions.length === 0) return null;
      const options = definitions.flatMap(({ thunk }) => {
        const value = thunk.force();
        return value.type === 'attrs' && tagOf(value) === 'option' ? [value] : [];
      });
      if (options.length > 0) return { at, options, types: options.flatMap((each) => each.attrs.get('type')?.thunk.force() ?? []) };
    }
    return null;
  }

  /** What a path at or in a submodule is worth; null when the definitions are no modules, or there are none. */
  #submodule(path: readonly string[], at: number, shape: Extract<Shape, { kind: 'submodule' }>): Value | null {
    const root = path.slice(0, at + shape.depth);
    const key = root.join('\0');
    const known = this.#submodules.get(key);
    if (known === null) return unknown(`config.${root.join('.')} depends on itself`, null);
    const inner = known ?? this.#makeSubmodule(root, at, shape);
    if (!inner) return null;
    const rest = path.slice(root.length);
    return rest.length === 0 ? inner.view() : inner.value(rest);
  }

  #makeSubmodule(root: readonly string[], at: number, shape: Extract<Shape, { kind: 'submodule' }>): Configuration | null {
    const key = root.join('\0');
    this.#submodules.set(key, null);
    const node = this.tree.at(root);
    const own = [
      ...this.applying(node.definitions).map(({ from, conditions }) => ({ ...from, guards: undecided(conditions) })),
      ...node.gaps.map((gap) => ({ ...gap.definition, thunk: Thunk.of(gap.unknown) })),
    ];
    const parts = (own.length > 0 ? own : this.#defaultParts(root, at)).map((from) => ({
      ...from,
      thunk: coerced(this.#evaluation, from.thunk, shape.coercions),
    }));
    if ((parts.length === 0 && shape.depth > 0) || parts.some(({ thunk }) => !PART_TYPES.has(thunk.force().type))) {
      this.#submodules.delete(key);
      return null;
    }
    const configuration = new Configuration(this.#evaluation, this.#globals, {
      modules: Thunk.of(list(shape.modules.flatMap(moduleItems))),
      specialArgs: shape.specialArgs,
      defaults: () => null,
      extraArgs: { name: string(root.at(-1) ?? '', null), lib: this.#lib },
      alone: this.#alone,
      complete: !this.#alone,
      parts,
      shorthand: shape.shorthand,
    });
    this.#submodules.set(key, configuration);
    return configuration;
  }

  /** What the default of an option says of a path in it, when nothing else says anything of the option. */
  #defaultParts(root: readonly string[], at: number): readonly Definition[] {
    const option = root.slice(0, at);
    if (isSaid(this.tree.at(option))) return [];
    let value = this.#default(option);
    for (const name of root.slice(at)) {
      const found = value?.type === 'attrs' ? value.attrs.get(name) : undefined;
      value = found ? certain(found) : null;
    }
    return value && value.type !== 'null' ? [definition(Thunk.of(value))] : [];
  }

  /** A value with what its type makes of the parts it holds. */
  #shaped<V extends Value | null>(value: V, shape: Shape | null, path: readonly string[]): V | Value {
    if (!value || !shape) return value;
    if (shape.kind === 'coerced') return coerced(this.#evaluation, Thunk.of(value), [shape.coercion]).force();
    if (shape.kind === 'list' && value.type === 'list') {
      const { element } = shape;
      const inner = shapeAt([element], []);
      if (inner?.kind !== 'coerced' && inner?.kind !== 'submodule') return value;
      return {
        ...value,
        items: value.items.map((each) => ({ ...each, thunk: new Thunk(each.thunk.location, () => this.#element(each.thunk, inner)) })),
      };
    }
    if (shape.kind === 'set' && value.type === 'attrs') {
      const inner = shapeAt([shape.element], []);
      if (inner?.kind !== 'submodule' && inner?.kind !== 'set') return value;
      const { attrs: set } = value;
      return {
        ...value,
        attrs: {
          get: (name) => {
            const found = set.get(name);
            return found && { ...found, thunk: new Thunk(found.thunk.location, () => this.value([...path, name])) };
          },
          names: () => set.names(),
          gaps: set.gaps,
        },
      };
    }
    return value;
  }

  /** One item of a list whose items are coerced or submodules. */
  #element(thunk: Thunk, shape: Extract<Shape, { kind: 'coerced' | 'submodule' }>): Value {
    if (shape.kind === 'coerced') return coerced(this.#evaluation, thunk, [shape.coercion]).force();
    const part = coerced(this.#evaluation, thunk, shape.coercions);
    if (part.force().type !== 'attrs') return part.force();
    return new Configuration(this.#evaluation, this.#globals, {
      modules: Thunk.of(list(shape.modules.flatMap(moduleItems))),
      specialArgs: shape.specialArgs,
      defaults: () => null,
      extraArgs: { name: string('', null), lib: this.#lib },
      alone: this.#alone,
      complete: !this.#alone,
      parts: [definition(part)],
      shorthand: shape.shorthand,
    }).view();
  }

  /** `options` (or a part of it): declarations with what their options are worth, as far as the workspace declares them. */
  #optionsView(path: readonly string[]): AttrsValue {
    const set: AttrSet = {
      get: (name) => {
        if (!this.#ready) return attr(Thunk.of(unknown('imports depend on options', null)));
        const inner = [...path, name];
        const [first] = this.#declared.at(inner).definitions;
        if (!first) return undefined;
        const value = first.thunk.force();
        if (value.type !== 'attrs' || tagOf(value) !== 'option') return attr(Thunk.of(this.#optionsView(inner)));
        return { ...attr(new Thunk(null, () => update(value, this.#optionFacts(inner)))), name: first.name };
      },
      names: () => (this.#ready ? this.#declared.names(path) : []),
      gaps: [external('the declarations of NixOS options')],
    };
    return { type: 'attrs', attrs: set, location: null };
  }

  /** What an option has besides its declaration (nixpkgs lib/modules.nix, evalOptionValue). */
  #optionFacts(path: readonly string[]): AttrsValue {
    const applying = (): ReturnType<Configuration['applying']> => this.applying(this.tree.at(path).definitions);
    return record({
      loc: list(path.map((name) => item(string(name, null)))),
      value: new Thunk(null, () => this.value(path)),
      isDefined: new Thunk(null, () => {
        const found = applying();
        if (found.some(({ conditions }) => conditions.length === 0) || this.#default(path)) return bool(true);
        const [open] = found;
        return allGaps(this.tree.at(path))[0]?.unknown ?? (open ? unknown('it depends on a condition', open.from.binding) : bool(false));
      }),
      definitions: new Thunk(null, () => list(applying().map(({ from, conditions }) => ({ thunk: from.thunk, conditions })))),
    });
  }

  /** Definitions that apply or may, without those that a stronger one overrides (`mkForce`, `mkDefault`). */
  applying(definitions: readonly Definition[]): readonly { readonly from: Definition; readonly conditions: readonly ConditionText[] }[] {
    const applying = definitions.flatMap((from) => {
      const conditions = this.decide(from.guards);
      return conditions ? [{ from, conditions }] : [];
    });
    // A definition that may not apply must not hide those it would override.
    const strongest = Math.min(...applying.filter(({ conditions }) => conditions.length === 0).map(({ from }) => from.priority));
    return applying.filter(({ from }) => from.priority <= strongest);
  }

  #default(path: readonly string[]): Value | null {
    for (const { thunk } of this.#declared.at(path).definitions) {
      const option = thunk.force();
      const found = option.type === 'attrs' && tagOf(option) === 'option' ? option.attrs.get('default') : undefined;
      if (!found) continue;
      const value = found.thunk.force();
      if (!this.#alone) return value;
      if (value.type === 'bool') return elsewhere(path);
      return value.type === 'list' ? list(value.items, value.location, [...value.gaps, elsewhere(path)]) : value;
    }
    return this.#defaults(path);
  }

  #isDeclared(path: readonly string[]): boolean {
    return this.#declared.at(path).definitions.length > 0;
  }

  /** The whole of `config`, for modules of another configuration (`osConfig`). */
  view(): Value {
    return this.#view([]);
  }

  /** `options.my.service.enable` makes `config.my` and `config.my.service` sets although nothing is defined there. */
  #declaresBelow(path: readonly string[]): boolean {
    return this.#declared.at(path).definitions.some(({ thunk }) => thunk.force().type === 'attrs' && tagOf(thunk.force()) === null);
  }

  #moduleArgument(name: string, specialArgs: AttrSet | null): Value {
    const value = this.#ready ? this.value(['_module', 'args', name]) : unknown('imports depend on config', null);
    if (value.type !== 'unknown') return value;
    return specialArgs?.gaps[0] ?? unknown(`the module argument ${name} is not known`, null);
  }

  /** `config` (or a part of it) as a set that is answered option by option. */
  #view(path: readonly string[]): AttrsValue {
    const gaps = (): readonly Unknown[] =>
      this.#complete && this.#ready
        ? allGaps(this.tree.at(path)).map((gap) => gap.unknown)
        : [unknown(`config.${[...path, '…'].join('.')} is not set in this workspace`, null)];
    const set: AttrSet = {
      get: (name) => {
        if (!this.#ready) return attr(Thunk.of(unknown('imports depend on config', null)));
        const inner = [...path, name];
        const node: OptionNode = this.tree.at(inner);
        if (!isSaid(node) && this.#declared.at(inner).definitions.length === 0 && !this.#defaults(inner) && !this.#hasDefaultsBelow(inner))
          return undefined;
        return { ...attr(new Thunk(null, () => this.value(inner))), name: node.definitions[0]?.name ?? null };
      },
      names: () => (this.#ready ? [...new Set([...this.tree.names(path), ...this.#declaredNames(path)])] : []),
      get gaps() {
        return gaps();
      },
    };
    return { type: 'attrs', attrs: set, location: null };
  }

  /** Options that are declared right below a path. */
  #declaredNames(path: readonly string[]): readonly string[] {
    return path.length === 0 || this.#declaresBelow(path) ? this.#declared.names(path) : [];
  }

  /** `config.services.x` is a set when only `services.x.dataDir` has a known default. */
  #hasDefaultsBelow(path: readonly string[]): boolean {
    return this.#defaults([...path, '*']) !== null;
  }
}

/** Values that can be modules. */
const MODULE_TYPES = new Set<Value['type']>(['attrs', 'function', 'path', 'list']);

/** Values that the definitions of a submodule can be. */
const PART_TYPES = new Set<Value['type']>(['attrs', 'function', 'path', 'unknown']);

/** A module, or a list of them, as `submodule` takes both. */
function moduleItems(modules: Thunk): readonly ListItem[] {
  const value = modules.force();
  return value.type === 'list' ? value.items : [{ thunk: modules, conditions: [] }];
}

/** A value on its way through `coercedTo` types: what is of the first type becomes one of the second. */
function coerced(evaluation: Evaluation, thunk: Thunk, coercions: readonly Coercion[]): Thunk {
  if (coercions.length === 0) return thunk;
  return new Thunk(thunk.location, () =>
    coercions.reduce<Value>((value, { from, through, to }) => {
      if (isOfType(value, to) === true || isOfType(value, from) !== true) return value;
      return apply(evaluation, through, Thunk.of(value));
    }, thunk.force()),
  );
}

/** Several definitions of one module (lib.types.deferredModule): a module that imports them. */
function deferredModule(applying: readonly { readonly from: Definition; readonly conditions: readonly ConditionText[] }[]): Value {
  const [only] = applying;
  if (only && applying.length === 1 && only.conditions.length === 0) return only.from.thunk.force();
  return record({ imports: list(applying.map(({ from, conditions }) => ({ thunk: from.thunk, conditions }))) });
}

function elsewhere(path: readonly string[]): Unknown {
  return unknown(`other modules may set config.${path.join('.')}`, null);
}

function mergeLists(
  applying: readonly { readonly from: Definition; readonly conditions: readonly ConditionText[] }[],
  gaps: readonly Unknown[],
): Value {
  const items: ListItem[] = [];
  const inner: Unknown[] = [...gaps];
  for (const { from, conditions } of applying) {
    const value = from.thunk.force();
    if (value.type !== 'list') continue;
    for (const each of value.items) items.push({ thunk: each.thunk, conditions: [...conditions, ...each.conditions] });
    inner.push(...value.gaps);
  }
  return list(items, applying[0]?.from.binding ?? null, inner);
}
