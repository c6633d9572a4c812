import { kindOf, typeOf } from './changeRecord.ts';
import { rootNode } from './nameTree.ts';
import type { NameTree } from './nameTree.ts';
import { formOf, unasked } from './verdict.ts';
import type { Classifier, DirectoryScope } from './verdict.ts';
import type { VerdictCode } from './verdictCode.ts';

/** Directories whose scope is remembered; beyond that they are made again, which costs time and no memory. */
const rememberedScopes = 1 << 15;

/** What a classifier says of the nodes of a tree. What holds in a directory is worked out once, and once for all below it where it can be. */
export class ScopeTree {
  readonly #names: NameTree;
  #classifier: Classifier;
  readonly #scopes = new Map<number, DirectoryScope>();
  /** Ruling scopes that were asked for, by number of the directory. */
  #ruling: (DirectoryScope | undefined)[] = [];

  constructor(names: NameTree, classifier: Classifier) {
    this.#names = names;
    this.#classifier = classifier;
  }

  get classifier(): Classifier {
    return this.#classifier;
  }

  /** From now on this one speaks. */
  use(classifier: Classifier): void {
    this.#classifier = classifier;
    this.#forget();
  }

  /** The scope of a directory. */
  of(directory: number): DirectoryScope {
    return this.#scope(directory, false);
  }

  /** The verdict of a node; see {@link Classifier.classify}. `kind` and `type` as a {@link ChangeRow} has them. */
  classify(node: number, kind: number, type: number): VerdictCode {
    const parent = this.#names.parent(node);
    const hasChildren = this.#names.firstChild(node) !== 0;
    const scope = this.#rulingOf(parent);
    if (node !== rootNode && scope.shared !== null) {
      const form = formOf(kind, type, hasChildren);
      let code = scope.shared[form] as number;
      if (code === unasked) {
        code = this.#classifier.classifyAny(scope, kindOf(kind), typeOf(type), hasChildren);
        scope.shared[form] = code;
      }
      if (!this.#classifier.mayDiffer(code as VerdictCode, node, this.#names)) return code as VerdictCode;
    }
    const name = node === rootNode ? '' : this.#names.name(node);
    return this.#classifier.classify(this.of(parent), name, kindOf(kind), typeOf(type), hasChildren);
  }

  /** The scope of the topmost directory at or above this one whose verdicts hold for all below it; without such, the directory's own. */
  #rulingOf(directory: number): DirectoryScope {
    const number = this.#names.directory(directory);
    let scope = this.#ruling[number];
    if (scope === undefined) {
      scope = this.#scope(directory, true);
      while (this.#ruling.length <= number) this.#ruling.push(undefined);
      this.#ruling[number] = scope;
    }
    return scope;
  }

  #forget(): void {
    this.#scopes.clear();
    this.#ruling = [];
  }

  #scope(directory: number, untilShared: boolean): DirectoryScope {
    const known = this.#scopes.get(directory);
    if (known !== undefined) return known;
    const missing: number[] = [];
    let at = directory;
    let scope = this.#scopes.get(at);
    while (scope === undefined && at !== rootNode) {
      missing.push(at);
      at = this.#names.parent(at);
      scope = this.#scopes.get(at);
    }
    if (untilShared && scope != null && scope.shared !== null) return scope;
    scope ??= this.#classifier.root();
    if (this.#scopes.size + missing.length > rememberedScopes) this.#forget();
    if (at === rootNode) this.#scopes.set(rootNode, scope);
    for (const node of missing.reverse()) {
      scope = this.#classifier.enter(scope, this.#names.name(node));
      this.#scopes.set(node, scope);
      if (untilShared && scope.shared !== null) return scope;
    }
    return scope;
  }
}
