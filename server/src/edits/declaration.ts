import { children, literalString, unparen, type AttrName, type AttrsExpr, type Binding, type Expr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { SourceRange } from '../syntax/source.ts';

export type ValueBinding = Extract<Binding, { readonly kind: 'binding' }>;

/** What an expression of an attribute name comes to, when someone knows (the evaluator); null when not. */
export type NameResolver = (expr: Expr) => string | null;

/** Where a storage is declared. */
export interface Declaration {
  readonly binding: ValueBinding;
  /** The set that holds the binding. */
  readonly owner: AttrsExpr;
  /** Expressions around the binding, outermost first; the last is the owner. */
  readonly ancestors: readonly Expr[];
  /** How many names of the binding's path lead to the storage: 3 for `environment.persistence."/persist".directories`. */
  readonly storageDepth: number;
}

/** Names below a storage, as far as they tell where its own name ends. */
const STORAGE_ATTRIBUTES: ReadonlySet<string> = new Set(['directories', 'files', 'users', 'enable', 'hideMounts', 'persistentStoragePath']);

/**
 * Finds the binding that stands at `range`: from its attribute path to the end of its value, or to its semicolon. Null when there is
 * none, as after the text has changed.
 */
export function findDeclaration(source: NixSource, range: SourceRange): Declaration | null {
  const ancestors: Expr[] = [];
  for (let node: Expr | undefined = source.root; node;) {
    ancestors.push(node);
    if (node.kind === 'attrs') {
      const binding = node.bindings.find(
        (candidate): candidate is ValueBinding =>
          candidate.kind === 'binding' &&
          candidate.start === range.start &&
          (candidate.end === range.end || candidate.value.end === range.end),
      );
      if (binding) return { binding, owner: node, ancestors, storageDepth: storageDepth(binding.path) };
    }
    node = children(node).find((child) => child.start <= range.start && range.end <= child.end);
  }
  return null;
}

function storageDepth(path: readonly AttrName[]): number {
  const option = path.findLastIndex((name) => name.kind === 'static' && (name.name === 'persistence' || name.name === 'preserveAt'));
  if (option >= 0 && option + 1 < path.length) return option + 2;
  const attribute = path.findIndex(
    (name, index) => index > 0 && name.kind === 'static' && !name.quoted && STORAGE_ATTRIBUTES.has(name.name),
  );
  return attribute > 0 ? attribute : path.length;
}

/** Two names are surely the same: equal text, or for computed ones the same expression. */
export function nameKey(source: NixSource, name: AttrName): string {
  return name.kind === 'static' ? `=${name.name}` : `$${source.text.slice(name.expr.start, name.expr.end)}`;
}

/** The text of a name, where it can be told: as it is written, of a variable that is bound to a string, or from `resolve`. */
export function nameText(name: AttrName, scopes: readonly Expr[], resolve: NameResolver | null): string | null {
  if (name.kind === 'static') return name.name;
  const expr = unparen(name.expr);
  const only = expr.kind === 'string' && expr.parts.length === 1 ? expr.parts[0] : undefined;
  const inner = only?.kind === 'interpolation' ? unparen(only.expr) : expr;
  if (inner.kind === 'variable') {
    const bound = lookup(inner.name, scopes);
    const text = bound?.value ? literalString(unparen(bound.value)) : null;
    if (text !== null) return text;
  }
  return resolve?.(name.expr) ?? null;
}

/** What binds a name: `value` is null for all that is no plain `let x = …;`. */
export interface Bound {
  readonly value: Expr | null;
  /** The `let`, or whatever else binds it. */
  readonly by: Expr;
  /** Scopes of the value. */
  readonly scopes: readonly Expr[];
  /** `inherit (from) name` binds it. */
  readonly inheritedFrom: Expr | null;
}

/** Looks a variable up in the expressions around its place. Null when none of them binds it (it comes from `with`, or is built in). */
export function lookup(name: string, scopes: readonly Expr[]): Bound | null {
  for (let depth = scopes.length - 1; depth >= 0; depth--) {
    const scope = scopes[depth];
    if (!scope) continue;
    const around = scopes.slice(0, depth + 1);
    if (scope.kind === 'function') {
      const formal = scope.formals?.entries.some((entry) => entry.name === name) ?? false;
      if (formal || scope.parameter === name) return { value: null, by: scope, scopes: around, inheritedFrom: null };
    }
    if (scope.kind !== 'let' && !(scope.kind === 'attrs' && scope.recursive)) continue;
    for (const binding of scope.bindings) {
      if (binding.kind === 'inherit') {
        if (binding.names.some((bound) => bound.kind === 'static' && bound.name === name))
          return { value: null, by: scope, scopes: around, inheritedFrom: binding.from };
        continue;
      }
      const first = binding.path[0];
      if (first?.kind !== 'static' || first.name !== name) continue;
      const value = scope.kind === 'let' && binding.path.length === 1 ? binding.value : null;
      return { value, by: scope, scopes: around, inheritedFrom: null };
    }
  }
  return null;
}

/** How often a name is used inside an expression, whatever binds it there. */
export function countUses(name: string, within: Expr): number {
  let uses = 0;
  const stack: Expr[] = [within];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.kind === 'variable' && node.name === name) uses++;
    if (node.kind === 'attrs' || node.kind === 'let') {
      for (const binding of node.bindings) {
        if (binding.kind === 'inherit' && !binding.from && binding.names.some((used) => used.kind === 'static' && used.name === name))
          uses++;
      }
    }
    for (const child of children(node)) stack.push(child);
  }
  return uses;
}
