import { unparen, type ApplyExpr, type Expr } from '../syntax/ast.ts';

/** A call of a function of `lib` that says how a definition is to be taken. */
export type DefinitionCall =
  /** `mkIf c x`, `optionalAttrs c x`, `optionals c x`, `optional c x`. */
  | { readonly kind: 'conditional'; readonly name: string; readonly callee: Expr; readonly condition: Expr; readonly content: Expr }
  /** `mkMerge x`. */
  | { readonly kind: 'merge'; readonly callee: Expr; readonly content: Expr }
  /** `mkDefault x`, `mkOrder n x` and the like: a priority or an order, the value is `content`. */
  | { readonly kind: 'transparent'; readonly content: Expr };

const CONDITIONAL: ReadonlySet<string> = new Set(['mkIf', 'optionalAttrs', 'optionals', 'optional']);
const TRANSPARENT: ReadonlyMap<string, number> = new Map([
  ['mkDefault', 1],
  ['mkForce', 1],
  ['mkBefore', 1],
  ['mkAfter', 1],
  ['mkVMOverride', 1],
  ['mkOptionDefault', 1],
  ['mkOverride', 2],
  ['mkOrder', 2],
  ['id', 1],
]);

/** Reads a call by the last name of what is called, `lib.mkIf` and `mkIf` alike. Null for every other call. */
export function definitionCall(call: ApplyExpr): DefinitionCall | null {
  const inner = unparen(call.fn);
  if (inner.kind === 'apply') {
    const name = calleeName(inner.fn);
    if (name !== null && CONDITIONAL.has(name)) {
      return { kind: 'conditional', name, callee: unparen(inner.fn), condition: inner.argument, content: call.argument };
    }
    return name !== null && TRANSPARENT.get(name) === 2 ? { kind: 'transparent', content: call.argument } : null;
  }
  const name = calleeName(inner);
  if (name === 'mkMerge') return { kind: 'merge', callee: inner, content: call.argument };
  return name !== null && TRANSPARENT.get(name) === 1 ? { kind: 'transparent', content: call.argument } : null;
}

function calleeName(expr: Expr): string | null {
  const callee = unparen(expr);
  if (callee.kind === 'variable') return callee.name;
  const last = callee.kind === 'select' && !callee.fallback ? callee.path.at(-1) : undefined;
  return last?.kind === 'static' ? last.name : null;
}
