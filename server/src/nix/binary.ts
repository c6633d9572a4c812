import type { Location } from '../syntax/source.ts';
import { call, coerceToString } from './call.ts';
import { concat, equals, lessThan, truth, update } from './combine.ts';
import type { Evaluation } from './evaluation.ts';
import { posix } from 'node:path';
import { appended, bool, string, typeName, unknown, type Thunk, type Unknown, type Value } from './value.ts';

/** The value of `left operator right`. Logical operators look at the right side only when they must. */
export function binary(evaluation: Evaluation, operator: string, leftThunk: Thunk, right: Thunk, location: Location): Value {
  if (operator === '<|') return call(evaluation, leftThunk.force(), right, location);
  if (operator === '|>') return call(evaluation, right.force(), leftThunk, location);
  const left = leftThunk.force();
  switch (operator) {
    case '&&':
      return logical(left, right, false);
    case '||':
      return logical(left, right, true);
    case '->':
      return logical(left.type === 'bool' ? bool(!left.value) : left, right, true);
    case '++':
      return concat(left, right.force());
    case '//':
      return update(left, right.force());
    case '==':
    case '!=': {
      const other = right.force();
      const same = equals(left, other);
      if (same !== null) return bool((operator === '==') === same);
      if (left.type === 'unknown') return left;
      return other.type === 'unknown' ? other : unknown('the two sides are not known well enough to compare', location);
    }
    case '<':
      return compare(left, right.force(), location, false);
    case '>':
      return compare(right.force(), left, location, false);
    case '<=':
      return compare(right.force(), left, location, true);
    case '>=':
      return compare(left, right.force(), location, true);
    case '+':
      return add(evaluation, left, right.force(), location);
    default:
      return arithmetic(operator, left, right.force(), location);
  }
}

/** `&&` (absorbing false) and `||` (absorbing true): one absorbing side decides even beside an unknown one. */
function logical(left: Value, right: Thunk, absorbing: boolean): Value {
  if (left.type === 'bool' && left.value === absorbing) return left;
  if (left.type !== 'bool' && left.type !== 'unknown') return notBoolean(left);
  const other = right.force();
  if (other.type !== 'bool' && other.type !== 'unknown') return notBoolean(other);
  if (other.type === 'bool' && other.value === absorbing) return other;
  return left.type === 'bool' ? other : left;
}

function notBoolean(value: Value): Value {
  return unknown(`${typeName(value)} is given where a Boolean is wanted`, 'location' in value ? value.location : null);
}

export function compare(a: Value, b: Value, location: Location | null, negate: boolean): Value {
  const less = lessThan(a, b);
  const unclear = a.type === 'unknown' ? a : b.type === 'unknown' ? b : unknown('the two sides do not compare', location);
  return truth(less === null ? null : less !== negate, unclear);
}

function add(evaluation: Evaluation, left: Value, right: Value, location: Location): Value {
  if (left.type === 'unknown' && !left.copy && !left.external) return left;
  if (left.type === 'unknown') return joinedPath(left, right.type === 'path' ? right.path : coerceToString(evaluation, right, location));
  if (right.type === 'unknown') return right;
  if (left.type === 'path') {
    const text = right.type === 'path' ? right.path : coerceToString(evaluation, right, location);
    return typeof text === 'string' ? { type: 'path', path: posix.resolve('/', left.path + text), location } : text;
  }
  if (left.type === 'int' || left.type === 'float') return arithmetic('+', left, right, location);
  const head = coerceToString(evaluation, left, location);
  if (typeof head !== 'string' && !(head.type === 'unknown' && (head.copy ?? head.external))) return head;
  const tail = coerceToString(evaluation, right, location);
  if (typeof head !== 'string') return head.type === 'unknown' ? joinedPath(head, tail) : head;
  return typeof tail === 'string' ? string(head + tail, location) : tail;
}

function joinedPath(head: Unknown, tail: string | Value): Value {
  if (typeof tail === 'string') return appended(head, tail);
  return head.copy ? tail : head;
}

export function arithmetic(operator: string, left: Value, right: Value, location: Location | null): Value {
  if (left.type === 'unknown') return left;
  if (right.type === 'unknown') return right;
  if (left.type === 'int' && right.type === 'int') {
    switch (operator) {
      case '+':
        return { type: 'int', value: BigInt.asIntN(64, left.value + right.value) };
      case '-':
        return { type: 'int', value: BigInt.asIntN(64, left.value - right.value) };
      case '*':
        return { type: 'int', value: BigInt.asIntN(64, left.value * right.value) };
      case '/':
        return right.value === 0n ? unknown('division by zero', location) : { type: 'int', value: left.value / right.value };
    }
  }
  if (!isNumber(left) || !isNumber(right))
    return unknown(`${operator} does not apply to ${typeName(left)} and ${typeName(right)}`, location);
  const a = Number(left.value);
  const b = Number(right.value);
  switch (operator) {
    case '+':
      return { type: 'float', value: a + b };
    case '-':
      return { type: 'float', value: a - b };
    case '*':
      return { type: 'float', value: a * b };
    case '/':
      return b === 0 ? unknown('division by zero', location) : { type: 'float', value: a / b };
    default:
      return unknown(`the operator ${operator} is not known`, location);
  }
}

function isNumber(value: Value): value is Extract<Value, { type: 'int' | 'float' }> {
  return value.type === 'int' || value.type === 'float';
}
