import { certain } from './combine.ts';
import type { Evaluation } from './evaluation.ts';
import type { Location } from '../syntax/source.ts';
import {
  list,
  Thunk,
  typeName,
  unknown,
  type AttrSet,
  type ConditionText,
  type FunctionValue,
  type ListItem,
  type ListValue,
  type Unknown,
  type Value,
} from './value.ts';

/** A function of Nix written here. Gets as many arguments as it takes; answers with a value, never an exception. */
export type Primitive = (evaluation: Evaluation, ...args: Thunk[]) => Value;

/** Makes a curried Nix function of a {@link Primitive} that takes `arity` arguments. */
export function primitive(evaluation: Evaluation, arity: number, run: Primitive, given: readonly Thunk[] = []): FunctionValue {
  return {
    type: 'function',
    formals: null,
    location: null,
    call(argument) {
      const args = [...given, argument];
      return args.length === arity
        ? evaluation.afford(run(evaluation, ...args), argument.location)
        : primitive(evaluation, arity, run, args);
    },
  };
}

/** The set behind a thunk, or the reason why there is none. */
export function setOf(thunk: Thunk): AttrSet | Unknown {
  const value = thunk.force();
  if (value.type === 'attrs') return value.attrs;
  return value.type === 'unknown' ? value : unknown(`${typeName(value)} is given where a set is wanted`, thunk.location);
}

/** Names as Nix orders them: by their bytes. */
export function sortedNames(set: AttrSet): readonly string[] {
  return [...set.names()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

export function isUnknown(value: object): value is Unknown {
  return 'type' in value && value.type === 'unknown';
}

/** The list behind a thunk; an unknown one is a list that is all gap. */
export function listOf(thunk: Thunk): ListValue {
  const value = thunk.force();
  if (value.type === 'list') return value;
  return list([], thunk.location, [
    value.type === 'unknown' ? value : unknown(`${typeName(value)} is given where a list is wanted`, thunk.location),
  ]);
}

/** The text of a string argument, or the unknown to answer with. */
export function stringOf(thunk: Thunk): string | Unknown {
  const value = thunk.force();
  if (value.type === 'string') return value.value;
  return value.type === 'unknown' ? value : unknown(`${typeName(value)} is given where a string is wanted`, thunk.location);
}

/** The source text of an argument that is a condition. */
export function conditionOf(evaluation: Evaluation, condition: Thunk): ConditionText {
  const location = condition.location ?? { file: '', start: 0, end: 0 };
  const text = evaluation.textAt(location)?.replace(/\s+/g, ' ') ?? 'a condition';
  return { text, location };
}

/** Keeps, drops or puts under its condition, by what `test` says of each item; the condition reads as the function does, `fn`. */
export function filterItems(evaluation: Evaluation, fn: Thunk, value: ListValue, test: (each: ListItem) => Value): ListValue {
  const kept: ListItem[] = [];
  for (const each of value.items) {
    const verdict = test(each);
    if (verdict.type === 'bool') {
      if (verdict.value) kept.push(each);
    } else {
      kept.push({ thunk: each.thunk, conditions: [...each.conditions, conditionOf(evaluation, fn)] });
    }
  }
  return list(kept, value.location, value.gaps);
}

/** Each item replaced by the items of the list that `expand` makes of it. */
export function flatMapItems(value: ListValue, expand: (each: ListItem) => Value): ListValue {
  const items: ListItem[] = [];
  const gaps = value.gaps.flatMap((gap) => expandedGap(gap, expand));
  for (const each of value.items) {
    const made = expand(each);
    if (made.type === 'list') {
      for (const inner of made.items) items.push({ thunk: inner.thunk, conditions: [...each.conditions, ...inner.conditions] });
      gaps.push(...made.gaps);
    } else gaps.push(made.type === 'unknown' ? made : unknown('a list is wanted here', each.thunk.location));
  }
  return list(items, value.location, gaps);
}

/** The condition over what is made of each part that is not known. */
export function perhaps({ reason }: Unknown, location: Location): ConditionText {
  return { text: `there is one (${reason})`, location };
}

/** What `expand` makes of the items that are not known, each of them a gap beside those that it leaves itself. */
function expandedGap(gap: Unknown, expand: (each: ListItem) => Value): readonly Unknown[] {
  const made = expand({ thunk: gap.each ?? Thunk.of(gap), conditions: [] });
  if (made.type !== 'list') return [gap];
  const { each: _, ...bare } = gap;
  return [bare, ...made.items.map(({ thunk }) => ({ ...bare, each: thunk }))];
}

/** The value of a named attribute of a set, or an unknown that says it is missing. */
export function member(set: AttrSet, name: string): Value {
  const found = set.get(name);
  return found ? certain(found) : (set.gaps[0] ?? unknown(`there is no attribute ${name}`, null));
}
