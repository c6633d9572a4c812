import type { Expr, StringPart } from '../syntax/ast.ts';
import type { Location } from '../syntax/source.ts';
import { alternativeTexts, joinedTexts, ofTexts, type AlternativeText } from './alternatives.ts';
import { MAX_TEXT, type Evaluation } from './evaluation.ts';
import { appended, unknown, type Value } from './value.ts';

/** The text that parts of a string are together, or the value that says why there is none; `valueOf` evaluates what stands in `${…}`. */
export function interpolated(
  evaluation: Evaluation,
  parts: readonly StringPart[],
  valueOf: (expr: Expr) => Value,
  location: Location,
): string | Value {
  let texts: readonly AlternativeText[] = [{ text: '', conditions: [] }];
  for (const [index, part] of parts.entries()) {
    const piece = part.kind === 'text' ? part.text : alternativeTexts(evaluation, valueOf(part.expr), location);
    if (typeof piece === 'string') texts = texts.map(({ text, conditions }) => ({ text: text + piece, conditions }));
    else if ('type' in piece) {
      if (piece.type !== 'unknown' || !(piece.copy ?? piece.external)) return piece.type === 'unknown' ? { ...piece, location } : piece;
      if (texts.some(({ text }) => text !== '')) return piece.copy ? unknown(piece.reason, location) : { ...piece, location };
      const rest = interpolated(evaluation, parts.slice(index + 1), valueOf, location);
      return typeof rest === 'string' ? appended({ ...piece, location }, rest) : rest;
    } else texts = joinedTexts(texts, piece);
    if (texts.some(({ text }) => text.length > MAX_TEXT)) return unknown('the text is too long', location);
  }
  return ofTexts(texts, location);
}
