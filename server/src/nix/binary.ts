import type { Location } from '../syntax/source.ts';
import { alternativeTexts, joinedTexts, ofTexts, type AlternativeText } from './alternatives.ts';
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
      return concat(seenAt(left, leftThunk.location), seenAt(right.force(), right.location));
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

/** What can't be read of an operand stands where the operand is written, wherever the cause is. */
function seenAt(value: Value, location: Location | null): Value {
  if (!location || value.type !== 'list' || value.gaps.every((gap) => isWithin(gap.location, location))) return value;
  return { ...value, gaps: value.gaps.map((gap) => (isWithin(gap.location, location) ? gap : { ...gap, location })) };
}

function isWithin(inner: Location | null, outer: Location): boolean {
  return inner !== null && inner.file === outer.file && inner.start >= outer.start && inner.end <= outer.end;
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
  if (left.type === 'unknown' && !left.alternatives) {
    if (!left.copy && !left.external) return partOfText(left, right, location);
    return joinedPath(left, right.type === 'path' ? right.path : coerceToString(evaluation, right, location));
  }
  if (right.type === 'unknown' && !right.alternatives) return partOfText(right, left, location);
  if (left.type === 'path') {
    const text = right.type === 'path' ? right.path : coerceToString(evaluation, right, location);
    return typeof text === 'string' ? { type: 'path', path: posix.resolve('/', left.path + text), location } : text;
  }
  if (left.type === 'int' || left.type === 'float') return arithmetic('+', left, right, location);
  const head = alternativeTexts(evaluation, left, location);
  if (!isText(head)) {
    const isPath = head.type === 'unknown' && (head.copy ?? head.external);
    return isPath ? joinedPath(head, coerceToString(evaluation, right, location)) : head;
  }
  const tail = alternativeTexts(evaluation, right, location);
  if (!isText(tail)) return tail;
  const text = ofTexts(joinedTexts(asTexts(head), asTexts(tail)), location);
  return typeof text === 'string' ? string(text, location) : text;
}

/** The unknown sum of something unknown and, it may be, a text. */
function partOfText(gap: Unknown, other: Value, location: Location): Unknown {
  return other.type === 'string' ? { ...gap, location, isText: true } : gap;
}

function isText(text: string | Value | readonly AlternativeText[]): text is string | readonly AlternativeText[] {
  return typeof text === 'string' || !('type' in text);
}

function asTexts(text: string | readonly AlternativeText[]): readonly AlternativeText[] {
  return typeof text === 'string' ? [{ text, conditions: [] }] : text;
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

/** What an operator before one operand makes of it. */
export function unary(operator: string, operand: Value, location: Location): Value {
  if (operand.type === 'unknown') return operand;
  if (operator === '!' && operand.type === 'bool') return bool(!operand.value);
  if (operator === '-' && operand.type === 'int') return { type: 'int', value: -operand.value };
  if (operator === '-' && operand.type === 'float') return { type: 'float', value: -operand.value };
  return unknown(`${operator} does not apply to ${typeName(operand)}`, location);
}
