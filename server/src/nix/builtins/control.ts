import { notA, withInt, type Table } from '../arguments.ts';
import { arithmetic, compare } from '../binary.ts';
import { isUnknown, stringOf } from '../primitive.ts';
import { bool, external, int, record, string, Thunk, thrown, unknown, type Value } from '../value.ts';

/** Builtins about numbers, kinds of values, and what is worked out when. Names, order and meaning: the Nix manual, "Built-in Functions". */
export const CONTROL: Table = [
  ['add', 2, (_, a, b) => arithmetic('+', a.force(), b.force(), b.location)],
  ['sub', 2, (_, a, b) => arithmetic('-', a.force(), b.force(), b.location)],
  ['mul', 2, (_, a, b) => arithmetic('*', a.force(), b.force(), b.location)],
  ['div', 2, (_, a, b) => arithmetic('/', a.force(), b.force(), b.location)],
  ['lessThan', 2, (_, a, b) => compare(a.force(), b.force(), b.location, false)],
  ['bitAnd', 2, (_, a, b) => withInt(a, (x) => withInt(b, (y) => int(x & y)))],
  ['bitOr', 2, (_, a, b) => withInt(a, (x) => withInt(b, (y) => int(x | y)))],
  ['bitXor', 2, (_, a, b) => withInt(a, (x) => withInt(b, (y) => int(x ^ y)))],
  ['ceil', 1, (_, x) => rounded(x, Math.ceil)],
  ['floor', 1, (_, x) => rounded(x, Math.floor)],
  ['typeOf', 1, (_, x) => typeOf(x.force())],
  ['isAttrs', 1, (_, x) => is(x, 'attrs')],
  ['isList', 1, (_, x) => is(x, 'list')],
  ['isString', 1, (_, x) => is(x, 'string')],
  ['isPath', 1, (_, x) => is(x, 'path')],
  ['isBool', 1, (_, x) => is(x, 'bool')],
  ['isInt', 1, (_, x) => is(x, 'int')],
  ['isFloat', 1, (_, x) => is(x, 'float')],
  ['isNull', 1, (_, x) => is(x, 'null')],
  ['isFunction', 1, (_, x) => is(x, 'function')],
  ['seq', 2, (_, a, b) => (a.force(), b.force())],
  ['deepSeq', 2, (_, a, b) => (a.force(), b.force())],
  ['trace', 2, (_, __, b) => b.force()],
  ['traceVerbose', 2, (_, __, b) => b.force()],
  ['warn', 2, (_, __, b) => b.force()],
  ['addErrorContext', 2, (_, __, b) => b.force()],
  ['break', 1, (_, x) => x.force()],
  ['throw', 1, (_, message) => failure('throw', message)],
  ['abort', 1, (_, message) => ({ ...failure('abort', message), thrown: false })],
  ['tryEval', 1, (_, x) => tried(x.force())],
  ['getEnv', 1, () => external('the environment')],
  ['currentSystem', 0, () => external('builtins.currentSystem')],
  ...['langVersion', 'nixVersion', 'nixPath', 'currentTime'].map((name) => [name, 0, () => external(`builtins.${name}`)] as const),
];

function rounded(thunk: Thunk, round: (x: number) => number): Value {
  const value = thunk.force();
  if (value.type === 'int') return value;
  return value.type === 'float' && Number.isFinite(value.value)
    ? int(BigInt.asIntN(64, BigInt(round(value.value))))
    : notA('a number', value, thunk.location);
}

const TYPE_NAMES: Readonly<Record<string, string>> = { attrs: 'set', function: 'lambda' };

function typeOf(value: Value): Value {
  const type = typeIn(value);
  return type === 'unknown' ? value : string(TYPE_NAMES[type] ?? type, null);
}

export function is(thunk: Thunk, type: Value['type']): Value {
  const value = thunk.force();
  const known = typeIn(value);
  return known === 'unknown' ? value : bool(known === type);
}

/** The type of a value; of a path's text in the store, which is not known, it is known that it is text. */
function typeIn(value: Value): Value['type'] {
  return value.type === 'unknown' && value.copy?.root.startsWith('/') ? 'string' : value.type;
}

function failure(kind: string, message: Thunk): ReturnType<typeof unknown> {
  const text = stringOf(message);
  return thrown(typeof text === 'string' ? `${kind}: ${text}` : kind, message.location);
}

/** Only an error that happens for sure is caught: what is not known may be anything. */
function tried(value: Value): Value {
  if (!isUnknown(value)) return record({ success: bool(true), value });
  return value.thrown === true ? record({ success: bool(false), value: bool(false) }) : value;
}
