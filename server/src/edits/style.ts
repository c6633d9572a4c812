import { children, type Expr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import { indentAt } from './lines.ts';

/** How a text is laid out, as far as it shows. */
export interface Style {
  readonly eol: '\n' | '\r\n';
  /** One step of indentation. */
  readonly unit: string;
  /** Between the brackets and the elements of a list on one line: nothing where alejandra has formatted. */
  readonly listPadding: '' | ' ';
  readonly setPadding: '' | ' ';
  /** Lists of several elements on one line are seen (`yes`), only ones on several lines (`no`, as nixfmt does it), or neither. */
  readonly longListsOnOneLine: 'yes' | 'no' | 'unknown';
  /** The same of sets with several bindings. */
  readonly longSetsOnOneLine: 'yes' | 'no' | 'unknown';
  /** Lists with one element on several lines are seen and none on one line. */
  readonly splitsSingletons: boolean;
}

/** No line is made longer than this where there is another way; the width of nixfmt. */
export const LINE_WIDTH = 100;

interface Count {
  one: number;
  several: number;
}

/** Reads the layout off a text; what the text does not show is taken as nixfmt has it. */
export function detectStyle(source: NixSource): Style {
  const { text } = source;
  const lists: Count = { one: 0, several: 0 };
  const sets: Count = { one: 0, several: 0 };
  const singletons: Count = { one: 0, several: 0 };
  const listPadding = { tight: 0, padded: 0 };
  const setPadding = { tight: 0, padded: 0 };
  const units = new Map<string, number>();
  const stack: Expr[] = [source.root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    for (const child of children(node)) stack.push(child);
    if (node.kind !== 'list' && node.kind !== 'attrs') continue;
    const items = node.kind === 'list' ? node.elements : node.bindings;
    const [first, second] = items;
    if (!first) continue;
    const open = node.kind === 'list' ? node.start + 1 : text.lastIndexOf('{', first.start) + 1;
    const gap = text.slice(open, first.start);
    const split = gap.includes('\n');
    if (split) {
      const outer = indentAt(text, node.start);
      const inner = indentAt(text, first.start);
      if (inner.length > outer.length && inner.startsWith(outer)) {
        const unit = inner.slice(outer.length);
        units.set(unit, (units.get(unit) ?? 0) + 1);
      }
    } else if (!text.slice(first.start, first.end).includes('\n')) {
      const padding = node.kind === 'list' ? listPadding : setPadding;
      if (gap === '') padding.tight++;
      else padding.padded++;
    }
    const count = !second ? (node.kind === 'list' ? singletons : null) : node.kind === 'list' ? lists : sets;
    if (!count) continue;
    if (split || (second && text.slice(first.end, second.start).includes('\n'))) count.several++;
    else count.one++;
  }
  return {
    eol: /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n',
    unit: mostFrequent(units) ?? '  ',
    listPadding: listPadding.tight > listPadding.padded ? '' : ' ',
    setPadding: setPadding.tight > setPadding.padded ? '' : ' ',
    longListsOnOneLine: verdict(lists),
    longSetsOnOneLine: verdict(sets),
    splitsSingletons: singletons.several > 0 && singletons.one === 0,
  };
}

function verdict(count: Count): 'yes' | 'no' | 'unknown' {
  if (count.one > 0) return 'yes';
  return count.several > 0 ? 'no' : 'unknown';
}

function mostFrequent(counts: ReadonlyMap<string, number>): string | null {
  let best: string | null = null;
  for (const [key, count] of counts) if (best === null || count > (counts.get(best) ?? 0)) best = key;
  return best;
}
