import type { SourceRange } from './source.ts';

/**
 * Nix expressions as plain immutable objects, free of the parser: a tree lives only as long as it takes to make these.
 * Every node knows its range; `error` stands where the text could not be read.
 */
export type Expr =
  | VariableExpr
  | NumberExpr
  | StringExpr
  | PathExpr
  | ListExpr
  | AttrsExpr
  | LetExpr
  | FunctionExpr
  | ApplyExpr
  | SelectExpr
  | HasAttrExpr
  | UnaryExpr
  | BinaryExpr
  | IfExpr
  | WithExpr
  | AssertExpr
  | ParenExpr
  | ErrorExpr;

export interface VariableExpr extends SourceRange {
  readonly kind: 'variable';
  readonly name: string;
}

export interface NumberExpr extends SourceRange {
  readonly kind: 'integer' | 'float';
  readonly text: string;
}

/** Text is cooked: escapes resolved and, in indented strings, indentation stripped. */
export type StringPart = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'interpolation'; readonly expr: Expr };

export interface StringExpr extends SourceRange {
  readonly kind: 'string';
  readonly indented: boolean;
  readonly parts: readonly StringPart[];
}

export interface PathExpr extends SourceRange {
  readonly kind: 'path';
  /** `./x` and `/x`; `~/x`; `<nixpkgs>`; a bare URI, which is a string. */
  readonly flavour: 'path' | 'home' | 'search' | 'uri';
  readonly parts: readonly StringPart[];
}

export interface ListExpr extends SourceRange {
  readonly kind: 'list';
  readonly elements: readonly Expr[];
}

/** An attribute name; `dynamic` holds the expression of `${…}` or of a string with interpolation. */
export type AttrName =
  | (SourceRange & { readonly kind: 'static'; readonly name: string; readonly quoted: boolean })
  | (SourceRange & { readonly kind: 'dynamic'; readonly expr: Expr });

export type Binding =
  | (SourceRange & { readonly kind: 'binding'; readonly path: readonly AttrName[]; readonly value: Expr })
  | (SourceRange & { readonly kind: 'inherit'; readonly from: Expr | null; readonly names: readonly AttrName[] });

export interface AttrsExpr extends SourceRange {
  readonly kind: 'attrs';
  readonly recursive: boolean;
  readonly bindings: readonly Binding[];
}

/** `let … in body`; the old form `let { …; body = …; }` has a null body. */
export interface LetExpr extends SourceRange {
  readonly kind: 'let';
  readonly bindings: readonly Binding[];
  readonly body: Expr | null;
}

export interface Formal extends SourceRange {
  readonly name: string;
  readonly fallback: Expr | null;
}

export interface FunctionExpr extends SourceRange {
  readonly kind: 'function';
  /** The name in `x: …` or of `@x`. */
  readonly parameter: string | null;
  readonly formals: { readonly entries: readonly Formal[]; readonly ellipsis: boolean } | null;
  readonly body: Expr;
}

export interface ApplyExpr extends SourceRange {
  readonly kind: 'apply';
  readonly fn: Expr;
  readonly argument: Expr;
}

export interface SelectExpr extends SourceRange {
  readonly kind: 'select';
  readonly subject: Expr;
  readonly path: readonly AttrName[];
  readonly fallback: Expr | null;
}

export interface HasAttrExpr extends SourceRange {
  readonly kind: 'hasAttr';
  readonly subject: Expr;
  readonly path: readonly AttrName[];
}

export interface UnaryExpr extends SourceRange {
  readonly kind: 'unary';
  readonly operator: string;
  readonly operand: Expr;
}

export interface BinaryExpr extends SourceRange {
  readonly kind: 'binary';
  readonly operator: string;
  readonly left: Expr;
  readonly right: Expr;
}

export interface IfExpr extends SourceRange {
  readonly kind: 'if';
  readonly condition: Expr;
  readonly consequence: Expr;
  readonly alternative: Expr;
}

export interface WithExpr extends SourceRange {
  readonly kind: 'with';
  readonly environment: Expr;
  readonly body: Expr;
}

export interface AssertExpr extends SourceRange {
  readonly kind: 'assert';
  readonly condition: Expr;
  readonly body: Expr;
}

export interface ParenExpr extends SourceRange {
  readonly kind: 'paren';
  readonly inner: Expr;
}

export interface ErrorExpr extends SourceRange {
  readonly kind: 'error';
  readonly reason: string;
}

/** The expression inside any number of parentheses. */
export function unparen(expr: Expr): Expr {
  let inner = expr;
  while (inner.kind === 'paren') inner = inner.inner;
  return inner;
}

/** The text of a string without interpolation, else null. */
export function literalString(expr: Expr): string | null {
  if (expr.kind !== 'string') return null;
  let text = '';
  for (const part of expr.parts) {
    if (part.kind !== 'text') return null;
    text += part.text;
  }
  return text;
}

/** What a literal is a value of, as {@link literalType} tells it. */
export type LiteralType = 'string' | 'path' | 'list' | 'int' | 'float' | 'bool' | 'null';

/**
 * The type of an expression that has the same type whatever else is written anywhere; null for all others. `true`, `false` and `null` are
 * names that might be bound anew: whoever evaluates them has to look.
 */
export function literalType(expr: Expr): LiteralType | null {
  switch (expr.kind) {
    case 'list':
      return 'list';
    case 'integer':
      return 'int';
    case 'float':
      return 'float';
    case 'string':
      return literalString(expr) === null ? null : 'string';
    case 'path':
      return expr.flavour === 'path' && expr.parts.every(({ kind }) => kind === 'text') ? 'path' : null;
    case 'variable':
      if (expr.name === 'true' || expr.name === 'false') return 'bool';
      return expr.name === 'null' ? 'null' : null;
    default:
      return null;
  }
}

/** Direct subexpressions in source order, those of attribute names and bindings included. */
export function children(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'string':
    case 'path':
      return expr.parts.flatMap((part) => (part.kind === 'interpolation' ? [part.expr] : []));
    case 'list':
      return expr.elements;
    case 'attrs':
      return expr.bindings.flatMap(bindingChildren);
    case 'let':
      return [...expr.bindings.flatMap(bindingChildren), ...(expr.body ? [expr.body] : [])];
    case 'function':
      return [...(expr.formals?.entries.flatMap((formal) => formal.fallback ?? []) ?? []), expr.body];
    case 'apply':
      return [expr.fn, expr.argument];
    case 'select':
      return [expr.subject, ...expr.path.flatMap(nameChildren), ...(expr.fallback ? [expr.fallback] : [])];
    case 'hasAttr':
      return [expr.subject, ...expr.path.flatMap(nameChildren)];
    case 'unary':
      return [expr.operand];
    case 'binary':
      return [expr.left, expr.right];
    case 'if':
      return [expr.condition, expr.consequence, expr.alternative];
    case 'with':
      return [expr.environment, expr.body];
    case 'assert':
      return [expr.condition, expr.body];
    case 'paren':
      return [expr.inner];
    case 'variable':
    case 'integer':
    case 'float':
    case 'error':
      return [];
  }
}

function bindingChildren(binding: Binding): readonly Expr[] {
  if (binding.kind === 'inherit') return [...(binding.from ? [binding.from] : []), ...binding.names.flatMap(nameChildren)];
  return [...binding.path.flatMap(nameChildren), binding.value];
}

function nameChildren(name: AttrName): readonly Expr[] {
  return name.kind === 'dynamic' ? [name.expr] : [];
}
