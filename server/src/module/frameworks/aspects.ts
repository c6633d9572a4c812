import { apply } from '../../nix/arguments.ts';
import type { Evaluation } from '../../nix/evaluation.ts';
import { list, record, string, Thunk, type AttrSet, type AttrsValue, type ListItem, type Value } from '../../nix/value.ts';
import { option, optionType, setOfType } from '../optionTypes.ts';
import { NONE, raw } from './flakeModule.ts';
import { fn, partly, sure, type Framework } from './framework.ts';
import { at, attributes, lazySet, modulesOf, text } from './read.ts';

/** Classes of modules that an aspect has parts for (flake-aspects readme, den's docs); any other name in an aspect is an aspect in it. */
export const CLASSES = ['nixos', 'darwin', 'homeManager', 'os', 'hjem', 'maid', 'wsl', 'nixOnDroid', 'systemManager'];

/** vic/flake-aspects: `flake.aspects.<name>` are modules of several classes, with the aspects they include, under `flake.modules.<class>`. */
export const flakeAspects: Framework = {
  input: /flake-aspects/,
  value: (evaluation, outside) => {
    const module = fn(evaluation, 1, (ev, args) => {
      const aspects = new Thunk(null, () => at(args.force(), 'config', 'flake', 'aspects') ?? NONE);
      return record({
        options: record({
          flake: option(
            optionType('submodule', { modules: record({ options: record({ aspects: option(containerType(ev), { default: NONE }) }) }) }),
          ),
        }),
        config: record({ flake: record({ modules: new Thunk(null, () => transposed(ev, aspects.force())) }) }),
      });
    });
    const library = partly(outside, { forward: fn(evaluation, 1, (ev, args) => forward(ev, args.force())) });
    return partly(outside, {
      flakeModule: module,
      flakeModules: partly(outside, { default: module }),
      lib: partly(outside, {
        __functor: fn(evaluation, 2, () => library),
        forward: fn(evaluation, 1, (ev, args) => forward(ev, args.force())),
      }),
    });
  },
};

/** A set of aspects, whose definitions may be functions of all of them (`{ aspects, … }: { … }`). */
function containerType(evaluation: Evaluation): AttrsValue {
  const module = fn(evaluation, 1, (ev, args) =>
    record({
      freeformType: setOfType(aspectType(ev)),
      config: record({ _module: record({ args: record({ aspects: at(args.force(), 'config') ?? NONE }) }) }),
    }),
  );
  return optionType('submodule', { modules: module });
}

/** The type of one aspect: parts by class, which files add to; further names are aspects in it. */
export function aspectType(evaluation: Evaluation): AttrsValue {
  const part = option(optionType('deferredModule'), { default: NONE });
  const inner = new Thunk(null, () => aspectType(evaluation));
  const provides = option(record({ _type: string('option-type', null), name: string('lazyAttrsOf', null), elemType: inner }), {
    default: NONE,
  });
  const module = fn(evaluation, 1, (ev, args) => {
    const own = new Thunk(null, () => at(args.force(), 'config') ?? NONE);
    return record({
      options: record({
        ...Object.fromEntries(CLASSES.map((name) => [name, part])),
        name: option(raw, { default: at(args.force(), 'name') ?? string('', null) }),
        description: option(raw),
        includes: option(optionType('listOf', { elemType: raw }), { default: list([]) }),
        provides,
        _: provides,
        resolve: option(raw),
      }),
      freeformType: record({ _type: string('option-type', null), name: string('lazyAttrsOf', null), elemType: inner }),
      config: record({
        resolve: fn(ev, 1, (again, given) => resolved(again, own, text(at(given.force(), 'class')) ?? '', { context: {} })),
      }),
    });
  });
  return optionType('submodule', { modules: module, functions: { type: 'bool', value: true } });
}

/** What aspects are asked with; functions among them get what they name of it. */
export type AspectContext = Readonly<Record<string, Value>>;

/** Includes are not nested deeper by people. */
const MAX_DEPTH = 40;

export interface Asking {
  /** What functions among the aspects may name besides `class` and `aspect-chain`; one that needs more is left out. */
  readonly context: AspectContext;
  /** What was asked with before: functions that this is enough for were answered then. */
  readonly before?: AspectContext;
  /** Aspects that are a part already; those that are taken are added. */
  readonly taken?: Set<AttrSet>;
}

/**
 * The module of a class that an aspect and all it includes make (flake-aspects nix/resolve.nix). An aspect included twice counts once.
 */
export function resolved(evaluation: Evaluation, aspect: Thunk, kind: string, { context, before, taken = new Set() }: Asking): Value {
  const visited = new Set<AttrSet>();
  const items: ListItem[] = [];
  const common = { class: string(kind, null), 'aspect-chain': list([]) };
  const visit = (thunk: Thunk, conditions: ListItem['conditions'], depth: number): void => {
    if (depth > MAX_DEPTH) return;
    const value = thunk.force();
    if (value.type === 'unknown') {
      if (!before) items.push({ thunk, conditions });
      return;
    }
    if (value.type === 'function') {
      const made = before && canAsk(value, { ...before, ...common }) ? null : asked(evaluation, value, { ...context, ...common });
      if (made) visit(Thunk.of(made), conditions, depth + 1);
      return;
    }
    if (value.type !== 'attrs' || visited.has(value.attrs)) return;
    visited.add(value.attrs);
    const functor = value.attrs.get('__functor');
    if (functor) visit(new Thunk(thunk.location, () => apply(evaluation, functor.thunk, thunk)), conditions, depth + 1);
    for (const name of taken.has(value.attrs) ? [] : partsOf(kind)) {
      const part = value.attrs.get(name);
      if (part) items.push({ thunk: part.thunk, conditions: [...conditions, ...part.conditions] });
    }
    taken.add(value.attrs);
    for (const each of modulesOf(at(value, 'includes'))) visit(each.thunk, [...conditions, ...each.conditions], depth + 1);
  };
  visit(aspect, [], 0);
  return record({ imports: list(items, aspect.location) });
}

/** The parts that make up a class: den's `os` is for NixOS and darwin. */
function partsOf(kind: string): readonly string[] {
  return kind === 'nixos' || kind === 'darwin' ? [kind, 'os'] : [kind];
}

function canAsk(value: Extract<Value, { type: 'function' }>, context: AspectContext): boolean {
  return ![...(value.formals ?? [])].some(([name, optional]) => !optional && context[name] === undefined);
}

/** What a function gives for a context; null when it names something else. */
function asked(evaluation: Evaluation, value: Extract<Value, { type: 'function' }>, context: AspectContext): Value | null {
  return canAsk(value, context) ? apply(evaluation, Thunk.of(value), Thunk.of(record(context))) : null;
}

/** Modules by class, then by aspect. */
function transposed(evaluation: Evaluation, aspects: Value): Value {
  return lazySet(
    CLASSES.map((kind) => [
      kind,
      (): Value =>
        lazySet(
          attributes(aspects).map(([name, thunk]) => [name, (): Value => resolved(evaluation, thunk, kind, { context: {} })] as const),
          aspects.type === 'attrs' ? aspects.attrs.gaps : [],
        ),
    ]),
  );
}

/** Aspects whose modules of one class stand at a path of another (flake-aspects nix/forward.nix). */
function forward(evaluation: Evaluation, args: Value): Value {
  const ask = (name: string, each: Thunk): Value => {
    const found = at(args, name);
    return found ? apply(evaluation, Thunk.of(found), each) : NONE;
  };
  const includes = modulesOf(at(args, 'each')).map(({ thunk, conditions }) => {
    const module = new Thunk(null, () => {
      const aspect = new Thunk(null, () => ask('fromAspect', thunk));
      const inner = resolved(evaluation, aspect, text(ask('fromClass', thunk)) ?? '', { context: {} });
      const path = modulesOf(ask('intoPath', thunk)).flatMap((part) => text(part.thunk.force()) ?? []);
      return path.toReversed().reduce<Value>((value, name) => record({ [name]: value }), inner);
    });
    const into = new Thunk(null, () => record({ [text(ask('intoClass', thunk)) ?? '']: module }));
    return { thunk: into, conditions };
  });
  return record({ includes: list(includes) });
}

/** A list of aspects as one aspect that includes them. */
export function including(aspects: readonly (Value | Thunk | null)[]): Thunk {
  return Thunk.of(record({ includes: list(aspects.flatMap((aspect) => (aspect ? [sure(aspect)] : []))) }));
}
