import { call } from '../nix/call.ts';
import { certain, either, equals, update } from '../nix/combine.ts';
import type { Evaluation } from '../nix/evaluation.ts';
import { plainLib } from '../nix/lib.ts';
import { anyOf } from '../nix/arguments.ts';
import { member } from '../nix/primitive.ts';
import type { Scope } from '../nix/scope.ts';
import {
  attr,
  attrs,
  external,
  list,
  tagOf,
  Thunk,
  unknown,
  type AttrSet,
  type AttrsValue,
  type ConditionText,
  type Unknown,
  type Value,
} from '../nix/value.ts';
import { decide, fulfilled, type Definition, type Guard } from './definition.ts';
import { addNixpkgsFiles, packages } from './frameworks/nixpkgs.ts';
import {
  deferredModule,
  elsewhere,
  furtherNames,
  isAbove,
  isModuleArgument,
  joinedText,
  isSet,
  mergeLists,
  MODULE_TYPES,
  notAgain,
  RAW,
  startsWith,
  type Applying,
} from './merging.ts';
import { collectModules, moduleArguments, type ModuleSet } from './modules.ts';
import { allGaps, isSaid, optionPaths, OptionTree, type OptionNode } from './optionTree.ts';
import { optionsView } from './optionsView.ts';
import { shapeAt, type Shape } from './optionTypes.ts';
import { Submodules } from './submodules.ts';

/** Values of NixOS options that the workspace does not set, by option path; null when nothing is known. Of a path that ends in `*` whether any is known below. */
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
  /** Whether paths among `imports` are followed; otherwise by `alone`. */
  readonly followsPaths?: boolean;
  /** Options that no module sets are not there: nothing like NixOS stands behind the modules (flake-parts). */
  readonly complete?: boolean;
  /** An option whose values are configurations of their own, by name: home-manager's users. */
  readonly holds?: Holding;
  /** Further modules, each under its conditions: the definitions of an option whose type is a submodule. */
  readonly parts?: readonly Definition[];
  /** Sets among `parts` are `config` alone. */
  readonly shorthand?: boolean;
}

/** Configurations below `root`, each made when something of it is asked for. */
export interface Holding {
  readonly root: readonly string[];
  readonly make: (outer: Configuration, name: string) => Configuration;
}

/** An option with all its declarations. */
interface Declaration {
  /** How many names of a path lead to it. */
  readonly at: number;
  readonly options: readonly AttrsValue[];
  readonly types: readonly Value[];
}

/** One machine's modules put together: what its options are worth, as far as that can be told without running Nix. */
export class Configuration {
  readonly modules: ModuleSet;
  readonly tree: OptionTree;
  /** Whether paths among `imports` are followed. */
  readonly followsPaths: boolean;
  readonly #evaluation: Evaluation;
  readonly #defaults: DefaultOf;
  readonly #declared: OptionTree;
  readonly #values = new Map<string, Value>();
  readonly #alone: boolean;
  readonly #complete: boolean;
  readonly #submodules: Submodules;
  readonly #holds: Holding | null;
  readonly #held = new Map<string, Configuration>();
  #ready = false;

  /** Imports that depend on `config` are unknown, as they are an infinite recursion in the module system. */
  constructor(evaluation: Evaluation, globals: Scope, input: ConfigurationInput) {
    const { modules, specialArgs, defaults, extraArgs = {}, alone = false, complete = false, holds = null } = input;
    this.#evaluation = evaluation;
    evaluation.once(addNixpkgsFiles);
    // Nobody but the author says which configurations are held: none where nothing is said.
    this.#defaults = (path) => defaults(path) ?? (!alone && holds && isAbove(path, holds.root) ? attrs(new Map()) : null);
    this.#alone = alone;
    this.#complete = complete;
    this.#holds = holds;
    this.followsPaths = input.followsPaths ?? !alone;
    const lib = plainLib(evaluation, globals);
    const builtin: Readonly<Record<string, Value | Thunk>> = {
      config: this.#view([]),
      lib,
      // Machines run Linux; a module read alone may be shared with others.
      pkgs: new Thunk(null, () => packages(evaluation, alone || complete ? null : 'linux')),
      modulesPath: external('modulesPath'),
      options: optionsView(
        this,
        () => (this.#ready ? this.#declared : null),
        (path) => this.#default(path),
      ),
      utils: external('utils'),
      ...extraArgs,
    };
    const argument = (name: string): Value => {
      // What the author gives wins over what NixOS gives (nixpkgs lib/modules.nix, evalModules): a `lib` of their own, say.
      const own = builtin[name];
      if (name !== 'config' && specialArgs?.get(name)) {
        const given = member(specialArgs, name);
        // A `lib` that can't be read is nixpkgs' with more in it.
        if (name !== 'lib') return given;
        return given.type === 'attrs' && !given.attrs.get('mkIf')
          ? update(lib, given)
          : given.type === 'unknown'
            ? update(given, lib)
            : given;
      }
      if (own) return own instanceof Thunk ? own.force() : own;
      return this.#moduleArgument(name, specialArgs);
    };
    const args = moduleArguments(argument);
    this.#submodules = new Submodules({
      evaluation,
      tree: () => this.tree,
      applying: (definitions) => this.applying(definitions),
      defaultOf: (path) => this.#default(path),
      value: (path) => this.value(path),
      make: (inner) =>
        new Configuration(evaluation, globals, {
          ...inner,
          extraArgs: { lib: new Thunk(null, () => argument('lib')), ...inner.extraArgs },
          defaults: () => null,
          alone,
          complete: !alone,
        }),
    });
    this.modules = collectModules({ evaluation, globals, args, followPaths: this.followsPaths }, modules, input);
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

  /** The configuration of a name below the option that holds some. */
  held(name: string): Configuration {
    const known = this.#held.get(name);
    if (known) return known;
    if (!this.#holds) return this;
    const made = this.#holds.make(this, name);
    this.#held.set(name, made);
    return made;
  }

  /** The conditions over a definition that hold, outermost first; not those that always do. */
  fulfilled(guards: readonly Guard[]): readonly ConditionText[] {
    return fulfilled(this.#evaluation, guards);
  }

  /** The value of an option that is not looked into when it is merged: sets are joined by their names (`types.attrs`, `raw`). */
  raw(path: readonly string[]): Value {
    const node = this.tree.at(path);
    const applying = this.applying(node.definitions);
    if (applying.length === 0 || applying.some(({ conditions }) => conditions.length > 0)) return this.#plain(path, RAW);
    const values = applying.map(({ from }) => from.thunk.force());
    if (values.length > 1 && values.some((value) => value.type !== 'attrs')) return this.#plain(path, RAW);
    return values.reduce((merged, each) => update(merged, each));
  }

  #merge(path: readonly string[]): Value {
    const alias = this.modules.aliases.find(({ from }) => startsWith(path, from));
    if (alias) return this.value([...alias.to, ...path.slice(alias.from.length)]);
    const root = this.#holds?.root.length ?? 0;
    const name = path[root];
    if (this.#holds && name !== undefined && startsWith(path, this.#holds.root)) {
      const inner = this.held(name);
      return path.length === root + 1 ? inner.view() : inner.value(path.slice(root + 1));
    }
    const declared = this.#declarationOf(path);
    const shape = isModuleArgument(path) ? RAW : declared && shapeAt(declared.types, path.slice(declared.at));
    const inner = shape?.kind === 'submodule' && declared ? this.#submodules.valueAt(path, declared.at, shape) : null;
    const value = inner ?? (shape?.kind === 'raw' ? this.raw(path) : this.#plain(path, shape));
    const apply =
      declared?.at === path.length ? declared.options.map((option) => option.attrs.get('apply')).find((found) => found) : undefined;
    return apply && value.type !== 'unknown' ? call(this.#evaluation, certain(apply), Thunk.of(value), apply.name) : value;
  }

  /** The value without what a submodule or `apply` makes of it. */
  #plain(path: readonly string[], shape: Shape | null): Value {
    const node = this.tree.at(path);
    // Whether the parts of a set apply is asked part by part: a guard may depend on another part.
    if (!shape && node.definitions.length > 0 && node.definitions.every(isSet)) return this.#view(path);
    const applying = this.applying(node.definitions);
    const gap = allGaps(node)[0]?.unknown;
    if (applying.length === 0 && (this.#declaresBelow(path) || this.#hasDefaultsBelow(path))) return this.#view(path);
    if (applying.length === 0)
      return gap ?? this.#shapedDefault(path, shape) ?? unknown(`config.${path.join('.')} is not set in this workspace`, null);
    const values = applying.map(({ from }) => from.thunk.force());
    if (shape?.kind === 'deferred' || values.some((value) => value.type === 'function')) {
      if (values.every((value) => MODULE_TYPES.has(value.type))) return deferredModule(applying);
    }
    if (values.every((value) => value.type === 'attrs')) return this.#view(path);
    const gaps = node.gaps.map((each) => each.unknown);
    if (values.every((value) => value.type === 'list'))
      return this.#submodules.shaped(
        mergeLists(applying, this.#alone && this.#isDeclared(path) ? [...gaps, elsewhere(path)] : gaps),
        shape,
        path,
      );
    if (gap) return gap;
    const [first] = applying;
    const open = applying.find(({ conditions }) => conditions.length > 0)?.conditions[0];
    if (open) return this.#oneOf(path, applying) ?? unknown(`it depends on ${open.text}`, open.location);
    if (shape?.kind === 'text' && values.every((each) => each.type === 'string')) return joinedText(applying, shape.separator);
    const [value] = values;
    if (!first || !value) return unknown('nothing is defined', null);
    const same = values.every((other) => equals(value, other) === true);
    return same ? this.#submodules.shaped(value, shape, path) : unknown(`config.${path.join('.')} has several values`, first.from.binding);
  }

  /** A value under a condition with the default that holds without it; null when more can't be told. */
  #oneOf(path: readonly string[], applying: readonly Applying[]): Value | null {
    const [only, ...more] = applying;
    const byDefault = this.#default(path);
    const [condition, ...further] = only?.conditions ?? [];
    if (!only || !condition || more.length > 0 || further.length > 0 || !byDefault || byDefault.type === 'unknown') return null;
    return either(only.from.thunk.force(), byDefault, condition, { ...condition, text: `!(${condition.text})` });
  }

  /** The option that a path is at or below, with all its declarations; `at`: how many names of the path lead to it. */
  #declarationOf(path: readonly string[]): Declaration | null {
    if (!this.#ready) return null;
    for (let at = 1; at <= path.length; at++) {
      const inner = path.slice(0, at);
      if (!this.#isDeclared(inner)) return at === 1 && path[0] !== '_module' ? this.#freeform() : null;
      const options = this.#declared.options(inner);
      if (options.length > 0) return { at, options, types: options.flatMap((each) => each.attrs.get('type')?.thunk.force() ?? []) };
    }
    return null;
  }

  /** Whether all that may stand at a path is the author's: it is at or below an option of theirs, and all modules are here; or holds configurations. */
  #isOwn(path: readonly string[]): boolean {
    return !this.#alone && ((this.#declarationOf(path)?.at ?? 0) > 0 || this.#holds?.root.join('.') === path.join('.'));
  }

  /** What is defined without being declared is of the type that modules say for it. */
  #freeform(): Declaration | null {
    const types = this.modules.freeform.map((thunk) => thunk.force());
    return types.length > 0 ? { at: 0, options: [], types } : null;
  }

  /** Definitions that apply or may, without those that a stronger one overrides (`mkForce`, `mkDefault`). */
  applying(definitions: readonly Definition[]): readonly Applying[] {
    const applying = definitions.flatMap((from) => {
      const conditions = this.decide(from.guards);
      return conditions ? [{ from, conditions }] : [];
    });
    // A definition that may not apply must not hide those it would override.
    const strongest = Math.min(...applying.filter(({ conditions }) => conditions.length === 0).map(({ from }) => from.priority));
    return applying.filter(({ from }) => from.priority <= strongest);
  }

  #shapedDefault(path: readonly string[], shape: Shape | null): Value | null {
    const value = this.#default(path);
    return value && this.#submodules.shaped(value, shape, path);
  }

  #default(path: readonly string[]): Value | null {
    for (const { attrs } of this.#declared.options(path)) {
      const found = attrs.get('default');
      if (!found) continue;
      const value = found.thunk.force();
      if (!this.#alone) return value;
      if (value.type === 'bool') return { ...elsewhere(path), expected: value };
      return value.type === 'list' ? list(value.items, value.location, [...value.gaps, elsewhere(path)]) : value;
    }
    const known = this.#defaults(path);
    // Read alone, a switch may be set by modules that are not read.
    return this.#alone && known?.type === 'bool' ? { ...elsewhere(path), expected: known } : known;
  }

  /** Paths of the options that the workspace's own modules declare, those in submodules left out; at most `limit` sets are looked into. */
  declaredOptions(limit: number): readonly (readonly string[])[] {
    return optionPaths(this.#declared, limit);
  }

  #isDeclared(path: readonly string[]): boolean {
    return this.#declared.at(path).definitions.length > 0;
  }

  get evaluation(): Evaluation {
    return this.#evaluation;
  }

  /** Whether it is one module read without those it belongs with. */
  get isAlone(): boolean {
    return this.#alone;
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
    const gaps = notAgain((): readonly Unknown[] =>
      this.#ready && (this.#complete || this.#isOwn(path))
        ? allGaps(this.tree.at(path)).map((gap) => gap.unknown)
        : [unknown(`config.${[...path, '…'].join('.')} is not set in this workspace`, null)],
    );
    const set: AttrSet = {
      get: (name) => {
        if (!this.#ready) return attr(Thunk.of(unknown('imports depend on config', null)));
        const inner = [...path, name];
        const node: OptionNode = this.tree.at(inner);
        if (
          !isSaid(node) &&
          this.#declared.at(inner).definitions.length === 0 &&
          !this.#defaults(inner) &&
          !this.#hasDefaultsBelow(inner) &&
          !this.modules.aliases.some(({ from }) => startsWith(from, inner))
        )
          return undefined;
        return {
          ...attr(new Thunk(null, () => this.value(inner))),
          name: node.definitions[0]?.name ?? null,
          also: () => furtherNames(node.definitions[0], this.applying(node.definitions.slice(1))),
          presence: () => anyOf(this.applying(node.definitions).map(({ conditions }) => conditions)),
        };
      },
      names: () =>
        this.#ready
          ? [...new Set([...this.tree.names(path), ...(path.length === 0 || this.#declaresBelow(path) ? this.#declared.names(path) : [])])]
          : [],
      get gaps() {
        return gaps();
      },
    };
    return { type: 'attrs', attrs: set, location: null };
  }

  /** `config.services.x` is a set when only `services.x.dataDir` has a known default. */
  #hasDefaultsBelow = (path: readonly string[]): boolean => this.#defaults([...path, '*']) !== null;
}
