import { wildcard } from './wildcard.ts';

/**
 * Values by absolute path, asked one component at a time: who walks a tree of a million paths keeps a {@link TrieStep} per directory
 * and pays one small lookup per name. Where no rule can match any more, a step returns itself.
 */

/** A value found for a path. */
export interface TrieMatch<T> {
  readonly value: T;
  /** Components of the rule that matched: the longer rule is the more specific one. */
  readonly depth: number;
}

/** A place in the trie: what holds for the directory reached, and what rules still lie below. */
export interface TrieStep<T> {
  /** Of the directory itself: its own rule, or the nearest one above that holds for everything below it. */
  readonly match: TrieMatch<T> | null;
  /** Of everything below that has no rule of its own. */
  readonly inherited: TrieMatch<T> | null;
  readonly live: readonly TrieNode<T>[];
}

interface TrieNode<T> {
  readonly children: Map<string, TrieNode<T>>;
  readonly globs: { readonly matches: (name: string) => boolean; readonly text: string; readonly node: TrieNode<T> }[];
  readonly depth: number;
  own: T | null;
  below: T | null;
}

function newNode<T>(depth: number): TrieNode<T> {
  return { children: new Map(), globs: [], depth, own: null, below: null };
}

function better<T>(left: TrieMatch<T> | null, right: TrieMatch<T> | null): TrieMatch<T> | null {
  if (left === null) return right;
  return right !== null && right.depth > left.depth ? right : left;
}

export class PathTrie<T> {
  readonly #root = newNode<T>(0);
  #start: TrieStep<T> | null = null;

  /**
   * Adds a rule. `components` are the parts of an absolute path, `*` standing for any characters of one part; `below` says that
   * the rule holds for everything below the path too. The first rule of a path stays.
   */
  add(components: readonly string[], value: T, below: boolean): void {
    let node = this.#root;
    for (const component of components) {
      let next: TrieNode<T> | undefined;
      if (component.includes('*')) {
        next = node.globs.find((glob) => glob.text === component)?.node;
        if (next === undefined) {
          next = newNode<T>(node.depth + 1);
          node.globs.push({ matches: wildcard(component), text: component, node: next });
        }
      } else {
        next = node.children.get(component);
        if (next === undefined) {
          next = newNode<T>(node.depth + 1);
          node.children.set(component, next);
        }
      }
      node = next;
    }
    node.own ??= value;
    if (below) node.below ??= value;
    this.#start = null;
  }

  /** The step of `/`. */
  root(): TrieStep<T> {
    this.#start ??= arrive([this.#root], null);
    return this.#start;
  }

  /** The step of `name` in the directory of `step`. */
  step(step: TrieStep<T>, name: string): TrieStep<T> {
    const next = reach(step, name);
    if (next !== null) return arrive(next, step.inherited);
    if (step.live.length === 0 && step.match === step.inherited) return step;
    return { match: step.inherited, inherited: step.inherited, live: [] };
  }

  /** What holds for `name` in the directory of `step`; cheaper than a step when nothing below is asked for. */
  at(step: TrieStep<T>, name: string): TrieMatch<T> | null {
    const next = reach(step, name);
    return next === null ? step.inherited : arrive(next, step.inherited).match;
  }

  /** What holds for an absolute path: the longest rule, a literal one before one with `*`. */
  lookup(path: string): TrieMatch<T> | null {
    let step = this.root();
    for (const component of path.split('/')) if (component !== '') step = this.step(step, component);
    return step.match;
  }
}

function reach<T>(step: TrieStep<T>, name: string): TrieNode<T>[] | null {
  let next: TrieNode<T>[] | null = null;
  for (const node of step.live) {
    const child = node.children.get(name);
    if (child !== undefined) (next ??= []).push(child);
    for (const glob of node.globs) if (glob.matches(name)) (next ??= []).push(glob.node);
  }
  return next;
}

function arrive<T>(nodes: readonly TrieNode<T>[], above: TrieMatch<T> | null): TrieStep<T> {
  let match = above;
  let inherited = above;
  for (const { own, below, depth } of nodes) {
    if (own !== null) match = better(match, { value: own, depth });
    if (below !== null) inherited = better(inherited, { value: below, depth });
  }
  return { match, inherited, live: nodes.filter((node) => node.children.size > 0 || node.globs.length > 0) };
}
