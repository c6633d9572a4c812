import { posix } from 'node:path';
import {
  literalString,
  literalType,
  unparen,
  type LiteralType,
  type AttrName,
  type AttrsExpr,
  type Binding,
  type Expr,
  type FunctionExpr,
  type StringPart,
} from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { Location, SourceRange } from '../syntax/source.ts';
import { binary, unary } from './binary.ts';
import { call, callAll, coerceToString } from './call.ts';
import { certain, either } from './combine.ts';
import type { Evaluation } from './evaluation.ts';
import { interpolated } from './interpolation.ts';
import { searched } from './lookupPath.ts';
import { Scope } from './scope.ts';
import {
  attrs as attrsOf,
  bool,
  external,
  int,
  list,
  record,
  string,
  thrown,
  Thunk,
  typeName,
  unknown,
  type Attr,
  type AttrsValue,
  type ConditionText,
  type FunctionValue,
  type StringValue,
  type Unknown,
  type Value,
} from './value.ts';
import { openedName } from './withNames.ts';

type Formals = NonNullable<FunctionExpr['formals']>;

/** Whether an expression puts together something larger than what stands in the text. */
function isGrowing({ kind }: Expr): boolean {
  return kind === 'binary' || kind === 'if' || kind === 'string';
}

/** Evaluates the expressions of one text. */
export class Interpreter {
  readonly #evaluation: Evaluation;
  readonly #source: NixSource;
  /** Starts of parts whose values were worked out. */
  readonly #worked: Set<number>;

  constructor(evaluation: Evaluation, source: NixSource) {
    this.#evaluation = evaluation;
    this.#source = source;
    this.#worked = evaluation.reads.partsOf(source.file);
  }

  thunk(expr: Expr, scope: Scope): Thunk {
    const literal = this.#literalType(expr, scope);
    if (literal) return new Thunk(this.#at(expr), () => this.#evaluate(unparen(expr), scope), literal);
    return new Thunk(this.#at(expr), () => this.evaluate(expr, scope));
  }

  /** A part (see {@link Difference}): it is noted when its value is worked out. */
  #part(expr: Expr, scope: Scope, start: number): Thunk {
    const literal = this.#literalType(expr, scope);
    return new Thunk(
      this.#at(expr),
      () => {
        this.#worked.add(start);
        return literal ? this.#evaluate(unparen(expr), scope) : this.evaluate(expr, scope);
      },
      literal,
    );
  }

  #argument(expr: Expr, scope: Scope): Thunk {
    const given = unparen(expr);
    return literalType(given) === null ? this.thunk(expr, scope) : this.#part(expr, scope, given.start);
  }

  evaluate(expr: Expr, scope: Scope): Value {
    const refusal = this.#evaluation.enter();
    if (refusal !== null) return unknown(refusal, this.#at(expr));
    try {
      const value = this.#evaluate(expr, scope);
      return isGrowing(expr) ? this.#evaluation.afford(value, this.#at(expr)) : value;
    } finally {
      this.#evaluation.leave();
    }
  }

  /** As {@link literalType}, for names as they are bound here. */
  #literalType(expr: Expr, scope: Scope): LiteralType | null {
    const inner = unparen(expr);
    const type = literalType(inner);
    return type === null || inner.kind !== 'variable' || scope.lexical(inner.name)?.type === type ? type : null;
  }

  #evaluate(expr: Expr, scope: Scope): Value {
    switch (expr.kind) {
      case 'variable':
        return this.#variable(expr.name, this.#at(expr), scope);
      case 'integer':
        return { type: 'int', value: BigInt(expr.text) };
      case 'float':
        return { type: 'float', value: Number(expr.text) };
      case 'string': {
        const plain = literalString(expr);
        if (plain !== null) return string(plain, this.#at(expr));
        const origin = this.#origin(expr.parts, scope);
        const text = this.#text(expr.parts, scope, this.#at(expr));
        if (typeof text === 'string') return origin ? { ...origin, value: text } : string(text, this.#at(expr));
        return text.type === 'unknown' && expr.parts.length > 1 ? { ...text, isText: true } : text;
      }
      case 'path':
        return this.#path(expr, scope);
      case 'list':
        return list(
          expr.elements.map((element) => ({ thunk: this.thunk(element, scope), conditions: [] })),
          this.#at(expr),
        );
      case 'attrs':
        return this.#attrs(expr, scope);
      case 'let': {
        const inner = this.#bind(expr.bindings, scope, true, this.#at(expr));
        if (expr.body) return this.evaluate(expr.body, inner.scope);
        const body = inner.value.attrs.get('body');
        return body ? certain(body) : unknown('let without a body', this.#at(expr));
      }
      case 'function':
        return this.#function(expr, scope);
      case 'apply':
        return call(this.#evaluation, this.evaluate(expr.fn, scope), this.#argument(expr.argument, scope), this.#at(expr));
      case 'select':
        return this.#select(this.evaluate(expr.subject, scope), expr.path, expr.fallback, scope, this.#at(expr));
      case 'hasAttr':
        return this.#hasAttr(this.evaluate(expr.subject, scope), expr.path, scope, this.#at(expr));
      case 'unary':
        return unary(expr.operator, this.evaluate(expr.operand, scope), this.#at(expr));
      case 'binary': {
        const value = binary(this.#evaluation, expr.operator, this.thunk(expr.left, scope), this.thunk(expr.right, scope), this.#at(expr));
        const origin =
          expr.operator === '+' && value.type === 'string' ? this.#origin([{ kind: 'interpolation', expr: expr.right }], scope) : null;
        return origin && value.type === 'string' ? { ...origin, value: value.value } : value;
      }
      case 'if': {
        const condition = this.evaluate(expr.condition, scope);
        if (condition.type === 'bool') return this.evaluate(condition.value ? expr.consequence : expr.alternative, scope);
        const text = this.condition(expr.condition);
        const negated = { ...text, text: `!(${text.text})` };
        const expected = condition.type === 'unknown' && condition.expected?.type === 'bool' ? condition.expected.value : null;
        return either(this.evaluate(expr.consequence, scope), this.evaluate(expr.alternative, scope), text, negated, expected);
      }
      case 'with':
        return this.evaluate(expr.body, scope.with(this.thunk(expr.environment, scope)));
      case 'assert': {
        const condition = this.evaluate(expr.condition, scope);
        if (condition.type === 'bool' && !condition.value) return thrown('an assertion fails', this.#at(expr.condition));
        return this.evaluate(expr.body, scope);
      }
      case 'paren':
        return this.evaluate(expr.inner, scope);
      case 'error':
        return unknown(expr.reason, this.#at(expr));
    }
  }

  /** The source text of a condition, on one line. */
  condition(range: SourceRange): ConditionText {
    const location = this.#at(range);
    return { text: (this.#evaluation.textAt(location) ?? '').replace(/\s+/g, ' '), location };
  }

  #at(range: SourceRange): Location {
    return { file: this.#source.file, start: range.start, end: range.end };
  }

  #variable(name: string, location: Location, scope: Scope): Value {
    const lexical = scope.lexical(name);
    if (lexical) return lexical.force();
    const opened = openedName(scope, name, location);
    if (opened) return opened;
    if (name === '__curPos') return this.#position(location);
    return unknown(`${name} is not defined`, location);
  }

  /** Where the variable itself stands, `__curPos`. */
  #position({ file, start }: Location): Value {
    const before = this.#source.text.slice(0, start).split('\n');
    return record({ file: string(file, null), line: int(before.length), column: int((before.at(-1)?.length ?? 0) + 1) });
  }

  #text(parts: readonly StringPart[], scope: Scope, location: Location): string | Value {
    return interpolated(this.#evaluation, parts, (expr) => this.evaluate(expr, scope), location);
  }

  /** Where the item comes from that a function makes a path of: `map (name: "/var/lib/${name}") [ "a" "b" ]`. */
  #origin(parts: readonly StringPart[], scope: Scope): StringValue | null {
    const index = parts.findLastIndex((part) => part.kind !== 'text');
    const part = parts[index];
    if (!part || part.kind === 'text' || part.expr.kind !== 'variable' || !scope.isParameter(part.expr.name)) return null;
    // With further components behind it, it is what they are below (a user, say), not what is listed.
    if (parts.slice(index + 1).some((rest) => rest.kind === 'text' && rest.text.includes('/'))) return null;
    const value = scope.lexical(part.expr.name)?.force();
    return value?.type === 'string' && value.location ? value : null;
  }

  #path(expr: Extract<Expr, { kind: 'path' }>, scope: Scope): Value {
    const location = this.#at(expr);
    const text = this.#text(expr.parts, scope, location);
    if (typeof text !== 'string') return text;
    switch (expr.flavour) {
      case 'uri':
        return string(text, location);
      case 'home':
        return external('the home directory', location);
      case 'search': {
        // Whoever binds the name says what `<…>` finds (Nix manual, "Lookup path").
        const find = scope.lexical('__findFile');
        if (!find || find.force().type === 'unknown') return searched(text, location);
        const name = Thunk.of(string(text.slice(1, -1), location));
        return callAll(this.#evaluation, find.force(), [Thunk.of(external('builtins.nixPath')), name], location);
      }
      case 'path':
        return { type: 'path', path: posix.resolve(posix.dirname(this.#source.file), text), location };
    }
  }

  #attrs(expr: AttrsExpr, scope: Scope): AttrsValue {
    return this.#bind(expr.bindings, scope, expr.recursive, this.#at(expr)).value;
  }

  /** A set of bindings: its value, and the scope in which its names are in sight (for `let` and `rec`). */
  #bind(
    bindings: readonly Binding[],
    outer: Scope,
    recursive: boolean,
    location: Location,
  ): { readonly value: AttrsValue; readonly scope: Scope } {
    const names = new Map<string, Thunk>();
    const scope = recursive ? outer.extend(names) : outer;
    const map = new Map<string, Attr>();
    const gaps: Unknown[] = [];
    const grouped = new Map<string, { readonly head: AttrName; readonly bindings: Extract<Binding, { kind: 'binding' }>[] }>();
    for (const binding of bindings) {
      if (binding.kind === 'inherit') this.#inherit(binding, outer, scope, map);
      else {
        const [head] = binding.path;
        const name = head && this.#name(head, scope);
        if (name === undefined || name === null) continue;
        if (typeof name !== 'string') gaps.push({ ...name, attr: this.#unnamed(binding, head as AttrName, scope) });
        else {
          const group = grouped.get(name);
          if (group) group.bindings.push(binding);
          else grouped.set(name, { head: head as AttrName, bindings: [binding] });
        }
      }
    }
    for (const [name, group] of grouped) {
      const first = group.bindings[0] as Extract<Binding, { kind: 'binding' }>;
      map.set(name, {
        thunk: this.#bound(group.bindings, scope),
        name: this.#at(group.head),
        binding: this.#at({ start: first.start, end: first.value.end }),
        conditions: [],
      });
    }
    if (recursive) for (const [name, found] of map) names.set(name, found.thunk);
    return { value: attrsOf(map, location, gaps), scope };
  }

  #unnamed(binding: Extract<Binding, { kind: 'binding' }>, head: AttrName, scope: Scope): Attr {
    const at = this.#at({ start: binding.start, end: binding.value.end });
    return { thunk: this.#bound([binding], scope), name: this.#at(head), binding: at, conditions: [] };
  }

  /** The value of one name: a plain value, or the set that `a.b = …; a.c = …; a = { d = …; };` spread over several bindings. */
  #bound(bindings: readonly Extract<Binding, { kind: 'binding' }>[], scope: Scope): Thunk {
    const [first] = bindings;
    if (first && bindings.length === 1 && first.path.length === 1) return this.#part(first.value, scope, first.start);
    const location = first ? this.#at(first) : null;
    return new Thunk(location, () => {
      const inner: Binding[] = [];
      for (const binding of bindings) {
        if (binding.path.length > 1) inner.push({ ...binding, path: binding.path.slice(1) });
        else {
          this.#worked.add(binding.start);
          const value = unparen(binding.value);
          if (value.kind !== 'attrs') return unknown('the attribute is defined twice', this.#at(binding));
          inner.push(...value.bindings);
        }
      }
      // As Nix does it: the first of the sets decides whether all of them see each other's names.
      const head = first && first.path.length === 1 ? unparen(first.value) : null;
      return this.#bind(inner, scope, head?.kind === 'attrs' && head.recursive, location ?? this.#at({ start: 0, end: 0 })).value;
    });
  }

  #inherit(binding: Extract<Binding, { kind: 'inherit' }>, outer: Scope, inner: Scope, map: Map<string, Attr>): void {
    const from = binding.from ? this.thunk(binding.from, inner) : null;
    for (const name of binding.names) {
      if (name.kind !== 'static') continue;
      const location = this.#at(name);
      const thunk = new Thunk(location, () =>
        from ? this.#select(from.force(), [name], null, inner, location) : this.#variable(name.name, location, outer),
      );
      map.set(name.name, { thunk, name: location, binding: location, conditions: [] });
    }
  }

  /** Null: the binding is left out (`${null} = …`). */
  #name(name: AttrName, scope: Scope): string | Unknown | null {
    if (name.kind === 'static') return name.name;
    const location = this.#at(name);
    const value = this.evaluate(name.expr, scope);
    if (value.type === 'null') return null;
    const text = coerceToString(this.#evaluation, value, location);
    if (typeof text === 'string') return text;
    return text.type === 'unknown' ? { ...text, location } : unknown('an attribute name must be a string', location);
  }

  #function(expr: FunctionExpr, scope: Scope): FunctionValue {
    const { formals } = expr;
    return {
      type: 'function',
      location: this.#at(expr),
      formals: formals && new Map(formals.entries.map((formal) => [formal.name, formal.fallback !== null])),
      call: (argument) => {
        const names = new Map<string, Thunk>();
        const inner = scope.inside(names, formals ? null : expr.parameter);
        if (expr.parameter !== null) names.set(expr.parameter, argument);
        if (formals) this.#bindFormals(formals, argument, names, inner);
        return this.evaluate(expr.body, inner);
      },
    };
  }

  #bindFormals(formals: Formals, argument: Thunk, names: Map<string, Thunk>, inner: Scope): void {
    for (const formal of formals.entries) {
      const location = this.#at(formal);
      names.set(
        formal.name,
        new Thunk(location, () => {
          const given = argument.force();
          if (given.type === 'unknown') return given;
          if (given.type !== 'attrs') return unknown(`${typeName(given)} is given where a set is wanted`, location);
          const found = given.attrs.get(formal.name);
          if (found) return certain(found);
          const [gap] = given.attrs.gaps;
          if (gap) return gap;
          return formal.fallback ? this.evaluate(formal.fallback, inner) : unknown(`the argument ${formal.name} is missing`, location);
        }),
      );
    }
  }

  #select(subject: Value, path: readonly AttrName[], fallback: Expr | null, scope: Scope, location: Location): Value {
    let value = subject;
    for (const step of path) {
      const name = this.#name(step, scope);
      if (typeof name !== 'string') return name ?? unknown('an attribute name must be a string', location);
      if (value.type === 'unknown') return { ...value, location };
      const found = value.type === 'attrs' ? value.attrs.get(name) : undefined;
      if (found) value = certain(found);
      else if (value.type === 'attrs' && value.attrs.gaps[0]) return { ...value.attrs.gaps[0], location };
      else return fallback ? this.evaluate(fallback, scope) : unknown(`there is no attribute ${name}`, location);
    }
    // A text that nobody wrote (the default of an option) is where it is asked for.
    return value.type === 'string' && !value.location ? { ...value, location } : value;
  }

  #hasAttr(subject: Value, path: readonly AttrName[], scope: Scope, location: Location): Value {
    let value = subject;
    for (const [index, step] of path.entries()) {
      const name = this.#name(step, scope);
      if (typeof name !== 'string') return name ?? unknown('an attribute name must be a string', location);
      if (value.type === 'unknown') return value;
      if (value.type !== 'attrs') return bool(false);
      const found = value.attrs.get(name);
      if (!found) return value.attrs.gaps[0] ?? bool(false);
      if (index === path.length - 1 && found.conditions.length === 0) return bool(true);
      value = certain(found);
    }
    return value.type === 'unknown' ? value : bool(true);
  }
}
