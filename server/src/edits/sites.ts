import { unparen, type AttrName, type AttrsExpr, type Binding, type Expr, type ListExpr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import { definitionCall } from './calls.ts';
import type { InheritBinding } from './inheritedList.ts';
import { excerpt } from './lines.ts';
import { countUses, lookup, nameKey, nameText, type Declaration, type NameResolver, type ValueBinding } from './declaration.ts';

/** A place where an entry could be written. */
export type Site =
  /** Into this literal list. */
  | { readonly kind: 'list'; readonly list: ListExpr }
  /** Behind this value of a list: ` ++ [ … ]`; in parentheses when it is an argument. */
  | { readonly kind: 'append'; readonly expr: Expr; readonly isArgument: boolean }
  /** A new binding of the names `rest` in this set. */
  | { readonly kind: 'binding'; readonly set: AttrsExpr; readonly rest: readonly string[] }
  /** A new element of this argument of `mkMerge`: a set with the names `rest`, or a list when there are none. */
  | { readonly kind: 'element'; readonly list: ListExpr; readonly rest: readonly string[] }
  /** The list comes from elsewhere by its name. */
  | { readonly kind: 'inherit'; readonly binding: InheritBinding; readonly name: AttrName }
  /** The first `depth` names of the binding get a set, into which the others and the names `want.slice(depth - offset)` go. */
  | {
      readonly kind: 'nest';
      readonly binding: ValueBinding;
      readonly depth: number;
      readonly offset: number;
      readonly want: readonly string[];
    }
  /** `mkIf c x` becomes `mkMerge [ (mkIf c x) [ … ] ]`. */
  | { readonly kind: 'wrap'; readonly expr: Expr; readonly callee: Expr; readonly scopes: readonly Expr[] };

interface Sites {
  /** With the conditions that stand over each, counted from the declaration. */
  readonly sites: readonly { readonly site: Site; readonly conditions: readonly Expr[] }[];
  /** All literal lists that were met, whether or not one can write there. */
  readonly lists: readonly { readonly list: ListExpr; readonly conditions: readonly Expr[] }[];
  /** What could not be followed. */
  readonly problems: readonly string[];
}

interface Context {
  readonly conditions: readonly Expr[];
  readonly scopes: readonly Expr[];
}

/** Of sites under equally many conditions the first kind wins. */
const PREFERENCE: readonly Site['kind'][] = ['list', 'append', 'binding', 'element', 'nest', 'inherit', 'wrap'];

/** The best site: under the fewest conditions, then the one that changes least. Null when there is none. */
export function bestSite(found: Sites): Sites['sites'][number] | null {
  return found.sites.toSorted((a, b) => a.conditions.length - b.conditions.length || rank(a.site) - rank(b.site))[0] ?? null;
}

function rank(site: Site): number {
  return PREFERENCE.indexOf(site.kind);
}

/**
 * Finds where the list `want` (`['directories']`, `['users', 'alice', 'files']`) of the declared storage is, or could be, written:
 * in the declaration itself and in the bindings beside it that speak of the same storage.
 */
export function findSites(source: NixSource, declaration: Declaration, want: readonly string[], resolve: NameResolver | null): Sites {
  const search = new Search(source, resolve);
  const context: Context = { conditions: [], scopes: declaration.ancestors };
  const parts = storageBindings(source, declaration).map((binding) => () => search.below(binding, declaration.storageDepth, want, context));
  search.together(parts);
  return search;
}

/** The bindings of the owner that speak of the declared storage, in source order. */
function storageBindings(source: NixSource, { binding, owner, storageDepth }: Declaration): readonly ValueBinding[] {
  const keys = binding.path.slice(0, storageDepth).map((name) => nameKey(source, name));
  return owner.bindings.filter(
    (candidate: Binding): candidate is ValueBinding =>
      candidate.kind === 'binding' &&
      candidate.path.length >= storageDepth &&
      keys.every((key, index) => {
        const name = candidate.path[index];
        return name !== undefined && nameKey(source, name) === key;
      }),
  );
}

class Search implements Sites {
  sites: { site: Site; conditions: readonly Expr[] }[] = [];
  readonly lists: { list: ListExpr; conditions: readonly Expr[] }[] = [];
  readonly problems: string[] = [];
  readonly #source: NixSource;
  readonly #resolve: NameResolver | null;

  constructor(source: NixSource, resolve: NameResolver | null) {
    this.#source = source;
    this.#resolve = resolve;
  }

  /** Several literal parts of one set, each of which says whether it defines what is wanted: where one does, no other may bind it anew. */
  together(parts: readonly (() => boolean)[]): boolean {
    const before = this.sites;
    const results = parts.map((part) => {
      this.sites = [];
      return { defines: part(), sites: this.sites };
    });
    const defined = results.some((result) => result.defines);
    const kept = results.flatMap((result) =>
      defined && !result.defines ? result.sites.filter(({ site }) => site.kind !== 'binding') : result.sites,
    );
    this.sites = [...before, ...kept];
    return defined;
  }

  /** Follows a binding whose first `depth` names are gone through. True when it binds the wanted list. */
  below(binding: ValueBinding, depth: number, want: readonly string[], context: Context): boolean {
    const path = binding.path.slice(depth);
    let computed = binding.path.slice(0, depth).some((name) => name.kind === 'dynamic');
    for (const [index, name] of path.entries()) {
      const wanted = want[index];
      if (wanted === undefined) return this.#stuck(binding.value, 'is no list');
      const text = nameText(name, context.scopes, this.#resolve);
      if (text === null) return this.#stuck(name, `may be ${wanted}, which can't be told from here`);
      if (text !== wanted) {
        // Nix joins `a.b.c` and `a.b.d` into one set, but not where a name they share is computed.
        if (computed) this.#add({ kind: 'nest', binding, depth: depth + index, offset: depth, want }, context);
        return computed;
      }
      computed ||= name.kind === 'dynamic';
    }
    const rest = want.slice(path.length);
    if (rest.length > 0) return this.#set(binding.value, rest, context);
    this.#list(binding.value, context, false);
    return true;
  }

  #stuck(at: { readonly start: number; readonly end: number }, reason: string): true {
    this.problems.push(`\`${excerpt(this.#source.text, at)}\` ${reason}`);
    return true;
  }

  #add(site: Site, { conditions }: Context): void {
    this.sites.push({ site, conditions });
  }

  /** True when the wanted list is bound here, or when it can't be excluded that it is. */
  #set(value: Expr, want: readonly string[], context: Context): boolean {
    const expr = unparen(value);
    switch (expr.kind) {
      case 'attrs':
        return this.#attrs(expr, want, context);
      case 'let':
        if (!expr.body) break;
        return this.#set(expr.body, want, { ...context, scopes: [...context.scopes, expr] });
      case 'with':
      case 'assert':
        return this.#set(expr.body, want, context);
      case 'variable': {
        const bound = this.#ownVariable(expr.name, context);
        if (bound) return this.#set(bound.value, want, { ...context, scopes: bound.scopes });
        break;
      }
      case 'binary':
        if (expr.operator === '//') return this.#update(expr.left, expr.right, want, context);
        break;
      case 'apply': {
        const call = definitionCall(expr);
        if (call?.kind === 'transparent') return this.#set(call.content, want, context);
        if (call?.kind === 'conditional')
          return this.#set(call.content, want, { ...context, conditions: [...context.conditions, call.condition] });
        if (call?.kind === 'merge') {
          const list = unparen(call.content);
          if (list.kind !== 'list') break;
          const defined = list.elements.map((element) => this.#set(element, want, context));
          this.#add({ kind: 'element', list, rest: want }, context);
          return defined.includes(true);
        }
        break;
      }
      case 'string':
      case 'path':
      case 'integer':
      case 'float':
      case 'list':
      case 'function':
      case 'select':
      case 'hasAttr':
      case 'unary':
      case 'if':
      case 'paren':
      case 'error':
    }
    return this.#stuck(expr, "can't be read, so that it is not known what it holds");
  }

  #attrs(set: AttrsExpr, want: readonly string[], context: Context): boolean {
    const scopes = set.recursive ? [...context.scopes, set] : context.scopes;
    const head = want[0] ?? '';
    const parts = set.bindings.map((binding) => (): boolean => {
      if (binding.kind === 'binding') return this.#leadsTo(binding, want, context) && this.below(binding, 0, want, { ...context, scopes });
      const name = binding.names.find((inherited) => inherited.kind === 'static' && inherited.name === head);
      if (!name) return false;
      // In a recursive set, `directories = directories ++ …` would be its own value.
      if (want.length > 1 || (set.recursive && !binding.from)) return this.#stuck(binding, `takes \`${head}\` from elsewhere`);
      this.#add({ kind: 'inherit', binding, name }, context);
      return true;
    });
    const defined = this.together(parts);
    const created = set.bindings.some(
      (binding) => binding.kind === 'binding' && binding.path.length < want.length && this.#matches(binding, want, context),
    );
    if (!defined && !created) this.#add({ kind: 'binding', set, rest: want }, context);
    return defined;
  }

  /** A computed name that isn't known could be any name at the first level: only `users.${…}` is taken for a user. */
  #leadsTo(binding: ValueBinding, want: readonly string[], context: Context): boolean {
    const first = binding.path[0];
    if (!first) return false;
    const text = nameText(first, context.scopes, this.#resolve);
    return text === null || text === want[0];
  }

  #matches(binding: ValueBinding, want: readonly string[], context: Context): boolean {
    return binding.path.every((name, index) => nameText(name, context.scopes, this.#resolve) === want[index]);
  }

  /** `left // right`: what is wanted may stand in either; the right side wins. */
  #update(left: Expr, right: Expr, want: readonly string[], context: Context): boolean {
    const before = this.sites;
    const problems = this.problems.length;
    this.sites = [];
    const inRight = this.#set(right, want, context);
    const rightSites = this.sites;
    const rightReadable = this.problems.length === problems;
    this.sites = [];
    const inLeft = this.#set(left, want, context);
    const leftSites = this.sites;
    const certain = ({ conditions }: { readonly conditions: readonly Expr[] }): boolean => conditions.length === context.conditions.length;
    if (inRight && rightReadable) {
      this.sites = [...before, ...rightSites.filter((found) => found.site.kind !== 'element' && certain(found))];
      if (!rightSites.some(certain)) this.#stuck(right, 'replaces the list under a condition');
    } else if (inLeft) this.sites = [...before, ...withoutElements(leftSites)];
    else this.sites = [...before, ...(inRight ? [] : withoutElements(leftSites))];
    return inLeft || inRight;
  }

  /** A variable bound by a `let` of this file and used only here: its value may be changed as if it stood here. */
  #ownVariable(name: string, { scopes }: Context): { readonly value: Expr; readonly scopes: readonly Expr[] } | null {
    const bound = lookup(name, scopes);
    if (!bound?.value || countUses(name, bound.by) !== 1) return null;
    return { value: bound.value, scopes: bound.scopes };
  }

  #list(value: Expr, context: Context, isArgument: boolean): void {
    const expr = unparen(value);
    const inArgument = isArgument && value.kind !== 'paren';
    const append = (): void => this.#add({ kind: 'append', expr: isArgument ? expr : value, isArgument: inArgument }, context);
    switch (expr.kind) {
      case 'list':
        this.lists.push({ list: expr, conditions: context.conditions });
        this.#add({ kind: 'list', list: expr }, context);
        return;
      case 'let':
        if (expr.body) this.#list(expr.body, { ...context, scopes: [...context.scopes, expr] }, false);
        return;
      case 'with':
      case 'assert':
        this.#list(expr.body, context, false);
        return;
      case 'variable': {
        const bound = this.#ownVariable(expr.name, context);
        if (bound && unparen(bound.value).kind === 'list') this.#list(bound.value, { ...context, scopes: bound.scopes }, false);
        else append();
        return;
      }
      case 'binary':
        if (expr.operator === '++') this.#concatenation(expr, context, append);
        else append();
        return;
      case 'if':
        for (const branch of [expr.consequence, expr.alternative])
          this.#met(branch, { ...context, conditions: [...context.conditions, expr.condition] });
        append();
        return;
      case 'apply': {
        const call = definitionCall(expr);
        if (call?.kind === 'transparent') this.#list(call.content, context, true);
        else if (call?.kind === 'merge') this.#mergedLists(call.content, context);
        else if (call?.kind === 'conditional') {
          this.#met(call.content, { ...context, conditions: [...context.conditions, call.condition] });
          if (call.name === 'mkIf') this.#add({ kind: 'wrap', expr, callee: call.callee, scopes: context.scopes }, context);
          else append();
        } else append();
        return;
      }
      case 'select':
        append();
        return;
      case 'string':
      case 'path':
      case 'integer':
      case 'float':
      case 'attrs':
      case 'function':
      case 'hasAttr':
      case 'unary':
      case 'paren':
      case 'error':
        this.#stuck(expr, 'is no list');
    }
  }

  #mergedLists(argument: Expr, context: Context): void {
    const list = unparen(argument);
    if (list.kind !== 'list') {
      this.#stuck(list, "can't be read, so that it is not known what it holds");
      return;
    }
    for (const element of list.elements) this.#list(element, context, true);
    this.sites = this.sites.filter(
      ({ site }) => !(site.kind === 'wrap' && list.elements.some((element) => unparen(element) === site.expr)),
    );
    this.#add({ kind: 'element', list, rest: [] }, context);
  }

  /** The first literal list of the operands takes the entry; without one it becomes a further operand. */
  #concatenation(expr: Expr, context: Context, append: () => void): void {
    let found = false;
    const pending: Expr[] = [expr];
    for (let operand = pending.pop(); operand; operand = pending.pop()) {
      const inner = unparen(operand);
      if (inner.kind === 'binary' && inner.operator === '++') {
        pending.push(inner.right, inner.left);
        continue;
      }
      const own = inner.kind === 'variable' ? this.#ownVariable(inner.name, context) : null;
      const value = own ? unparen(own.value) : inner;
      if (value.kind === 'list') {
        this.lists.push({ list: value, conditions: context.conditions });
        if (!found) this.#add({ kind: 'list', list: value }, context);
        found = true;
        continue;
      }
      const call = inner.kind === 'apply' ? definitionCall(inner) : null;
      if (call?.kind === 'conditional') this.#met(call.content, { ...context, conditions: [...context.conditions, call.condition] });
    }
    if (!found) append();
  }

  /** Notes what a conditional list holds; nothing is written there. */
  #met(value: Expr, context: Context): void {
    const expr = unparen(value);
    if (expr.kind === 'list') this.lists.push({ list: expr, conditions: context.conditions });
    // `optional c "x"`: one element, as if it stood in a list.
    else if (expr.kind === 'string' || expr.kind === 'attrs') {
      this.lists.push({ list: { kind: 'list', elements: [expr], start: expr.start, end: expr.end }, conditions: context.conditions });
    }
  }
}

function withoutElements<T extends { readonly site: Site }>(sites: readonly T[]): readonly T[] {
  return sites.filter(({ site }) => site.kind !== 'element');
}
