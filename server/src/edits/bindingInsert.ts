import type { AttrsExpr, Binding } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { ElementText } from './entryText.ts';
import { columnIndent, commentsWithin, endsLine, indentAt, isFirstOnLine, lineEnd, lineStart, trailingEnd } from './lines.ts';
import { inlineList, newList } from './listInsert.ts';
import { LINE_WIDTH, type Style } from './style.ts';
import type { TextEdit } from './textEdit.ts';

/** A name of an attribute path: how it is compared, and how it is written. */
export interface PathName {
  readonly key: string;
  readonly text: string;
}

/** A value to be written, as text. */
export interface ValueText {
  /** More than one thing: a formatter may want it on several lines. */
  readonly composite: boolean;
  /** On one line. */
  readonly inline: (style: Style) => string;
  /** For a line indented by `indent` on which `before` characters stand already. */
  readonly block: (style: Style, indent: string, before: number) => string;
}

/** A value to be bound in a set. */
export interface NewBinding {
  readonly path: readonly PathName[];
  readonly value: ValueText;
}

/** An expression as it is written, on one line. */
export function plainValue(text: string): ValueText {
  return { composite: false, inline: () => text, block: () => text };
}

/** A new list of these elements as a value. */
export function listValue(elements: readonly ElementText[]): ValueText {
  return {
    composite: elements.length > 1,
    inline: (style) => inlineList(elements, style),
    block: (style, indent, before) => newList(elements, style, indent, before),
  };
}

/** The order in which people write what a storage holds; all else comes first. */
const ORDER: readonly string[] = ['=directories', '=files', '=users'];

interface Planned {
  readonly anchor: Binding | null;
  readonly head: readonly PathName[];
  readonly members: readonly NewBinding[];
}

/**
 * Edits that add bindings to a set: beside the bindings that share most of their path and written like them, else `directories`,
 * `files`, `users` in this order behind the other bindings. Names that a group of new bindings shares are written once; as `dotted`
 * each stands for itself, and where blank lines set bindings off, one goes before it.
 */
export function addBindings(
  source: NixSource,
  set: AttrsExpr,
  additions: readonly NewBinding[],
  keyOf: (binding: Binding) => readonly string[],
  style: Style,
  form: 'nested' | 'dotted' = 'nested',
): readonly TextEdit[] {
  const planned = plan(set, additions, keyOf, form);
  const { text } = source;
  const first = set.bindings[0];
  const open = openBrace(source, set);
  if (!first) return intoEmptySet(source, set, open, planned, style);
  const split =
    /\n/.test(text.slice(open, first.start)) ||
    set.bindings.some((binding, i) => i > 0 && text.slice(set.bindings[i - 1]?.end, binding.start).includes('\n'));
  if (!split) return intoOneLine(source, set, open, planned, style);
  return planned.map(({ anchor, head, members }) => {
    const beside = anchor ?? first;
    const indent = isFirstOnLine(text, beside.start) ? indentAt(text, beside.start) : columnIndent(text, first.start);
    const written = render(head, members, indent, style);
    const at = trailingEnd(source, anchor ? anchor.end : open, set.end);
    const gap =
      form === 'dotted' && anchor && isSetOff(source, set, anchor) && !members.some(({ path }) => path[0]?.key === keyOf(anchor)[0]);
    return {
      start: at,
      end: at,
      newText:
        (gap ? style.eol : '') + style.eol + indent + written + (endsLine(text, at) || text.charAt(at) === '\r' ? '' : style.eol + indent),
    };
  });
}

/** A blank line stands before the binding. */
function isSetOff({ text }: NixSource, set: AttrsExpr, binding: Binding): boolean {
  const previous = set.bindings[set.bindings.indexOf(binding) - 1];
  return previous !== undefined && /\n[ \t\r]*\n/.test(text.slice(previous.end, binding.start));
}

function plan(
  set: AttrsExpr,
  additions: readonly NewBinding[],
  keyOf: (binding: Binding) => readonly string[],
  form: 'nested' | 'dotted',
): readonly Planned[] {
  const planned: { anchor: Binding | null; head: readonly PathName[]; members: NewBinding[] }[] = [];
  for (const addition of additions) {
    const { anchor, headLength } = beside(set, addition, keyOf);
    const head = addition.path.slice(0, form === 'dotted' ? addition.path.length : headLength);
    const same = planned.find((other) => other.anchor === anchor && sameNames(other.head, head));
    if (same && headLength < addition.path.length) same.members.push(addition);
    else planned.push({ anchor, head, members: [addition] });
  }
  return planned;
}

function beside(
  set: AttrsExpr,
  { path }: NewBinding,
  keyOf: (binding: Binding) => readonly string[],
): { readonly anchor: Binding | null; readonly headLength: number } {
  let anchor: Binding | null = null;
  let shared = 0;
  for (const binding of set.bindings) {
    const keys = keyOf(binding);
    let count = 0;
    while (count < keys.length && count < path.length && keys[count] === path[count]?.key) count++;
    if (count === 0 || count < shared) continue;
    shared = count;
    anchor = binding;
  }
  const users = path.findIndex((name) => name.key === '=users');
  if (anchor) {
    const like = users >= 0 && shared > users ? Math.max(keyOf(anchor).length, shared + 1) : path.length;
    return { anchor, headLength: Math.min(like, path.length) };
  }
  const rank = ORDER.indexOf(path[0]?.key ?? '');
  let closed = false;
  for (const binding of set.bindings) {
    const other = ORDER.indexOf(keyOf(binding)[0] ?? '');
    if (rank >= 0 && other > rank) closed = true;
    else if (!closed || other >= 0) anchor = binding;
  }
  // In a set of users, a new one is written like the last.
  const like = rank < 0 && path.length > 1 && anchor ? keyOf(anchor).length : 0;
  return { anchor, headLength: like > 0 ? Math.min(like, path.length) : Math.max(1, path.length - 1) };
}

function sameNames(a: readonly PathName[], b: readonly PathName[]): boolean {
  return a.length === b.length && a.every((name, index) => name.key === b[index]?.key);
}

function render(head: readonly PathName[], members: readonly NewBinding[], indent: string, style: Style): string {
  const name = head.map((part) => part.text).join('.');
  const [only] = members;
  if (members.length === 1 && only && only.path.length === head.length) {
    return `${name} = ${only.value.block(style, indent, name.length + 3)};`;
  }
  return `${name} = ${renderSet(
    members.map(({ path, value }) => ({ path: path.slice(head.length), value })),
    indent,
    style,
  )};`;
}

/** The text of a new set on several lines, for a line indented by `indent`. */
export function renderSet(members: readonly NewBinding[], indent: string, style: Style): string {
  const inner = indent + style.unit;
  return ['{', ...members.map((member) => inner + render(member.path, [member], inner, style)), `${indent}}`].join(style.eol);
}

/**
 * The texts of new bindings for lines indented by `indent`, beside one with the path `beside`: names that several share are written
 * once, unless they are those of the binding that stands there.
 */
export function renderBindings(
  additions: readonly NewBinding[],
  beside: readonly string[],
  indent: string,
  style: Style,
): readonly string[] {
  const groups: { readonly head: readonly PathName[]; readonly members: NewBinding[] }[] = [];
  for (const addition of additions) {
    const names = Math.max(1, addition.path.length - 1);
    const dotted = beside.length > names && addition.path.slice(0, names).every((name, index) => name.key === beside[index]);
    const head = dotted ? addition.path : addition.path.slice(0, names);
    const same = groups.find((group) => sameNames(group.head, head));
    if (same && head.length < addition.path.length) same.members.push(addition);
    else groups.push({ head, members: [addition] });
  }
  return groups.map(({ head, members }) => render(head, members, indent, style));
}

/** The text of a new set on one line. */
export function renderSetInline(members: readonly NewBinding[], style: Style): string {
  const bindings = members.map(({ path, value }) => `${path.map((name) => name.text).join('.')} = ${value.inline(style)};`);
  return `{${style.setPadding}${bindings.join(' ')}${style.setPadding}}`;
}

/** Behind the opening brace of a set. */
export function openBrace(source: NixSource, set: AttrsExpr): number {
  let at = set.start;
  if (set.recursive) {
    at = trailingEnd(source, at + 'rec'.length, set.end);
    at = source.text.indexOf('{', at);
  }
  return at + 1;
}

function intoEmptySet(source: NixSource, set: AttrsExpr, open: number, planned: readonly Planned[], style: Style): readonly TextEdit[] {
  const { text } = source;
  const outer = indentAt(text, set.start);
  const inside = { start: open, end: set.end - 1 };
  const last = commentsWithin(source, inside).at(-1);
  const inner = last && isFirstOnLine(text, last.start) ? indentAt(text, last.start) : outer + style.unit;
  const lines = planned.map(({ head, members }) => style.eol + inner + render(head, members, inner, style)).join('');
  if (!last) return [{ start: inside.start, end: inside.end, newText: lines + style.eol + outer }];
  const closesLine = endsLine(text, last.end);
  return [{ start: last.end, end: last.end, newText: lines + (closesLine ? '' : style.eol + outer) }];
}

/** A set on one line stays there when that is how this text has sets; else each binding gets its own line. */
function intoOneLine(source: NixSource, set: AttrsExpr, open: number, planned: readonly Planned[], style: Style): readonly TextEdit[] {
  const { text } = source;
  const outer = indentAt(text, set.start);
  const whole = text.slice(set.start, set.end);
  const flat = planned.map((item) => ({ ...item, written: render(item.head, item.members, outer, style) }));
  const added = flat.reduce((length, item) => length + item.written.length + 1, 0);
  const fits = lineEnd(text, set.start) - lineStart(text, set.start) + added <= LINE_WIDTH;
  const short = style.longSetsOnOneLine === 'yes' && fits && !flat.some((item) => item.written.includes('\n'));
  if (short || whole.includes('\n') || commentsWithin(source, set).length > 0) {
    return flat.map(({ anchor, written }) => {
      const at = anchor ? anchor.end : open;
      return { start: at, end: at, newText: ` ${written}${/^\s/.test(text.slice(at)) || !anchor ? '' : ' '}` };
    });
  }
  const inner = outer + style.unit;
  const edits: TextEdit[] = [];
  for (let gap = 0; gap <= set.bindings.length; gap++) {
    const previous = gap === 0 ? null : (set.bindings[gap - 1] ?? null);
    const start = previous?.end ?? open;
    const end = set.bindings[gap]?.start ?? set.end - 1;
    const here = planned.filter(({ anchor }) => anchor === previous);
    const lines = here.map(({ head, members }) => style.eol + inner + render(head, members, inner, style));
    edits.push({ start, end, newText: lines.join('') + style.eol + (end === set.end - 1 ? outer : inner) });
  }
  return edits;
}
