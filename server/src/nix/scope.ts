import type { Thunk } from './value.ts';

/** Names in sight of an expression: lexical ones first, then those of the enclosing `with`s, innermost first. */
export class Scope {
  readonly #parent: Scope | null;
  readonly #names: ReadonlyMap<string, Thunk>;
  readonly #environment: Thunk | null;

  private constructor(parent: Scope | null, names: ReadonlyMap<string, Thunk>, environment: Thunk | null) {
    this.#parent = parent;
    this.#names = names;
    this.#environment = environment;
  }

  static root(names: ReadonlyMap<string, Thunk>): Scope {
    return new Scope(null, names, null);
  }

  /** `names` may still be filled afterwards: `let` and `rec` bind names that see each other. */
  extend(names: ReadonlyMap<string, Thunk>): Scope {
    return new Scope(this, names, null);
  }

  with(environment: Thunk): Scope {
    return new Scope(this, new Map(), environment);
  }

  lexical(name: string): Thunk | undefined {
    let scope: Scope | null = this;
    while (scope) {
      const found = scope.#names.get(name);
      if (found) return found;
      scope = scope.#parent;
    }
    return undefined;
  }

  /** Sets opened by `with`, innermost first. */
  *environments(): Generator<Thunk> {
    let scope: Scope | null = this;
    while (scope) {
      if (scope.#environment) yield scope.#environment;
      scope = scope.#parent;
    }
  }
}
