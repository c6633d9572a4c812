import type { Location } from '../syntax/source.ts';
import { coerceToString } from './call.ts';
import { oneOf } from './combine.ts';
import type { Evaluation } from './evaluation.ts';
import { string, type ConditionText, type Value } from './value.ts';

/** One of several texts that a value may be, and when it is. */
export interface AlternativeText {
  readonly text: string;
  readonly conditions: readonly ConditionText[];
}

/** The text of a value, its texts where it has several, or the value that says why there is none. */
export function alternativeTexts(
  evaluation: Evaluation,
  value: Value,
  location: Location | null,
): string | Value | readonly AlternativeText[] {
  if (value.type !== 'unknown' || !value.alternatives) return coerceToString(evaluation, value, location);
  const texts: AlternativeText[] = [];
  for (const { value: each, conditions } of value.alternatives) {
    const text = coerceToString(evaluation, each, location);
    if (typeof text !== 'string') return value;
    texts.push({ text, conditions });
  }
  return texts;
}

/** Each text of one side followed by each of the other's. */
export function joinedTexts(left: readonly AlternativeText[], right: readonly AlternativeText[]): readonly AlternativeText[] {
  return left.flatMap((head) =>
    right.map((tail) => ({ text: head.text + tail.text, conditions: [...new Set([...head.conditions, ...tail.conditions])] })),
  );
}

/** The one text, or a value that is one of several. */
export function ofTexts(texts: readonly AlternativeText[], location: Location): string | Value {
  const [only] = texts;
  if (only && texts.length === 1 && only.conditions.length === 0) return only.text;
  return oneOf(
    texts.map(({ text, conditions }) => ({ value: string(text, location), conditions })),
    location,
  );
}
