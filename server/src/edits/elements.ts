import { literalString, unparen, type Expr } from '../syntax/ast.ts';

/** The attributes that hold the path of an entry written as a set. */
const PATH_ATTRIBUTES: ReadonlySet<string> = new Set(['directory', 'file']);

/** What a list element keeps, as it is written: a string, or a set's `directory` or `file`. Null when it is no literal. */
export function elementKey(element: Expr): string | null {
  const expr = unparen(element);
  if (expr.kind !== 'attrs') return literalString(expr);
  for (const binding of expr.bindings) {
    if (binding.kind !== 'binding' || binding.path.length !== 1) continue;
    const name = binding.path[0];
    if (name?.kind === 'static' && PATH_ATTRIBUTES.has(name.name)) return literalString(unparen(binding.value));
  }
  return null;
}

/** Two paths are the same entry when they differ in slashes only. */
export function comparablePath(path: string): string {
  const normal = path.replace(/\/{2,}/g, '/');
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

/** The elements of `elements` that keep this very path. */
export function holdsPath(elements: readonly Expr[], path: string): boolean {
  const wanted = comparablePath(path);
  return elements.some((element) => {
    const key = elementKey(element);
    return key !== null && comparablePath(key) === wanted;
  });
}
