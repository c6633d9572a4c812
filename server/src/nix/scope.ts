import type { Thunk } from './value.ts';

/** Names in sight of an expression: lexical ones first, then those of the enclosing `with`s, innermost first. */
export class Scope {
  readonly #parent: Scope | null;
  readonly #names: ReadonlyMap<string, Thunk>;
  readonly #environment: Thunk | null;
  readonly #parameter: string | null;

  private constructor(parent: Scope | null, names: ReadonlyMap<string, Thunk>, environment: Thunk | null, parameter: string | null = null) {
    this.#parent = parent;
    this.#names = names;
    this.#environment = environment;
    this.#parameter = parameter;
  }

  static root(names: ReadonlyMap<string, Thunk>): Scope {
    return new Scope(null, names, null);
  }

  /** Nothing but the names that every file sees. */
  get isRoot(): boolean {
    return this.#parent === null;
  }

  /** `names` may still be filled afterwards: `let` and `rec` bind names that see each other. */
  extend(names: ReadonlyMap<string, Thunk>): Scope {
    return new Scope(this, names, null);
  }

  /** The inside of a function `parameter: …`. */
  inside(names: ReadonlyMap<string, Thunk>, parameter: string | null): Scope {
    return new Scope(this, names, null, parameter);
  }

  /** Whether a name is what a function `name: …` is given. */
  isParameter(name: string): boolean {
    return this.#names.has(name) ? this.#parameter === name : (this.#parent?.isParameter(name) ?? false);
  }

  with(environment: Thunk): Scope {
    return new Scope(this, new Map(), environment);
  }

  lexical(name: string): Thunk | undefined {
    return this.#names.get(name) ?? this.#parent?.lexical(name);
  }

  /** Sets opened by `with`, innermost first. */
  *environments(): Generator<Thunk> {
    if (this.#environment) yield this.#environment;
    if (this.#parent) yield* this.#parent.environments();
  }
}
