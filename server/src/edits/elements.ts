import { literalString, unparen, type AttrsExpr, type Expr } from '../syntax/ast.ts';

/** The attributes that hold the path of an entry written as a set. */
const PATH_ATTRIBUTES: ReadonlySet<string> = new Set(['directory', 'file']);

/** The value of the attribute that holds the path of an entry written as a set; null when there is none. */
export function pathValue(set: AttrsExpr): Expr | null {
  for (const binding of set.bindings) {
    const [name, ...more] = binding.kind === 'binding' ? binding.path : [];
    if (binding.kind === 'binding' && more.length === 0 && name?.kind === 'static' && PATH_ATTRIBUTES.has(name.name))
      return unparen(binding.value);
  }
  return null;
}

/** What a list element keeps, as it is written: a string, or a set's `directory` or `file`. Null when it is no literal. */
export function elementKey(element: Expr): string | null {
  const expr = unparen(element);
  const path = expr.kind === 'attrs' ? pathValue(expr) : expr;
  return path && literalString(path);
}

/** Two paths are the same entry when they differ in slashes only. */
export function comparablePath(path: string): string {
  const normal = path.replace(/\/{2,}/g, '/');
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}

/** Whether one of the elements keeps this very path. */
export function holdsPath(elements: readonly Expr[], path: string): boolean {
  const wanted = comparablePath(path);
  return elements.some((element) => {
    const key = elementKey(element);
    return key !== null && comparablePath(key) === wanted;
  });
}
