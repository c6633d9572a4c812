import type { ChangeKind, CountsDto, RowDto, Verdict } from '../protocol/rows.ts';
import { kindBytes, kindOf, typeOf } from './changeRecord.ts';
import type { ChangeRow } from './changeRecord.ts';
import type { Columns } from './columns.ts';
import { float64, Numbers, uint32, uint8 } from './growable.ts';
import { NameTree, rootNode } from './nameTree.ts';
import { OldPaths } from './oldPaths.ts';
import { Siblings } from './siblings.ts';
import type { KnownState } from '../catalogue/stateIndex.ts';
import { ScopeTree } from './scopeTree.ts';
import type { Classifier } from './verdict.ts';
import { codeCount, codes, countsOf, maskOf, severityOf, verdictOf } from './verdictCode.ts';
import type { VerdictCode } from './verdictCode.ts';

const SLASH = 0x2f;
/** No change of its own: a directory on the way to one. */
const noCode = 255;

/** What is asked for, more exactly than by verdicts. */
export interface Selection {
  /** Bits of verdict codes, in place of the verdicts. */
  readonly mask?: number;
  /** Nodes that pass the text filter; null for all. */
  readonly shown?: ((node: number) => boolean) | null;
}

export interface Page {
  readonly rows: readonly RowDto[];
  /** Rows there are with this filter. */
  readonly total: number;
}

/**
 * The changes of one run as a tree of paths with the number of changes below every directory by verdict. A change stands where the
 * thing is now: a renamed one at its new path. Rows of one path are folded: what was deleted and made again (`-` and `+`) is one
 * change, `M` when it is of the same class as before. Adding costs time in the depth of the path, a page in the number of children.
 */
export class ChangeTree {
  readonly #names: NameTree;
  /** Characters of kinds; 0 for what has not changed itself. */
  readonly #kind = new Numbers(uint8, 1024);
  /** Class character; 0 for none. */
  readonly #type = new Numbers(uint8, 1024);
  readonly #code = new Numbers(uint8, 1024);
  /** By number of the directory; what has no children has no count but its own. */
  readonly #counts = new Numbers(uint32, 1024 * codeCount);
  /** Seconds since the epoch of the last change; 0 when the listing does not tell. */
  readonly #time = new Numbers(uint32, 1024);
  /** Bytes; without room as long as no listing tells sizes. */
  readonly #size = new Numbers(float64, 0);
  readonly #oldPaths = new OldPaths();
  readonly #scopes: ScopeTree;
  #changes = 0;
  #nameless = 0;
  #lastListed: { readonly key: string; readonly siblings: Siblings } | null = null;
  #version = 0;
  readonly #linked = (node: number, parent: number): void => this.#link(node, parent);

  /** `seed`: see {@link NameTree}. */
  constructor(classifier: Classifier, seed = 0) {
    this.#names = new NameTree(seed);
    this.#scopes = new ScopeTree(this.#names, classifier);
    this.#code.array[rootNode] = noCode;
  }

  /** Paths that changed, folded. */
  get changes(): number {
    return this.#changes;
  }

  /**
   * Takes a row and hands back the row's node, which is also its id. -1: a file without a name, counted as noise, or (`null`) a path
   * no file system could have.
   */
  add(row: ChangeRow): number | null {
    if (row.unlinked) {
      this.#nameless++;
      return -1;
    }
    const node = this.#names.insert(row.bytes, row.start, row.end, this.#linked);
    if (node === -1) return null;
    const before = this.#kind.array[node] as number;
    let { kind, type } = row;
    if (before === 0) this.#changes++;
    else {
      const wasType = this.#type.array[node] as number;
      const same = type === wasType;
      if (kind === kindBytes.removed) {
        kind = before === kindBytes.added && same ? kindBytes.modified : before;
        type = wasType;
      } else if (before === kindBytes.removed && kind === kindBytes.added) kind = same ? kindBytes.modified : kindBytes.added;
    }
    if (row.oldPath !== null) this.#oldPaths.set(node, row.oldPath);
    else if (kind !== kindBytes.renamed) this.#oldPaths.delete(node);
    this.#kind.array[node] = kind;
    this.#type.array[node] = type;
    this.#version++;
    if (row.seconds >= 0) this.#time.array[node] = row.seconds;
    if (row.size >= 0 && row.type !== SLASH) {
      this.#size.reserve(this.#names.size);
      this.#size.array[node] = row.size;
    }
    this.#judge(node);
    return node;
  }

  /** Grows with every row that is added and every verdict that changes: what was worked out of an older tree is stale. */
  get version(): number {
    return this.#version;
  }

  /** Number of nodes, those on the way to changes included; a parent has a smaller number than what is below it. */
  get nodes(): number {
    return this.#names.size;
  }

  /** Bytes of memory that it holds, about. */
  get memory(): number {
    const own = [this.#kind, this.#type, this.#code, this.#counts, this.#time, this.#size, this.#names, this.#oldPaths];
    return own.reduce((sum, { memory }) => sum + memory, 0);
  }

  /** Whether the listing tells sizes. */
  get sized(): boolean {
    return this.#size.array.length > 0;
  }

  /** Bytes of the thing itself; 0 when they are not known. */
  size(node: number): number {
    return this.#size.array[node] ?? 0;
  }

  /** Seconds since the epoch of the last change; 0 when it is not known. */
  time(node: number): number {
    return this.#time.array[node] as number;
  }

  parent(node: number): number {
    return this.#names.parent(node);
  }

  /** For who goes through all nodes; only good until the tree grows. */
  columns(): Columns {
    return { ...this.#names.columns(), codes: this.#code.array, times: this.#time.array, sizes: this.#size.array };
  }

  /** Number of a directory that has children, from 1 on; 0 for others. */
  directory(node: number): number {
    return this.#names.directory(node);
  }

  /** How many have children. */
  get directories(): number {
    return this.#names.directories;
  }

  /** 0 when there is none. */
  firstChild(node: number): number {
    return this.#names.firstChild(node);
  }

  /** 0 after the last. */
  nextSibling(node: number): number {
    return this.#names.nextSibling(node);
  }

  /** The last component; empty for the root. */
  name(node: number): string {
    return node === rootNode ? '' : this.#names.name(node);
  }

  /** Order of paths, component by component. */
  comparePaths(left: number, right: number): number {
    return this.#names.comparePaths(left, right);
  }

  /** What the catalogue knows of a node: its state, whether that state's place is the node itself, and whether others may lie below it. */
  known(node: number): { readonly state: KnownState | null; readonly exact: boolean; readonly below: boolean } {
    return this.#scopes.classifier.known(this.#scopes.of(node));
  }

  kind(node: number): ChangeKind | null {
    const kind = this.#kind.array[node] as number;
    return kind === 0 ? null : kindOf(kind);
  }

  fileType(node: number): string | null {
    return typeOf(this.#type.array[node] as number);
  }

  /** Null for a directory on the way. */
  code(node: number): VerdictCode | null {
    const code = this.#code.array[node] as number;
    return code === noCode ? null : (code as VerdictCode);
  }

  /** The node of an absolute path; null when neither it nor anything below it has changed. */
  find(path: string | Buffer): number | null {
    const node = this.#names.find(typeof path === 'string' ? Buffer.from(path) : path);
    return node === -1 ? null : node;
  }

  /** Where the thing is now, as bytes. */
  path(node: number): Buffer {
    return this.#names.path(node);
  }

  /** Whether `id` is a row of this tree. */
  has(id: number): boolean {
    return Number.isInteger(id) && id >= 0 && id < this.#names.size;
  }

  isDirectory(node: number): boolean {
    return node === rootNode || this.#names.firstChild(node) !== 0 || this.#type.array[node] === SLASH;
  }

  /** Of the whole tree; files without a name are noise. */
  counts(): CountsDto {
    const counts = this.countsBelow(rootNode);
    return { ...counts, noise: counts.noise + this.#nameless };
  }

  /** Of a node and everything below it. */
  countsBelow(node: number): CountsDto {
    const directory = this.#names.directory(node);
    if (directory !== 0) return countsOf(this.#counts.array.subarray(directory * codeCount, (directory + 1) * codeCount));
    const own = new Uint32Array(codeCount);
    const code = this.code(node);
    if (code !== null) own[code] = 1;
    return countsOf(own);
  }

  /**
   * Says the verdicts of up to `count` nodes from `from` on again, by a new classifier when one is given, and returns where to go
   * on, or null when all are done. The whole is done in slices so that other work gets its turn; until then both kinds of verdict are in
   * the tree, and the counts fit them.
   */
  reclassify(from: number, count: number, classifier: Classifier | null = null): number | null {
    if (classifier !== null) this.#scopes.use(classifier);
    const end = Math.min(this.#names.size, from + count);
    for (let node = from; node < end; node++) if (this.#kind.array[node] !== 0) this.#judge(node);
    return end < this.#names.size ? end : null;
  }

  /**
   * A page of the rows below `parent` (a row's id, or null for the top) that have, or hold, a change of one of `verdicts`: directories
   * first, then by the bytes of the names. A directory that holds nothing but one directory is one row with it.
   */
  children(
    parent: number | null,
    offset: number,
    limit: number,
    verdicts: readonly Verdict[],
    { mask = maskOf(verdicts), shown = null }: Selection = {},
  ): Page {
    const directory = parent ?? rootNode;
    if (!this.has(directory)) return { rows: [], total: 0 };
    const siblings = shown === null ? this.#listed(directory, mask) : this.#list(directory, mask, shown);
    return { rows: siblings.page(offset, limit).map((node) => this.#row(node, mask, shown)), total: siblings.length };
  }

  /** What was listed last, again: a person who scrolls asks for one page after the other of the same rows. */
  #listed(directory: number, mask: number): Siblings {
    const key = `${directory} ${mask} ${this.#version}`;
    if (this.#lastListed?.key !== key) this.#lastListed = { key, siblings: this.#list(directory, mask, null) };
    return this.#lastListed.siblings;
  }

  #list(directory: number, mask: number, shown: ((node: number) => boolean) | null): Siblings {
    const directories: number[] = [];
    const others: number[] = [];
    const [codeOf, typeOf] = [this.#code.array, this.#type.array];
    const { directoryOf, nextSiblings } = this.#names.columns();
    // There may be a hundred thousand files: what is asked of each is asked here.
    for (let child = this.#names.firstChild(directory); child !== 0; child = nextSiblings[child] as number) {
      const isLeaf = directoryOf[child] === 0;
      if (isLeaf ? ((mask >> (codeOf[child] as number)) & 1) === 0 : !this.#shows(child, mask)) continue;
      if (shown === null || shown(child)) (isLeaf && typeOf[child] !== SLASH ? others : directories).push(child);
    }
    return new Siblings(directories, others, this.#names.compareNames);
  }

  /** One row by its id, as if all verdicts were shown, or those of `mask`; null when there is none. */
  row(id: number, mask = ~0): RowDto | null {
    return this.has(id) ? this.#describe(id, this.#names.name(id), mask) : null;
  }

  /** Ids of all rows with a change of their own, parents before what is below them. */
  *changed(): Generator<number> {
    for (let node = 0; node < this.#names.size; node++) if (this.#kind.array[node] !== 0) yield node;
  }

  #link(node: number, parent: number): void {
    if (node >= this.#time.array.length) {
      for (const numbers of [this.#kind, this.#type, this.#code, this.#time]) numbers.reserve(node + 1);
    }
    if (this.sized) this.#size.reserve(node + 1);
    this.#code.array[node] = noCode;
    if (this.#names.nextSibling(node) !== 0) return;
    const directory = this.#names.directory(parent);
    this.#counts.reserve((directory + 1) * codeCount);
    const code = this.code(parent);
    if (code === null) return;
    this.#counts.array[directory * codeCount + code] = 1;
    // Something without a class turns out to be a directory.
    if (code !== codes.noise) this.#judge(parent);
  }

  #judge(node: number): void {
    const kind = this.#kind.array[node] as number;
    if (kind === 0) return;
    const code = this.#scopes.classify(node, kind, this.#type.array[node] as number);
    const before = this.#code.array[node] as number;
    if (code === before) return;
    this.#code.array[node] = code;
    this.#version++;
    const counts = this.#counts.array;
    for (let at = node; ; at = this.#names.parent(at)) {
      const directory = this.#names.directory(at);
      if (directory !== 0) {
        const first = directory * codeCount;
        if (before !== noCode) counts[first + before] = (counts[first + before] as number) - 1;
        counts[first + code] = (counts[first + code] as number) + 1;
      }
      if (at === rootNode) return;
    }
  }

  #shows(node: number, mask: number): boolean {
    if (this.#showsItself(node, mask)) return true;
    const first = this.#names.directory(node) * codeCount;
    if (first === 0) return false;
    for (let i = 0; i < codeCount; i++) if ((mask >> i) & 1 && this.#counts.array[first + i] !== 0) return true;
    return false;
  }

  /** Whether the node's own change passes the filter. */
  #showsItself(node: number, mask: number): boolean {
    const code = this.code(node);
    return code !== null && ((mask >> code) & 1) === 1;
  }

  #row(node: number, mask: number, shown: Selection['shown'] = null): RowDto {
    let last = node;
    let name = this.#names.name(node);
    while (!this.#showsItself(last, mask)) {
      const only = this.#onlyChild(last, mask, shown);
      if (only === null || !this.isDirectory(only)) break;
      last = only;
      name += `/${this.#names.name(only)}`;
    }
    return this.#describe(last, name, mask);
  }

  /** The one child that the filter shows; null when there are none or more. */
  #onlyChild(node: number, mask: number, shown: Selection['shown']): number | null {
    let only: number | null = null;
    for (let child = this.#names.firstChild(node); child !== 0; child = this.#names.nextSibling(child)) {
      if (!this.#shows(child, mask) || (shown != null && !shown(child))) continue;
      if (only !== null) return null;
      only = child;
    }
    return only;
  }

  #describe(node: number, name: string, mask: number): RowDto {
    const code = this.#showsItself(node, mask) ? this.code(node) : null;
    const kind = this.kind(node);
    const path = this.#names.path(node).toString('utf8');
    const oldPath = this.#oldPaths.get(node);
    const ownName = node === rootNode ? '' : this.#names.name(node);
    const scope = this.#scopes.of(this.#names.parent(node));
    const judgement =
      kind === null || code === null ? null : this.#scopes.classifier.explain(scope, ownName, kind, this.fileType(node), code);
    // A directory on the way says whose it is, as what is below it does.
    const known = judgement?.state ?? (code === null ? this.known(node).state : null);
    return {
      id: node,
      name: node === rootNode ? '/' : name,
      path: code !== null && oldPath !== null ? oldPath : path,
      isDirectory: this.isDirectory(node),
      change: code === null ? null : kind,
      fileType: code === null ? null : this.fileType(node),
      newPath: code !== null && oldPath !== null ? path : null,
      verdict: code === null ? null : verdictOf(code),
      severity: code === null ? null : severityOf(code),
      keptBy: judgement?.keeper?.description ?? null,
      state: known === null ? null : { title: known.entry.title, loss: known.entry.loss },
      counts: this.countsBelow(node),
      hasChildren: this.#hasShownChild(node, mask),
    };
  }

  #hasShownChild(node: number, mask: number): boolean {
    for (let child = this.#names.firstChild(node); child !== 0; child = this.#names.nextSibling(child))
      if (this.#shows(child, mask)) return true;
    return false;
  }
}
