import type { Location } from '../syntax/source.ts';
import { call } from './call.ts';
import { isComplete } from './combine.ts';
import type { Evaluation } from './evaluation.ts';
import { isUnknown, listOf, primitive, setOf, stringOf, type Primitive } from './primitive.ts';
import { attr, Thunk, typeName, unknown, type Attr, type AttrSet, type ConditionText, type Unknown, type Value } from './value.ts';

/** Functions written here: the name, the number of arguments (none: a plain value), and what they do. */
export type Table = readonly (readonly [name: string, arity: number, run: Primitive])[];

/** The function, or value, of a row of a table. */
export function fromTable(evaluation: Evaluation, arity: number, run: Primitive): Attr {
  return attr(arity === 0 ? new Thunk(null, () => run(evaluation)) : Thunk.of(primitive(evaluation, arity, run)));
}

/** `fn x`, worked out now. */
export function apply(evaluation: Evaluation, fn: Thunk, x: Thunk): Value {
  return call(evaluation, fn.force(), x, x.location ?? fn.location);
}

/** `fn x y`, worked out now. */
export function apply2(evaluation: Evaluation, fn: Thunk, x: Thunk, y: Thunk): Value {
  const at = y.location ?? x.location ?? fn.location;
  return call(evaluation, call(evaluation, fn.force(), x, at), y, at);
}

/** `fn x`, worked out when it is asked for. */
export function later(evaluation: Evaluation, fn: Thunk, x: Thunk): Thunk {
  return new Thunk(x.location ?? fn.location, () => apply(evaluation, fn, x));
}

/** `fn x y`, worked out when it is asked for. */
export function later2(evaluation: Evaluation, fn: Thunk, x: Thunk, y: Thunk): Thunk {
  return new Thunk(y.location ?? fn.location, () => apply2(evaluation, fn, x, y));
}

/** For those who need a list with all its items known to be there. */
export function whole(thunk: Thunk, use: (items: readonly Thunk[]) => Value): Value {
  const value = listOf(thunk);
  if (isComplete(value)) return use(value.items.map((each) => each.thunk));
  return value.gaps[0] ?? unknown('the list depends on a condition', thunk.location);
}

export function withText(thunk: Thunk, use: (text: string) => Value): Value {
  const text = stringOf(thunk);
  return typeof text === 'string' ? use(text) : text;
}

export function withSet(thunk: Thunk, use: (set: AttrSet) => Value): Value {
  const set = setOf(thunk);
  return isUnknown(set) ? set : use(set);
}

export function withInt(thunk: Thunk, use: (value: bigint) => Value): Value {
  const value = thunk.force();
  return value.type === 'int' ? use(value.value) : notA('an integer', value, thunk.location);
}

export function withBool(thunk: Thunk, use: (value: boolean) => Value): Value {
  const value = thunk.force();
  return value.type === 'bool' ? use(value.value) : notA('a Boolean', value, thunk.location);
}

/** The unknown to answer with when a value is not what is wanted. */
export function notA(wanted: string, value: Value, location: Location | null): Unknown {
  return value.type === 'unknown' ? value : unknown(`${typeName(value)} is given where ${wanted} is wanted`, location);
}

/** The condition that is there when one of several alternatives is; none when one of them is there for sure. */
export function anyOf(alternatives: readonly (readonly ConditionText[])[]): readonly ConditionText[] {
  const [first] = alternatives;
  const [head] = first ?? [];
  if (!first || !head || alternatives.some((each) => each.length === 0)) return [];
  if (alternatives.length === 1) return first;
  const texts = alternatives.map((each) => each.map(({ text }) => text).join(' && '));
  return [{ text: [...new Set(texts)].map((text) => `(${text})`).join(' || '), location: head.location }];
}

export function negated(condition: ConditionText): ConditionText {
  return { ...condition, text: `!(${condition.text})` };
}

/** A known attribute by its name, as an entry of a map. */
export function entryOf(set: AttrSet, name: string): readonly (readonly [string, Attr])[] {
  const found = set.get(name);
  return found ? [[name, found]] : [];
}
