import { literalString, type AttrName, type Binding, type Expr, type Formal, type StringPart } from './ast.ts';
import type { RawNode } from './rawTree.ts';
import { cookIndentedString, cookString } from './strings.ts';

/** Nesting beyond this is answered with an `error` expression: the stack must hold whatever the text says. */
const MAX_DEPTH = 1500;

const OPERATOR = /\+\+|\/\/|<\||\|>|->|==|!=|<=|>=|&&|\|\||[-+*/<>]/;

/** Turns the concrete tree of `text` into expressions. Total: whatever could not be parsed becomes `error`. */
export function lower(root: RawNode, text: string): Expr {
  return new Lowering(text).source(root);
}

class Lowering {
  readonly #text: string;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  source(root: RawNode): Expr {
    const expression = field(root, 'expression') ?? root.children.find((child) => child.type !== 'ERROR');
    if (expression) return this.expr(expression);
    return error(root, this.#text.trim() === '' ? 'the file is empty' : 'the file is not a Nix expression');
  }

  expr(node: RawNode | undefined, within?: RawNode): Expr {
    if (!node) return error(within ?? { start: 0, end: 0 }, 'an expression is missing');
    if (node.missing) return error(node, 'an expression is missing');
    if (++this.#depth > MAX_DEPTH) {
      this.#depth--;
      return error(node, 'nested too deeply');
    }
    const result = this.#expr(node);
    this.#depth--;
    return result;
  }

  #expr(node: RawNode): Expr {
    const { start, end } = node;
    switch (node.type) {
      case 'variable_expression': {
        const name = node.children[0];
        return name?.missing ? error(node, 'an expression is missing') : { kind: 'variable', name: this.#slice(node), start, end };
      }
      case 'integer_expression':
        return { kind: 'integer', text: this.#slice(node), start, end };
      case 'float_expression':
        return { kind: 'float', text: this.#slice(node), start, end };
      case 'string_expression':
        return {
          kind: 'string',
          indented: false,
          parts: this.#stringParts(node, 1, (pieces) => pieces.map((p) => p && cookString(p))),
          start,
          end,
        };
      case 'indented_string_expression':
        return { kind: 'string', indented: true, parts: this.#stringParts(node, 2, cookIndentedString), start, end };
      case 'path_expression':
        return { kind: 'path', flavour: 'path', parts: this.#stringParts(node, 0, (pieces) => pieces), start, end };
      case 'hpath_expression':
        return { kind: 'path', flavour: 'home', parts: this.#stringParts(node, 0, (pieces) => pieces), start, end };
      case 'spath_expression':
        return { kind: 'path', flavour: 'search', parts: [{ kind: 'text', text: this.#slice(node) }], start, end };
      case 'uri_expression':
        return { kind: 'path', flavour: 'uri', parts: [{ kind: 'text', text: this.#slice(node) }], start, end };
      case 'parenthesized_expression':
        return { kind: 'paren', inner: this.expr(field(node, 'expression'), node), start, end };
      case 'list_expression':
        return { kind: 'list', elements: fields(node, 'element').map((element) => this.expr(element)), start, end };
      case 'attrset_expression':
      case 'rec_attrset_expression':
        return { kind: 'attrs', recursive: node.type.startsWith('rec'), bindings: this.#bindings(node), start, end };
      case 'let_attrset_expression':
        return { kind: 'let', bindings: this.#bindings(node), body: null, start, end };
      case 'let_expression':
        return { kind: 'let', bindings: this.#bindings(node), body: this.expr(field(node, 'body'), node), start, end };
      case 'function_expression':
        return this.#function(node);
      case 'apply_expression':
        return {
          kind: 'apply',
          fn: this.expr(field(node, 'function'), node),
          argument: this.expr(field(node, 'argument'), node),
          start,
          end,
        };
      case 'select_expression': {
        const fallback = field(node, 'default');
        return {
          kind: 'select',
          subject: this.expr(field(node, 'expression'), node),
          path: this.#attrPath(field(node, 'attrpath')),
          fallback: fallback ? this.expr(fallback) : null,
          start,
          end,
        };
      }
      case 'has_attr_expression':
        return {
          kind: 'hasAttr',
          subject: this.expr(field(node, 'expression'), node),
          path: this.#attrPath(field(node, 'attrpath')),
          start,
          end,
        };
      case 'unary_expression':
        return { kind: 'unary', operator: this.#text.charAt(start), operand: this.expr(field(node, 'argument'), node), start, end };
      case 'binary_expression':
        return {
          kind: 'binary',
          operator: this.#operatorBetween(field(node, 'left'), field(node, 'right')),
          left: this.expr(field(node, 'left'), node),
          right: this.expr(field(node, 'right'), node),
          start,
          end,
        };
      case 'if_expression':
        return {
          kind: 'if',
          condition: this.expr(field(node, 'condition'), node),
          consequence: this.expr(field(node, 'consequence'), node),
          alternative: this.expr(field(node, 'alternative'), node),
          start,
          end,
        };
      case 'with_expression':
        return {
          kind: 'with',
          environment: this.expr(field(node, 'environment'), node),
          body: this.expr(field(node, 'body'), node),
          start,
          end,
        };
      case 'assert_expression':
        return {
          kind: 'assert',
          condition: this.expr(field(node, 'condition'), node),
          body: this.expr(field(node, 'body'), node),
          start,
          end,
        };
      default:
        return error(node, 'syntax error');
    }
  }

  #slice(node: { readonly start: number; readonly end: number }): string {
    return this.#text.slice(node.start, node.end);
  }

  /** The operator is what stands between its operands besides white space and comments. */
  #operatorBetween(left: RawNode | undefined, right: RawNode | undefined): string {
    if (!left || !right) return '';
    const between = this.#text.slice(left.end, right.start);
    return OPERATOR.exec(between.replace(/#.*|\/\*[\s\S]*?\*\//g, ' '))?.[0] ?? '';
  }

  /** Lexes the text between the interpolations itself: the parser's own string tokens differ from Nix in corner cases. */
  #stringParts(
    node: RawNode,
    quote: number,
    cook: (pieces: readonly (string | null)[]) => readonly (string | null)[],
  ): readonly StringPart[] {
    const pieces: (string | null)[] = [];
    const interpolations: RawNode[] = [];
    let from = node.start + quote;
    const end = Math.max(from, node.end - quote);
    for (const child of node.children) {
      if (child.type !== 'interpolation') continue;
      pieces.push(this.#text.slice(from, child.start), null);
      interpolations.push(child);
      from = child.end;
    }
    pieces.push(this.#text.slice(from, end));
    const parts: StringPart[] = [];
    let next = 0;
    for (const piece of cook(pieces)) {
      if (piece === null) {
        const interpolation = interpolations[next++];
        parts.push({ kind: 'interpolation', expr: this.expr(interpolation && field(interpolation, 'expression'), interpolation ?? node) });
      } else if (piece !== '') {
        parts.push({ kind: 'text', text: piece });
      }
    }
    return parts;
  }

  #attrName(node: RawNode): AttrName {
    const { start, end } = node;
    if (node.type === 'identifier') return { kind: 'static', name: this.#slice(node), quoted: false, start, end };
    if (node.type === 'interpolation') {
      const inner = this.expr(field(node, 'expression'), node);
      const name = literalString(inner);
      return name === null ? { kind: 'dynamic', expr: inner, start, end } : { kind: 'static', name, quoted: true, start, end };
    }
    const string = this.expr(node);
    const name = literalString(string);
    return name === null ? { kind: 'dynamic', expr: string, start, end } : { kind: 'static', name, quoted: true, start, end };
  }

  #attrPath(node: RawNode | undefined): readonly AttrName[] {
    return node ? fields(node, 'attr').map((attr) => this.#attrName(attr)) : [];
  }

  #bindings(node: RawNode): readonly Binding[] {
    const bindings: Binding[] = [];
    for (const set of node.children) {
      if (set.type !== 'binding_set') continue;
      for (const child of set.children) {
        const { start, end } = child;
        if (child.type === 'binding') {
          const path = this.#attrPath(field(child, 'attrpath'));
          if (path.length > 0) bindings.push({ kind: 'binding', path, value: this.expr(field(child, 'expression'), child), start, end });
        } else if (child.type === 'inherit' || child.type === 'inherit_from') {
          const from = child.type === 'inherit_from' ? this.expr(field(child, 'expression'), child) : null;
          bindings.push({ kind: 'inherit', from, names: this.#attrPath(field(child, 'attrs')), start, end });
        }
      }
    }
    return bindings;
  }

  #function(node: RawNode): Expr {
    const universal = field(node, 'universal');
    const formals = field(node, 'formals');
    return {
      kind: 'function',
      parameter: universal ? this.#slice(universal) : null,
      formals: formals
        ? { entries: fields(formals, 'formal').map((formal) => this.#formal(formal)), ellipsis: field(formals, 'ellipses') !== undefined }
        : null,
      body: this.expr(field(node, 'body'), node),
      start: node.start,
      end: node.end,
    };
  }

  #formal(node: RawNode): Formal {
    const name = field(node, 'name');
    const fallback = field(node, 'default');
    return { name: name ? this.#slice(name) : '', fallback: fallback ? this.expr(fallback) : null, start: node.start, end: node.end };
  }
}

function field(node: RawNode, name: string): RawNode | undefined {
  return node.children.find((child) => child.field === name);
}

function fields(node: RawNode, name: string): readonly RawNode[] {
  return node.children.filter((child) => child.field === name);
}

function error(range: { readonly start: number; readonly end: number }, reason: string): Expr {
  return { kind: 'error', reason, start: range.start, end: range.end };
}
