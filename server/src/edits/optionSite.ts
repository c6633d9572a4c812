import { unparen, type AttrName, type AttrsExpr, type Expr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { SourceRange } from '../syntax/source.ts';
import { definitionCall } from './calls.ts';
import { findDeclaration, type ValueBinding } from './declaration.ts';

/** A definition in this text, and the option path that it is known to have. */
export interface Anchor {
  /** As for a declaration: the binding, to the end of its value or its semicolon. */
  readonly range: SourceRange;
  readonly option: readonly string[];
}

/** The set in which a module defines its options, and names before those of the options (`config`). */
export interface ModuleSet {
  readonly set: AttrsExpr;
  readonly prefix: readonly string[];
}

/**
 * The set that holds the options of a module: of `anchor`, the one from which its names lead to its option, so that a condition over
 * the anchor is over what is put there; else that of the file. Null when the file is no module with a set of its own.
 */
export function moduleSet(source: NixSource, anchor: Anchor | null): ModuleSet | null {
  if (!anchor) return setOf(source.root);
  const found = findDeclaration(source, anchor.range);
  if (!found) return null;
  let names: readonly AttrName[] = [];
  let inner = found.binding.value.start;
  for (const outer of found.ancestors.toReversed()) {
    if (outer.kind !== 'attrs') continue;
    const start = inner;
    const binding = outer.bindings.find(
      (each): each is ValueBinding => each.kind === 'binding' && each.value.start <= start && start < each.value.end,
    );
    if (!binding) return null;
    names = [...binding.path, ...names];
    const at = beginOf(names, anchor.option);
    if (at >= 0) {
      const prefix = names.slice(0, at).flatMap((name) => (name.kind === 'static' ? [name.name] : []));
      return prefix.length === at ? { set: outer, prefix } : null;
    }
    inner = outer.start;
  }
  return null;
}

/** At which of the names an option's own begin; computed ones may be any. -1 when they don't. */
function beginOf(names: readonly AttrName[], option: readonly string[]): number {
  for (let at = 0; at + option.length <= names.length; at++) {
    if (option.every((wanted, index) => isName(names[at + index], wanted) || (index > 0 && names[at + index]?.kind === 'dynamic')))
      return at;
  }
  return -1;
}

function isName(name: AttrName | undefined, wanted: string): boolean {
  return name?.kind === 'static' && name.name === wanted;
}

/** The set that a module file comes to; its `config` where it has one. */
function setOf(root: Expr): ModuleSet | null {
  const set = body(root);
  if (set?.kind !== 'attrs') return null;
  const named = (name: string): ValueBinding | undefined =>
    set.bindings.find((each): each is ValueBinding => each.kind === 'binding' && isName(each.path[0], name));
  const config = named('config');
  if (config?.path.length === 1) {
    const value = body(config.value);
    return value?.kind === 'attrs' ? { set: value, prefix: [] } : null;
  }
  return { set, prefix: config || named('options') ? ['config'] : [] };
}

function body(expr: Expr): Expr | null {
  let inner = unparen(expr);
  for (;;) {
    if (inner.kind === 'function' || inner.kind === 'with' || inner.kind === 'assert') inner = unparen(inner.body);
    else if (inner.kind === 'let' && inner.body) inner = unparen(inner.body);
    else if (inner.kind === 'apply') {
      const call = definitionCall(inner);
      if (call?.kind !== 'transparent') return null;
      inner = unparen(call.content);
    } else return inner;
  }
}

/** Where an option is, or could be, defined below a set. */
export type OptionSite =
  | { readonly kind: 'defined'; readonly binding: ValueBinding; readonly owner: AttrsExpr }
  /** In `set`, by the names `rest`. */
  | { readonly kind: 'free'; readonly set: AttrsExpr; readonly rest: readonly string[] }
  /** A binding on the way there that nothing can be added to. */
  | { readonly kind: 'stuck'; readonly at: SourceRange };

/** Follows literal sets as far as they lead to an option. */
export function findOption(set: AttrsExpr, option: readonly string[]): OptionSite {
  let best: OptionSite = { kind: 'free', set, rest: option };
  for (const binding of set.bindings) {
    if (binding.kind === 'inherit') {
      if (binding.names.some((name) => name.kind === 'static' && name.name === option[0])) return { kind: 'stuck', at: binding };
      continue;
    }
    const shared = Math.min(binding.path.length, option.length);
    if (!isNamed(binding, option.slice(0, shared))) continue;
    if (binding.path.length === option.length) return { kind: 'defined', binding, owner: set };
    if (binding.path.length > option.length) return { kind: 'stuck', at: binding };
    const value = unparen(binding.value);
    if (value.kind !== 'attrs' || value.recursive) return { kind: 'stuck', at: binding };
    const inner = findOption(value, option.slice(binding.path.length));
    if (inner.kind !== 'free') return inner;
    if (inner.rest.length < (best.kind === 'free' ? best.rest.length : Infinity)) best = inner;
  }
  return best;
}

function isNamed({ path }: ValueBinding, names: readonly string[]): boolean {
  return names.every((name, index) => isName(path[index], name));
}
