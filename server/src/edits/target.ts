import { children, literalString, unparen, type AttrsExpr, type Expr, type ListExpr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { SourceRange } from '../syntax/source.ts';
import { definitionCall } from './calls.ts';
import type { ValueBinding } from './declaration.ts';
import { pathValue } from './elements.ts';
import type { EditProblem } from './textEdit.ts';

/** Why a text can't be edited as a whole; null when it can. */
export function unreadable(source: NixSource): EditProblem | null {
  if (source.root.kind === 'error') return { problem: source.root.reason };
  return source.broken ? { problem: 'The file has a syntax error; correct it first.' } : null;
}

/** What stands at a range, with the expressions around it, outermost first. Null when nothing begins and ends there. */
function findExpr(source: NixSource, range: SourceRange): { readonly expr: Expr; readonly ancestors: readonly Expr[] } | null {
  const ancestors: Expr[] = [];
  for (let node: Expr | undefined = source.root; node;) {
    if (node.start === range.start && node.end === range.end) return { expr: node, ancestors };
    ancestors.push(node);
    node = children(node).find((child) => child.start <= range.start && range.end <= child.end);
  }
  return null;
}

/** An element of a literal list that keeps a path. */
export interface EntryTarget {
  readonly list: ListExpr;
  readonly index: number;
  /** The string that holds the path. */
  readonly path: Expr;
  /** The set that the entry is written as; null for a plain string. */
  readonly set: AttrsExpr | null;
  /** Expressions around the list, outermost first. */
  readonly ancestors: readonly Expr[];
}

/**
 * The entry whose path stands at `range` (the string itself). A problem when it is no element of a list: then it is made by an
 * expression, and what makes it has to be changed.
 */
export function findEntry(source: NixSource, range: SourceRange): EntryTarget | EditProblem {
  const broken = unreadable(source);
  if (broken) return broken;
  const found = findExpr(source, range);
  if (found?.expr.kind !== 'string') return { problem: 'The entry is no longer where it was.' };
  const path = found.expr;
  const around = [...found.ancestors];
  const pop = (): Expr | undefined => {
    let outer = around.pop();
    while (outer?.kind === 'paren') outer = around.pop();
    return outer;
  };
  let holder = pop();
  const set = holder?.kind === 'attrs' && pathValue(holder) === path ? holder : null;
  if (set) holder = pop();
  const element = set ?? path;
  const index = holder?.kind === 'list' ? holder.elements.findIndex((each) => unparen(each) === element) : -1;
  if (holder?.kind !== 'list' || index < 0) {
    const text = literalString(path) ?? source.text.slice(path.start, path.end);
    return { problem: `\`${text}\` is no element of a list, but made by an expression; change it there.` };
  }
  return { list: holder, index, path, set, ancestors: around };
}

/**
 * Whether the elements of a list are entries as they stand: the list is the value of `directories` or `files`, through operators and
 * calls that leave elements as they are. Not so for `map f [ … ]`.
 */
export function isEntryList(entry: Pick<EntryTarget, 'list' | 'ancestors'>): boolean {
  return listBinding(entry) !== null;
}

/** The binding of `directories` or `files` whose value the list of an entry is, with its set; null when it is not that. */
export function listBinding({
  list,
  ancestors,
}: Pick<EntryTarget, 'list' | 'ancestors'>): { readonly binding: ValueBinding; readonly owner: AttrsExpr } | null {
  let inner: Expr = list;
  for (const outer of ancestors.toReversed()) {
    if (outer.kind === 'attrs') {
      const value = inner;
      const binding = outer.bindings.find((each): each is ValueBinding => each.kind === 'binding' && each.value === value);
      const name = binding?.path.at(-1);
      const isList = name?.kind === 'static' && (name.name === 'directories' || name.name === 'files');
      return binding && isList ? { binding, owner: outer } : null;
    }
    if (!passesOn(outer, inner)) return null;
    inner = outer;
  }
  return null;
}

function passesOn(outer: Expr, inner: Expr): boolean {
  switch (outer.kind) {
    case 'paren':
      return true;
    case 'binary':
      return outer.operator === '++';
    case 'if':
      return inner !== outer.condition;
    case 'let':
    case 'with':
    case 'assert':
      return outer.body === inner;
    case 'apply': {
      const call = definitionCall(outer);
      return call !== null && call.content === inner && !(call.kind === 'conditional' && call.name === 'optional');
    }
    // The argument of `mkMerge`.
    case 'list':
      return true;
    default:
      return false;
  }
}

/** A binding of a set that has exactly this path of plain names. */
export function findBinding(set: AttrsExpr, path: readonly string[]): ValueBinding | null {
  return (
    set.bindings.find(
      (binding): binding is ValueBinding =>
        binding.kind === 'binding' &&
        binding.path.length === path.length &&
        binding.path.every((name, index) => name.kind === 'static' && name.name === path[index]),
    ) ?? null
  );
}
