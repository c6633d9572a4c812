import type { ListExpr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import { comparablePath, holdsPath } from './elements.ts';
import type { ElementText } from './entryText.ts';
import { columnIndent, commentsWithin, endsLine, indentAt, isFirstOnLine, lineEnd, lineStart, trailingEnd } from './lines.ts';
import { orderElements, placeElement, type Placement } from './listOrder.ts';
import { LINE_WIDTH, type Style } from './style.ts';
import type { TextEdit } from './textEdit.ts';

/**
 * Edits that put new elements into a literal list: in the layout that the list has, at their sorted place where it is sorted, comments
 * where they are. Elements whose path the list holds already are left out; no edits when nothing is new.
 */
export function insertIntoList(source: NixSource, list: ListExpr, additions: readonly ElementText[], style: Style): readonly TextEdit[] {
  const fresh = unique(additions).filter((addition) => !holdsPath(list.elements, addition.key));
  if (fresh.length === 0) return [];
  const ordered = orderElements(fresh, list);
  const block = wantsBlocks(source, list, style) && ordered.some((element) => element.composite);
  if (list.elements.length === 0) return intoEmpty(source, list, ordered, style, block);
  const placed = ordered.map((element) => ({ element, placement: placeElement(source, list, element) }));
  if (hasSplitGaps(source, list)) return placed.map(({ element, placement }) => besideLine(source, list, element, placement, style, block));
  return splitsOnGrowth(source, list, ordered, style, block)
    ? split(source, list, placed, style, block)
    : placed.map(({ element, placement }) => inLine(source, list, element, placement, style));
}

/** The text of a new list of these elements for a line indented by `indent` on which `before` characters stand already. */
export function newList(elements: readonly ElementText[], style: Style, indent: string, before: number): string {
  const fresh = unique(elements);
  const inner = indent + style.unit;
  const inline = inlineList(fresh, style);
  const oneLine = fresh.length === 1 ? !style.splitsSingletons : style.longListsOnOneLine === 'yes' && fresh.length <= 3;
  const composite = fresh.some((element) => element.composite);
  const asBlock = composite && style.longSetsOnOneLine !== 'yes';
  if (oneLine && !composite && indent.length + before + inline.length < LINE_WIDTH) return inline;
  const lines = fresh.map((element) => inner + (asBlock ? element.block(style, inner) : element.inline(style)));
  return ['[', ...lines, `${indent}]`].join(style.eol);
}

/** The text of a list on one line. */
export function inlineList(elements: readonly ElementText[], style: Style): string {
  return `[${style.listPadding}${elements.map((element) => element.inline(style)).join(' ')}${style.listPadding}]`;
}

function unique(elements: readonly ElementText[]): readonly ElementText[] {
  const seen = new Set<string>();
  return elements.filter((element) => !seen.has(comparablePath(element.key)) && seen.add(comparablePath(element.key)));
}

/** Sets with several attributes stand on several lines here. */
export function wantsBlocks(source: NixSource, list: ListExpr, style: Style): boolean {
  const sets = list.elements.filter((element) => element.kind === 'attrs' && element.bindings.length > 1);
  if (sets.length === 0) return style.longSetsOnOneLine !== 'yes';
  return sets.some((set) => source.text.slice(set.start, set.end).includes('\n'));
}

function intoEmpty(source: NixSource, list: ListExpr, elements: readonly ElementText[], style: Style, block: boolean): readonly TextEdit[] {
  const { text } = source;
  const inside = { start: list.start + 1, end: list.end - 1 };
  const split = text.slice(inside.start, inside.end).includes('\n');
  const outer = indentAt(text, list.start);
  const last = commentsWithin(source, inside).at(-1);
  if (!last && !split) {
    const before = list.start - lineStart(text, list.start) - outer.length;
    return [{ start: list.start, end: list.end, newText: newList(elements, style, outer, before) }];
  }
  if (last && !split) return [{ start: last.end, end: last.end, newText: elements.map((element) => ` ${element.inline(style)}`).join('') }];
  const inner = last && isFirstOnLine(text, last.start) ? indentAt(text, last.start) : outer + style.unit;
  const lines = elements.map((element) => style.eol + inner + (block ? element.block(style, inner) : element.inline(style))).join('');
  if (!last) return [{ start: inside.start, end: inside.end, newText: lines + style.eol + outer }];
  return [{ start: last.end, end: last.end, newText: lines + (endsLine(text, last.end) ? '' : style.eol + outer) }];
}

/** The line breaks of the list lie between its elements, not only within them. */
export function hasSplitGaps(source: NixSource, list: ListExpr): boolean {
  let from = list.start + 1;
  for (const element of list.elements) {
    if (source.text.slice(from, element.start).includes('\n')) return true;
    from = element.end;
  }
  return source.text.slice(from, list.end).includes('\n');
}

function besideLine(
  source: NixSource,
  list: ListExpr,
  element: ElementText,
  { anchor, side }: Placement,
  style: Style,
  block: boolean,
): TextEdit {
  const { text } = source;
  const neighbour = list.elements[anchor];
  if (!neighbour) return { start: list.end - 1, end: list.end - 1, newText: ` ${element.inline(style)} ` };
  const indent = elementIndent(source, list, anchor);
  const written = block ? element.block(style, indent) : element.inline(style);
  if (side === 'before') {
    const sharesLine = !isFirstOnLine(text, neighbour.start) && anchor > 0;
    return {
      start: neighbour.start,
      end: neighbour.start,
      newText: sharesLine ? `${element.inline(style)} ` : written + style.eol + indent,
    };
  }
  const at = trailingEnd(source, neighbour.end, list.end);
  const next = list.elements[anchor + 1];
  const sharesLine = next !== undefined && !text.slice(at, next.start).includes('\n');
  return { start: at, end: at, newText: sharesLine ? ` ${element.inline(style)}` : style.eol + indent + written };
}

/** Indentation of a new line beside an element: that of the first element on its line. */
export function elementIndent(source: NixSource, list: ListExpr, index: number): string {
  const { text } = source;
  for (let i = index; i >= 0; i--) {
    const element = list.elements[i];
    if (!element) break;
    if (isFirstOnLine(text, element.start)) return indentAt(text, element.start);
    if (i === 0) return columnIndent(text, element.start);
  }
  return indentAt(text, list.start) + '  ';
}

function inLine(source: NixSource, list: ListExpr, element: ElementText, { anchor, side }: Placement, style: Style): TextEdit {
  const neighbour = list.elements[anchor];
  const written = element.inline(style);
  if (neighbour && side === 'before') return { start: neighbour.start, end: neighbour.start, newText: `${written} ` };
  const at = neighbour ? trailingEnd(source, neighbour.end, list.end) : list.end - 1;
  return { start: at, end: at, newText: ` ${written}` };
}

/** A list on one line goes to several when it gets too long, or when that is how this text has lists of several elements. */
function splitsOnGrowth(source: NixSource, list: ListExpr, elements: readonly ElementText[], style: Style, block: boolean): boolean {
  const { text } = source;
  if (text.slice(list.start, list.end).includes('\n') || commentsWithin(source, list).length > 0) return false;
  if (block) return true;
  if (list.elements.length === 1 && style.longListsOnOneLine === 'no') return true;
  const added = elements.reduce((length, element) => length + element.inline(style).length + 1, 0);
  return lineEnd(text, list.start) - lineStart(text, list.start) + added > LINE_WIDTH;
}

function split(
  source: NixSource,
  list: ListExpr,
  placed: readonly { readonly element: ElementText; readonly placement: Placement }[],
  style: Style,
  block: boolean,
): readonly TextEdit[] {
  const outer = indentAt(source.text, list.start);
  const inner = outer + style.unit;
  const edits: TextEdit[] = [];
  for (let gap = 0; gap <= list.elements.length; gap++) {
    const start = gap === 0 ? list.start + 1 : (list.elements[gap - 1]?.end ?? list.end - 1);
    const end = list.elements[gap]?.start ?? list.end - 1;
    const here = placed.filter(({ placement }) => (placement.side === 'before' ? placement.anchor : placement.anchor + 1) === gap);
    const lines = here.map(({ element }) => style.eol + inner + (block ? element.block(style, inner) : element.inline(style)));
    edits.push({ start, end, newText: lines.join('') + style.eol + (end === list.end - 1 ? outer : inner) });
  }
  return edits;
}
