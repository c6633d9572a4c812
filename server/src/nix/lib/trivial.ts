import { apply, apply2, later, notA, withBool, withInt, withSet, withText, type Table } from '../arguments.ts';
import { functionArgs } from '../builtins/sets.ts';
import { call, callAll } from '../call.ts';
import { compare } from '../binary.ts';
import { certain, update } from '../combine.ts';
import type { Evaluation } from '../evaluation.ts';
import { fold } from '../fold.ts';
import { primitive } from '../primitive.ts';
import { attr, attrs, bool, external, int, list, NULL, record, string, Thunk, thrown, unknown, type Value } from '../value.ts';
import { optionally } from './conditions.ts';

/** nixpkgs lib/trivial.nix, lib/fixed-points.nix, lib/debug.nix, lib/asserts.nix and what configurations use of lib/meta.nix. */
export const TRIVIAL: Table = [
  ['id', 1, (_, x) => x.force()],
  ['const', 2, (_, x) => x.force()],
  ['flip', 3, (ev, fn, a, b) => callAll(ev, fn.force(), [b, a], b.location)],
  ['pipe', 2, (ev, start, fns) => fold(start.force(), fns, (value, fn) => call(ev, fn.force(), Thunk.of(value), fn.location))],
  [
    'concat',
    2,
    (ev, a, b) =>
      fold(
        list([]),
        Thunk.of(
          list([
            { thunk: a, conditions: [] },
            { thunk: b, conditions: [] },
          ]),
        ),
        (acc, x) => concatenated(acc, x),
      ),
  ],
  ['or', 2, (_, a, b) => withBool(a, (x) => (x ? bool(true) : b.force()))],
  ['and', 2, (_, a, b) => withBool(a, (x) => (x ? b.force() : bool(false)))],
  ['xor', 2, (_, a, b) => withBool(a, (x) => withBool(b, (y) => bool(x !== y)))],
  ['not', 1, (_, a) => withBool(a, (x) => bool(!x))],
  ['boolToNum', 1, (_, a) => withBool(a, (x) => int(x ? 1 : 0))],
  ['min', 2, (_, a, b) => chosen(compare(a.force(), b.force(), null, false), a, b)],
  ['max', 2, (_, a, b) => chosen(compare(b.force(), a.force(), null, false), a, b)],
  ['mod', 2, (_, a, b) => withInt(a, (x) => withInt(b, (y) => (y === 0n ? unknown('division by zero', b.location) : int(x % y))))],
  ['compare', 2, (_, a, b) => order(a, b)],
  ['mapNullable', 2, (ev, fn, x) => (x.force().type === 'null' ? NULL : apply(ev, fn, x))],
  ['defaultTo', 2, (_, otherwise, x) => (x.force().type === 'null' ? otherwise.force() : x.force())],
  ['isFunction', 1, (_, x) => isFunction(x.force())],
  ['functionArgs', 1, (_, fn) => argsOf(fn.force())],
  ['setFunctionArgs', 2, (ev, fn, args) => functor(ev, fn, args)],
  ['toFunction', 1, (ev, x) => toFunction(ev, x)],
  ['mirrorFunctionArgs', 2, (_, __, fn) => fn.force()],
  ['toHexString', 1, (_, x) => withInt(x, (value) => string(value.toString(16).toUpperCase(), x.location))],
  ['fromHexString', 1, (_, x) => withText(x, (text) => hex(text, x))],
  ['toBaseDigits', 2, (_, base, x) => withInt(base, (by) => withInt(x, (value) => digits(value, by, x)))],
  ['warn', 2, (_, __, x) => x.force()],
  ['warnIf', 3, (_, __, ___, x) => x.force()],
  ['warnIfNot', 3, (_, __, ___, x) => x.force()],
  ['info', 2, (_, __, x) => x.force()],
  ['showWarnings', 2, (_, __, x) => x.force()],
  ['throwIf', 3, (_, condition, message, x) => withBool(condition, (is) => (is ? failed(message) : x.force()))],
  ['throwIfNot', 3, (_, condition, message, x) => withBool(condition, (is) => (is ? x.force() : failed(message)))],
  ['assertMsg', 2, (_, condition, message) => withBool(condition, (is) => (is ? bool(true) : failed(message)))],
  ['assertOneOf', 3, () => bool(true)],
  ...['traceVal', 'traceValSeq'].map((name) => [name, 1, (_: Evaluation, x: Thunk) => x.force()] as const),
  ...['traceValFn', 'traceValSeqFn', 'traceValSeqN'].map((name) => [name, 2, (_: Evaluation, __: Thunk, x: Thunk) => x.force()] as const),
  ['traceValSeqNFn', 3, (_, __, ___, x) => x.force()],
  ['traceFnSeqN', 4, (ev, _, __, fn, x) => apply(ev, fn, x)],
  ['bitNot', 1, (_, x) => withInt(x, (value) => int(-1n - value))],
  ['assertEachOneOf', 3, () => bool(true)],
  ['checkAssertWarn', 3, (_, __, ___, x) => x.force()],
  ['toExtension', 1, (ev, x) => toExtension(ev, x)],
  ['traceIf', 3, (_, __, ___, x) => x.force()],
  ['traceSeq', 2, (_, __, x) => x.force()],
  ['traceSeqN', 3, (_, __, ___, x) => x.force()],
  ['inPureEvalMode', 0, () => external('the mode of evaluation')],
  ['fix', 1, (ev, fn) => fix(ev, fn).force()],
  ["fix'", 1, (ev, fn) => fix(ev, fn).force()],
  ['converge', 2, (ev, fn, x) => converge(ev, fn, x)],
  ['extends', 3, (ev, overlay, base, final) => extended(ev, overlay, apply(ev, base, final), final)],
  ['composeExtensions', 4, (ev, first, second, final, previous) => composed(ev, [first, second], final, previous)],
  [
    'composeManyExtensions',
    3,
    (ev, overlays, final, previous) =>
      fold(attrs(new Map()), overlays, (acc, overlay) =>
        update(acc, overlaid(ev, overlay, final, Thunk.of(update(previous.force(), acc)))),
      ),
  ],
  ['makeExtensible', 1, (ev, fn) => extensible(ev, fn, string('extend', null))],
  ['makeExtensibleWithCustomName', 2, (ev, name, fn) => extensible(ev, fn, name.force())],
  ['makeScope', 2, () => external('a package set')],
  ['makeOverridable', 2, (ev, fn, args) => apply(ev, fn, args)],
  ['callPackageWith', 3, () => external('a package')],
  ['callPackagesWith', 3, () => external('a package')],
  ['getExe', 1, () => external('the program of a package')],
  ["getExe'", 2, () => external('the program of a package')],
  ['hiPrio', 1, (_, x) => x.force()],
  ['lowPrio', 1, (_, x) => x.force()],
  ['setPrio', 2, (_, __, x) => x.force()],
  ['ifEnable', 2, (ev, condition, x) => optionally(ev, condition, x, NULL)],
];

function concatenated(acc: Value, x: Thunk): Value {
  const value = x.force();
  if (acc.type !== 'list' || value.type !== 'list') return notA('a list', value, x.location);
  return list([...acc.items, ...value.items], acc.location ?? value.location, [...acc.gaps, ...value.gaps]);
}

function chosen(verdict: Value, a: Thunk, b: Thunk): Value {
  return verdict.type === 'bool' ? (verdict.value ? a : b).force() : verdict;
}

function order(a: Thunk, b: Thunk): Value {
  const less = compare(a.force(), b.force(), a.location, false);
  const more = compare(b.force(), a.force(), a.location, false);
  if (less.type !== 'bool' || more.type !== 'bool') return less.type === 'bool' ? more : less;
  return int(less.value ? -1 : more.value ? 1 : 0);
}

function isFunction(value: Value): Value {
  if (value.type === 'unknown') return value.copy?.root.startsWith('/') ? bool(false) : value;
  return bool(value.type === 'function' || (value.type === 'attrs' && value.attrs.get('__functor') !== undefined));
}

function argsOf(fn: Value): Value {
  const known = fn.type === 'attrs' ? fn.attrs.get('__functionArgs') : undefined;
  return known ? certain(known) : functionArgs(fn);
}

function functor(evaluation: Evaluation, fn: Thunk, args: Thunk): Value {
  return record({ __functor: primitive(evaluation, 2, (ev, _, x) => apply(ev, fn, x)), __functionArgs: args });
}

function toFunction(evaluation: Evaluation, x: Thunk): Value {
  const value = x.force();
  const is = isFunction(value);
  if (is.type !== 'bool') return is;
  return is.value ? value : primitive(evaluation, 1, () => value);
}

function hex(text: string, x: Thunk): Value {
  const digits = text.replace(/^0x/i, '');
  return /^[\da-f]{1,16}$/i.test(digits) ? int(BigInt.asIntN(64, BigInt(`0x${digits}`))) : unknown('the text is no number', x.location);
}

function digits(value: bigint, base: bigint, x: Thunk): Value {
  if (base < 2n || value < 0n) return unknown('the number has no digits', x.location);
  const found: bigint[] = [];
  for (let rest = value; rest > 0n || found.length === 0; rest /= base) found.unshift(rest % base);
  return list(found.map((digit) => ({ thunk: Thunk.of(int(digit)), conditions: [] })));
}

function failed(message: Thunk): Value {
  return withText(message, (text) => thrown(`throw: ${text}`, message.location));
}

function fix(evaluation: Evaluation, fn: Thunk): Thunk {
  const self: Thunk = new Thunk(fn.location, () => apply(evaluation, fn, self));
  return self;
}

const MAX_ROUNDS = 1000;

function converge(evaluation: Evaluation, fn: Thunk, x: Thunk): Value {
  let value = x.force();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = apply(evaluation, fn, Thunk.of(value));
    const same = next.type === 'string' && value.type === 'string' ? next.value === value.value : next === value;
    if (same || next.type === 'unknown') return next;
    value = next;
  }
  return unknown('it does not converge', x.location);
}

/** What an overlay says: `final: previous: { … }`; one that is a set only is taken for what it is. */
function overlaid(evaluation: Evaluation, overlay: Thunk, final: Thunk, previous: Thunk): Value {
  return apply2(evaluation, overlay, final, previous);
}

function extended(evaluation: Evaluation, overlay: Thunk, previous: Value, final: Thunk): Value {
  return update(previous, overlaid(evaluation, overlay, final, Thunk.of(previous)));
}

function composed(evaluation: Evaluation, overlays: readonly Thunk[], final: Thunk, previous: Thunk): Value {
  return overlays.reduce<Value>(
    (acc, overlay) => update(acc, overlaid(evaluation, overlay, final, Thunk.of(update(previous.force(), acc)))),
    attrs(new Map()),
  );
}

/** A fixed point that can be extended by further overlays. */
function extensible(evaluation: Evaluation, fn: Thunk, name: Value): Value {
  if (name.type !== 'string') return notA('a string', name, null);
  return withSet(fix(evaluation, fn), (set) => {
    const extend = primitive(evaluation, 1, (ev, overlay) =>
      extensible(ev, Thunk.of(primitive(ev, 1, (inner, final) => extended(inner, overlay, later(inner, fn, final).force(), final))), name),
    );
    return update({ type: 'attrs', attrs: set, location: fn.location }, attrs(new Map([[name.value, attr(Thunk.of(extend))]])));
  });
}

/** An overlay of what need not be one: a set, or a function of the previous one alone. */
function toExtension(evaluation: Evaluation, x: Thunk): Value {
  const value = x.force();
  if (value.type === 'unknown') return value;
  return primitive(evaluation, 2, (ev, final, previous) => {
    if (value.type !== 'function') return value;
    const made = apply(ev, x, final);
    return made.type === 'function' ? call(ev, made, previous, x.location) : apply(ev, x, previous);
  });
}
