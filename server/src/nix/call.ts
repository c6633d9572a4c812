import { certain } from './combine.ts';
import type { Evaluation } from './evaluation.ts';
import { storeCopy, string, Thunk, typeName, unknown, type Value } from './value.ts';
import type { Location } from '../syntax/source.ts';

/** `fn argument`, sets with `__functor` included. What is applied to something unknown is as unknown as that. */
export function call(evaluation: Evaluation, fn: Value, argument: Thunk, location: Location | null): Value {
  if (fn.type === 'function') return evaluation.deeper(location, () => fn.call(argument));
  if (fn.type === 'unknown') return { ...fn, location: fn.location ?? location, given: [...(fn.given ?? []), argument] };
  const functor = fn.type === 'attrs' ? fn.attrs.get('__functor') : undefined;
  if (functor)
    return evaluation.deeper(location, () =>
      call(evaluation, call(evaluation, certain(functor), Thunk.of(fn), location), argument, location),
    );
  const [gap] = fn.type === 'attrs' ? fn.attrs.gaps : [];
  if (gap) return { ...gap, location: gap.location ?? location, given: [argument] };
  return unknown(`${typeName(fn)} is applied to an argument`, location);
}

/** Applies a function to several arguments, one after the other. */
export function callAll(evaluation: Evaluation, fn: Value, args: readonly Thunk[], location: Location | null): Value {
  return args.reduce((value, argument) => call(evaluation, value, argument, location), fn);
}

/** Text of a value where a string is wanted (`"${…}"`, `+`): strings, and sets with `outPath` or `__toString`. */
export function coerceToString(evaluation: Evaluation, value: Value, location: Location | null): string | Value {
  switch (value.type) {
    case 'string':
      return value.value;
    case 'path':
      return storeCopy(value.path, location);
    case 'attrs': {
      const toString = value.attrs.get('__toString');
      if (toString) return innerText(evaluation, () => call(evaluation, certain(toString), Thunk.of(value), location), location);
      const outPath = value.attrs.get('outPath');
      if (outPath) return innerText(evaluation, () => certain(outPath), location);
      const [gap] = value.attrs.gaps;
      return gap ?? unknown('a set is not a string', location);
    }
    case 'unknown':
      return value;
    default:
      return unknown(`${typeName(value)} is not a string`, location);
  }
}

/** The text of what a set says it is as text, one level deeper. */
function innerText(evaluation: Evaluation, make: () => Value, location: Location | null): string | Value {
  const value = evaluation.deeper(location, () => {
    const text = coerceToString(evaluation, make(), location);
    return typeof text === 'string' ? string(text, location) : text;
  });
  return value.type === 'string' ? value.value : value;
}
