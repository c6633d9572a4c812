import type { Location } from '../syntax/source.ts';

/** The source text of a condition that stands over something and could not be decided. */
export interface ConditionText {
  readonly text: string;
  readonly location: Location;
  /** Whether it holds is chosen in the boot menu: nothing decides it, and by default it does not. */
  readonly atBoot?: true;
}

/** What a Nix expression is worth. Everything that can't be known is `unknown` with the reason, and never an exception. */
export type Value =
  NullValue | BoolValue | IntValue | FloatValue | StringValue | PathValue | ListValue | AttrsValue | FunctionValue | Unknown;

export interface NullValue {
  readonly type: 'null';
}

export interface BoolValue {
  readonly type: 'bool';
  readonly value: boolean;
}

export interface IntValue {
  readonly type: 'int';
  readonly value: bigint;
}

export interface FloatValue {
  readonly type: 'float';
  readonly value: number;
}

export interface StringValue {
  readonly type: 'string';
  readonly value: string;
  /** Of the string expression that made it, wherever the value has travelled since. */
  readonly location: Location | null;
  /** Where else the same is written: what was dropped as equal to it (`unique`), or further definitions of the name it was. */
  readonly also?: readonly Origin[];
}

/** A place that a value comes from besides its own. */
export interface Origin {
  readonly location: Location;
  /** Undecided conditions under which it says so. */
  readonly conditions: readonly ConditionText[];
}

export interface PathValue {
  readonly type: 'path';
  /** Absolute and normalised. */
  readonly path: string;
  readonly location: Location | null;
}

export interface ListItem {
  readonly thunk: Thunk;
  /** Undecided conditions under which the item is there. */
  readonly conditions: readonly ConditionText[];
}

export interface ListValue {
  readonly type: 'list';
  readonly items: readonly ListItem[];
  /** Parts of the list that could not be read: it may have further items. Empty: the list is complete. */
  readonly gaps: readonly Unknown[];
  readonly location: Location | null;
}

export interface Attr {
  readonly thunk: Thunk;
  /** Of the attribute's name. */
  readonly name: Location | null;
  /** From the attribute path to the end of its value. */
  readonly binding: Location | null;
  readonly conditions: readonly ConditionText[];
  /** Further conditions, asked for by who goes over the names of the set: its value holds them in its parts already. */
  readonly presence?: () => readonly ConditionText[];
  /** Where else the name is written. */
  readonly also?: () => readonly Origin[];
}

/** An attribute set, perhaps answered on demand. */
export interface AttrSet {
  get(name: string): Attr | undefined;
  /** Known names in no particular order. */
  names(): readonly string[];
  /** Parts that could not be read: there may be further names. */
  readonly gaps: readonly Unknown[];
  /** All that `get` answers, where nothing is answered on demand. */
  readonly all?: ReadonlyMap<string, Attr>;
}

export interface AttrsValue {
  readonly type: 'attrs';
  readonly attrs: AttrSet;
  readonly location: Location | null;
}

export interface FunctionValue {
  readonly type: 'function';
  call(argument: Thunk): Value;
  /** Names of a `{ a, b ? c }:` pattern with whether each has a default; null for `x:`. */
  readonly formals: ReadonlyMap<string, boolean> | null;
  readonly location: Location | null;
}

export interface Unknown {
  readonly type: 'unknown';
  readonly reason: string;
  readonly location: Location | null;
  /** It comes from outside the workspace (nixpkgs, a flake input, a derivation), so nothing of the author's hides in it. */
  readonly external: boolean;
  /** It is the error of a `throw` or an `assert` that happens for sure: what `tryEval` is for. */
  readonly thrown?: boolean;
  /** What stands under a name that is not known (`${unknown} = …`), where this is a gap of a set. */
  readonly attr?: Attr;
  /**
   * It is the text of a path: `root`, a path of the workspace, as it is named in the store, with the rest of `path` after it. The text is
   * not known, what it leads to is.
   */
  readonly copy?: { readonly root: string; readonly path: string };
  /** What a function that is not known was given, where this is what it makes of it. */
  readonly given?: readonly Thunk[];
  /** What a function made of each item that is not known, where this is a gap of a list. */
  readonly each?: Thunk;
  /** A text of which some parts could not be read; `location` is where it is written. */
  readonly isText?: true;
  /** What it is worth where it is one of several values, each under the undecided conditions that decide for it. */
  readonly alternatives?: readonly Alternative[];
  /** What it is worth unless a module that was not read says otherwise. */
  readonly expected?: Value;
}

export interface Alternative {
  readonly value: Value;
  readonly conditions: readonly ConditionText[];
}

/** A value worked out when first asked for. A thunk that needs itself is unknown. */
export class Thunk {
  readonly location: Location | null;
  readonly #literal: Value['type'] | null;
  #compute: (() => Value) | null;
  #value: Value | null = null;

  /** `literal`: what type the value is of in any case, where the text says so. */
  constructor(location: Location | null, compute: () => Value, literal: Value['type'] | null = null) {
    this.location = location;
    this.#compute = compute;
    this.#literal = literal;
  }

  /** A thunk that is worked out already. */
  static of(value: Value): Thunk {
    const thunk = new Thunk('location' in value ? value.location : null, () => value);
    thunk.#compute = null;
    thunk.#value = value;
    return thunk;
  }

  /** The type of the value, where it can be told without working it out; else null. */
  get type(): Value['type'] | null {
    return this.#value ? this.#value.type : this.#literal;
  }

  force(): Value {
    if (this.#value) return this.#value;
    const compute = this.#compute;
    if (!compute) return unknown('infinite recursion', this.location);
    this.#compute = null;
    this.#value = compute();
    return this.#value;
  }
}

export const NULL: NullValue = { type: 'null' };

export function bool(value: boolean): BoolValue {
  return { type: 'bool', value };
}

export function int(value: bigint | number): IntValue {
  return { type: 'int', value: BigInt(value) };
}

export function string(value: string, location: Location | null): StringValue {
  return { type: 'string', value, location };
}

/** The name of an attribute, written where the attribute is. */
export function attrName(name: string, found: Attr | undefined): StringValue {
  const also = found?.also?.() ?? [];
  return also.length === 0 ? string(name, found?.name ?? null) : { ...string(name, found?.name ?? null), also };
}

export function unknown(reason: string, location: Location | null): Unknown {
  return { type: 'unknown', reason, location, external: false };
}

export function thrown(reason: string, location: Location | null): Unknown {
  return { type: 'unknown', reason, location, external: false, thrown: true };
}

/** A value from outside the workspace; `what` names it for people (`nixpkgs`, `inputs.disko`). */
export function external(what: string, location: Location | null = null): Unknown {
  return { type: 'unknown', reason: `${what} is outside this workspace`, location, external: true };
}

/** The text that a path of the workspace is in a string: where its copy in the store is, which can't be known without running Nix. */
export function storeCopy(path: string, location: Location | null): Unknown {
  return {
    ...external('a path in a string becomes a store path'),
    reason: 'a path in a string becomes a store path',
    location,
    copy: { root: path, path },
  };
}

/** Where a copy of what is outside the workspace is; `imported` may know some of its files. */
const OUTSIDE = '<outside>';

/** The text of a path with more text after it; no path any more where that leads out of the copy. */
export function appended({ copy: own, ...rest }: Unknown, text: string): Unknown {
  const copy = own ?? (rest.external && text.startsWith('/') ? { root: OUTSIDE, path: OUTSIDE } : undefined);
  const leaves = copy && copy.path === copy.root && text !== '' && !text.startsWith('/');
  return copy && !leaves && copy.path.length + text.length < MAX_PATH ? { ...rest, copy: { ...copy, path: copy.path + text } } : rest;
}

const MAX_PATH = 4096;

/** The path of the workspace that a value leads to where a path is wanted; null when there is none. Not normalised. */
export function pathOf(value: Value): string | null {
  if (value.type === 'path') return value.path;
  if (value.type === 'string') return value.value;
  return value.type === 'unknown' ? (value.copy?.path ?? null) : null;
}

/** A gap of a list whose items a function goes over: what it makes of each of them. */
export function eachOf(gap: Unknown, change: (item: Thunk) => Thunk): Unknown {
  return { ...gap, each: change(gap.each ?? Thunk.of(gap)) };
}

export function list(items: readonly ListItem[], location: Location | null = null, gaps: readonly Unknown[] = []): ListValue {
  return { type: 'list', items, gaps: fewGaps(gaps), location };
}

/** A list of strings, all of them written at `location`. */
export function stringList(texts: readonly string[], location: Location | null = null): ListValue {
  return list(texts.map((text) => item(string(text, location))));
}

/** A list with more gaps is no better known for telling them all; what goes over gaps makes several of one. */
const MAX_GAPS = 200;

/** Gaps without those that say the same of the same place, where many were put together; those that may hide the author's own first. */
export function fewGaps(gaps: readonly Unknown[]): readonly Unknown[] {
  if (gaps.length <= MAX_GAPS) return gaps;
  const distinct = new Map(
    gaps.map((gap) => [`${gap.reason}\0${gap.location?.file}\0${gap.location?.start}\0${gap.attr?.name?.start}`, gap] as const),
  );
  return [...distinct.values()].toSorted((a, b) => Number(a.external) - Number(b.external)).slice(0, MAX_GAPS);
}

export function item(value: Value, conditions: readonly ConditionText[] = []): ListItem {
  return { thunk: Thunk.of(value), conditions };
}

export function attr(thunk: Thunk): Attr {
  return { thunk, name: null, binding: null, conditions: [] };
}

/** An attribute set of a finished map. */
export function attrs(map: ReadonlyMap<string, Attr>, location: Location | null = null, gaps: readonly Unknown[] = []): AttrsValue {
  return { type: 'attrs', attrs: { get: (name) => map.get(name), names: () => [...map.keys()], gaps, all: map }, location };
}

/** An attribute set of plain values, for what our own code makes. */
export function record(values: Readonly<Record<string, Value | Thunk>>, location: Location | null = null): AttrsValue {
  return attrs(
    new Map(Object.entries(values).map(([name, value]) => [name, attr(value instanceof Thunk ? value : Thunk.of(value))])),
    location,
  );
}

/** The set behind a thunk; null when there is none, for which a literal need not be worked out. */
export function attrsBehind(thunk: Thunk): AttrsValue | null {
  if (thunk.type !== null && thunk.type !== 'attrs') return null;
  const value = thunk.force();
  return value.type === 'attrs' ? value : null;
}

/** The `_type` tag of a set that the module system treats specially (`if`, `merge`, `override`, `order`, `option` …), else null. */
export function tagOf(value: Value): string | null {
  if (value.type !== 'attrs') return null;
  const tag = value.attrs.get('_type')?.thunk.force();
  return tag?.type === 'string' ? tag.value : null;
}

/** A short name of the kind of value, as Nix says it. */
export function typeName(value: Value): string {
  switch (value.type) {
    case 'attrs':
      return 'a set';
    case 'function':
      return 'a function';
    case 'list':
      return 'a list';
    case 'string':
      return 'a string';
    case 'path':
      return 'a path';
    case 'int':
      return 'an integer';
    case 'float':
      return 'a float';
    case 'bool':
      return 'a Boolean';
    case 'null':
      return 'null';
    case 'unknown':
      return 'unknown';
  }
}
