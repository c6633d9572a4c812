import { literalType, unparen, type Expr } from './ast.ts';
import type { NixSource } from './nixSource.ts';
import type { Location, SourceRange } from './source.ts';
import { changeBetween } from './textChange.ts';

/** How a text differs from the one before it. Offsets are of the text before. */
export interface Difference {
  readonly file: string;
  /** Outside of it both texts are the same. */
  readonly change: SourceRange;
  /** By how much what stands behind the change has moved. */
  readonly by: number;
  /**
   * Starts of what holds all differences in its value, innermost ones: bindings (`name = value;`) and literals that a function is given.
   * A literal stays one of its type. Empty when only comments and white space differ. Null when something else differs.
   */
  readonly parts: readonly number[] | null;
}

/** Compares two texts of a file by what they say. Null when they are the same text. */
export function differenceBetween(before: NixSource, after: NixSource): Difference | null {
  if (before.text === after.text) return null;
  const change = changeBetween(before.text, after.text);
  const parts: number[] = [];
  const told = !before.broken && !after.broken && isSame(before.root, after.root, parts);
  return { file: before.file, change, by: after.text.length - before.text.length, parts: told ? parts : null };
}

/** Whether two expressions are the same but for their offsets and the values of parts, whose starts are noted then. */
function isSame(before: unknown, after: unknown, parts: number[]): boolean {
  if (before === after) return true;
  if (typeof before !== 'object' || typeof after !== 'object' || before === null || after === null) return false;
  if (Array.isArray(before)) {
    if (!Array.isArray(after) || before.length !== after.length) return false;
    for (let index = 0; index < before.length; index++) if (!isSame(before[index], after[index], parts)) return false;
    return true;
  }
  const left = before as Record<string, unknown>;
  const right = after as Record<string, unknown>;
  if (left['kind'] === 'binding' && right['kind'] === 'binding') {
    if (!isSame(left['path'], right['path'], parts)) return false;
    if (isSame(left['value'], right['value'], parts)) return true;
    parts.push(left['start'] as number);
    // What type a literal is of is told without working it out.
    return literalType(unparen(left['value'] as Expr)) === literalType(unparen(right['value'] as Expr));
  }
  if (left['kind'] === 'apply' && right['kind'] === 'apply') {
    if (!isSame(left['fn'], right['fn'], parts)) return false;
    if (isSame(left['argument'], right['argument'], parts)) return true;
    const given = unparen(left['argument'] as Expr);
    const type = literalType(given);
    parts.push(given.start);
    return type !== null && type === literalType(unparen(right['argument'] as Expr));
  }
  for (const key in left) if (key !== 'start' && key !== 'end' && !isSame(left[key], right[key], parts)) return false;
  return Object.keys(left).length === Object.keys(right).length;
}

/**
 * Where something that both texts have stands in the later one. Null where that can't be told: it begins or ends within the change, when
 * more than one place of the text was changed at once.
 */
export function movedLocation<T extends SourceRange>(location: T, { change, by }: Difference): T | null {
  const { start, end } = location;
  if (end <= change.start && start < change.end) return location;
  if (start >= change.end) return { ...location, start: start + by, end: end + by };
  return start <= change.start && end >= change.end ? { ...location, end: end + by } : null;
}

/**
 * Plain data with the locations in it moved; the same object when none had to be. Null when a place can't be told, or
 * when it holds anything but plain data, of which it can't be told what is in it.
 */
export function movedData<T>(data: T, difference: Difference): { readonly data: T } | null {
  const known = new Map<object, unknown>();
  let foreign = false;
  const move = (value: unknown): unknown => {
    if (typeof value === 'function') foreign = true;
    if (typeof value !== 'object' || value === null || foreign) return value;
    if (known.has(value)) return known.get(value);
    const moved = Array.isArray(value) ? moveItems(value) : moveFields(value);
    known.set(value, moved);
    return moved;
  };
  const moveItems = (items: readonly unknown[]): readonly unknown[] => {
    const moved = items.map(move);
    return moved.some((each, index) => each !== items[index]) ? moved : items;
  };
  const moveFields = (value: object): object => {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) {
      foreign = true;
      return value;
    }
    if (isLocation(value)) {
      const moved = value.file === difference.file ? movedLocation(value, difference) : value;
      foreign ||= moved === null;
      return moved ?? value;
    }
    const fields = value as Record<string, unknown>;
    let copy: Record<string, unknown> | null = null;
    for (const key in fields) {
      const moved = move(fields[key]);
      if (moved !== fields[key]) (copy ??= { ...fields })[key] = moved;
    }
    return copy ?? value;
  };
  const moved = move(data) as T;
  return foreign ? null : { data: moved };
}

function isLocation(value: object): value is Location {
  return 'file' in value && 'start' in value && 'end' in value;
}
