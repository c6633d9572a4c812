import type { Binding, Expr } from './ast.ts';
import { children } from './ast.ts';
import type { NixSource } from './nixSource.ts';
import type { SourceRange } from './source.ts';
import { changeBetween } from './textChange.ts';

/** What a parser makes of a text that stands on its own. */
export interface Fragment {
  readonly root: Expr;
  readonly comments: readonly SourceRange[];
  readonly broken: boolean;
  readonly errorAt: number | null;
}

type PlainBinding = Extract<Binding, { kind: 'binding' }>;

/** Fragments are worth it while they are a small part of the text. */
const LARGEST_SHARE = 0.5;

/**
 * Reads a changed text by reading again only the innermost binding (`name = value;`) around the change.
 *
 * Sound because a binding is a whole of the grammar and the grammar is unambiguous: when the new text of the binding reads as exactly
 * one binding up to its last `;`, what stands before and after it reads as it did. Null when that is not so; then the whole text has
 * to be read. `previous` must not be broken.
 */
export function spliceChange(previous: NixSource, text: string, parse: (text: string) => Fragment): NixSource | null {
  const change = changeBetween(previous.text, text);
  const by = text.length - previous.text.length;
  const around = previous.broken ? null : innermostBinding(previous.root, change);
  if (!around || around.end - around.start > text.length * LARGEST_SHARE) return null;
  const slice = text.slice(around.start, around.end + by);
  // Read inside braces, as in its place; the offsets of the fragment are off by one brace.
  const fragment = parse(`{${slice}}`);
  if (fragment.broken || fragment.root.kind !== 'attrs' || fragment.root.recursive) return null;
  const [binding, ...more] = fragment.root.bindings;
  if (binding?.kind !== 'binding' || more.length > 0 || binding.start !== 1 || binding.end !== slice.length + 1) return null;
  const made = shifted(binding, 0, around.start - 1, null, null);
  const root = shifted(previous.root, around.end, by, around, made);
  const comments = [
    ...previous.comments.filter(({ end }) => end <= around.start),
    ...fragment.comments.map(({ start, end }) => ({ start: start + around.start - 1, end: end + around.start - 1 })),
    ...previous.comments.filter(({ start }) => start >= around.end).map(({ start, end }) => ({ start: start + by, end: end + by })),
  ];
  return { file: previous.file, text, root, comments, broken: false, errorAt: null };
}

/** The change must lie inside the value or name, off both ends: characters at an end may belong to what is beside it. */
function innermostBinding(root: Expr, change: SourceRange): PlainBinding | null {
  const holds = ({ start, end }: SourceRange): boolean => start < change.start && change.end < end;
  let found: PlainBinding | null = null;
  let expr: Expr | undefined = root;
  while (expr) {
    const bindings: readonly Binding[] = expr.kind === 'attrs' || expr.kind === 'let' ? expr.bindings : [];
    const binding = bindings.find(holds);
    if (binding?.kind === 'binding') {
      found = binding;
      expr = holds(binding.value) ? binding.value : undefined;
    } else expr = binding ? undefined : children(expr).find(holds);
  }
  return found;
}

/**
 * Expressions with everything at or behind `from` moved by so many characters, and `replaced` (found by identity) exchanged. What
 * ends before `from` is used as it is.
 */
function shifted<T>(value: T, from: number, by: number, replaced: object | null, replacement: unknown): T {
  if (typeof value !== 'object' || value === null) return value;
  if (value === replaced) return replacement as T;
  if (Array.isArray(value)) return value.map((each: unknown) => shifted(each, from, by, replaced, replacement)) as T;
  const range = value as Partial<SourceRange>;
  if (range.end !== undefined && range.end < from) return value;
  const copy = { ...value } as Record<string, unknown>;
  for (const key in copy) {
    const part = copy[key];
    if (key === 'start' || key === 'end') copy[key] = (part as number) >= from ? (part as number) + by : part;
    else if (typeof part === 'object' && part !== null) copy[key] = shifted(part, from, by, replaced, replacement);
  }
  return copy as T;
}
