import type { Arrangement, RowDto, VerdictGroup } from '../protocol/rows.ts';
import type { ChangeTree, Page } from './changeTree.ts';
import { Amounts, totalsOf } from './amounts.ts';
import { LazilySorted } from './lazilySorted.ts';
import { matchesOf, placesOf } from './places.ts';
import { codes } from './verdictCode.ts';

/** Groups in the order they are shown: what is lost first, the worst of it first; then what needs a step. */
const groups: readonly VerdictGroup[] = ['critical', 'data', 'unknown', 'convenience', 'mounted', 'declared', 'kept', 'noise'];

/** Sums that are remembered: those of the groups that are unfolded at once, fewer for trees of millions. */
const rememberedAmounts = 10;
const rememberedNodes = 4_000_000;

/** How much there is of something; `size` is null when the listing does not tell sizes. */
export interface Amount {
  readonly places: number;
  readonly paths: number;
  readonly size: number | null;
}

export interface PageQuery {
  readonly parent: number | null;
  readonly offset: number;
  readonly limit: number;
  /** Bits of the verdict codes to show. */
  readonly mask: number;
  readonly arrangement: Arrangement;
  /** Title of what the things belong to, null for what nobody knows; not given for all. */
  readonly service?: string | null;
  /** Empty for none. */
  readonly filter: string;
}

/**
 * A change tree as a person looks at it: by verdict, rolled up to the things worth keeping, sorted, filtered by text. What is worked
 * out for it is kept until the tree changes.
 */
export class TreeView {
  readonly #tree: ChangeTree;
  #version = -1;
  #places: readonly number[] | null = null;
  #arranged: { readonly key: string; readonly places: LazilySorted } | null = null;
  #matches: { readonly filter: string; readonly of: Uint8Array } | null = null;
  readonly #amounts = new Map<string, Amounts>();

  constructor(tree: ChangeTree) {
    this.#tree = tree;
  }

  /** How much there is of each verdict; groups without any are left out. */
  overview(filter: string): readonly (Amount & { readonly group: VerdictGroup })[] {
    this.#refresh();
    const { paths, size } = totalsOf(this.#tree, filter === '' ? null : this.#matchesOf(filter));
    return groups.flatMap((group) => {
      const code = codes[group];
      if (paths[code] === 0) return [];
      const places = this.#placesOf(1 << code, filter).length;
      return [{ group, places, paths: paths[code] ?? 0, size: this.#tree.sized ? (size[code] ?? 0) : null }];
    });
  }

  /** Things that something of `mask` is true of, all in all: what a badge counts. */
  placesOf(mask: number): number {
    this.#refresh();
    return this.#placesOf(mask, '').length;
  }

  /** Whose things they are, by title; the largest number first, what nobody knows last. */
  services(mask: number, filter: string): readonly (Amount & { readonly title: string | null; readonly loss: string })[] {
    this.#refresh();
    const amounts = this.#amountsOf(mask, filter);
    const found = new Map<string | null, { title: string | null; loss: string; places: number; paths: number; size: number | null }>();
    for (const place of this.#placesOf(mask, filter)) {
      const state = this.#tree.known(place).state?.entry ?? null;
      const title = state?.title ?? null;
      const service = found.get(title) ?? { title, loss: state?.loss ?? '', places: 0, paths: 0, size: this.#tree.sized ? 0 : null };
      service.places++;
      service.paths += amounts.paths(place);
      if (service.size !== null) service.size += amounts.size(place);
      found.set(title, service);
    }
    return [...found.values()].sort(
      (left, right) =>
        Number(left.title === null) - Number(right.title === null) ||
        right.paths - left.paths ||
        (left.title ?? '').localeCompare(right.title ?? '', 'en'),
    );
  }

  page(query: PageQuery): Page {
    this.#refresh();
    const { parent, offset, limit, mask, arrangement, filter } = query;
    if (parent !== null || arrangement === 'tree') {
      const shown = filter === '' ? null : this.#shown(mask, filter);
      const page = this.#tree.children(parent, offset, limit, [], { mask, shown });
      return { ...page, rows: page.rows.map((row) => this.#withAmount(row, mask, filter)) };
    }
    const places = this.#sortedPlaces(query);
    const from = Math.max(0, offset);
    const rows = places.slice(from, from + Math.max(0, limit)).flatMap((place) => {
      const row = this.#tree.row(place, mask);
      return row === null ? [] : [this.#withAmount({ ...row, name: row.newPath ?? row.path }, mask, filter)];
    });
    return { rows, total: places.length };
  }

  /** What was arranged last, again: a person who scrolls asks for one page after the other. */
  #sortedPlaces(query: PageQuery): LazilySorted {
    const { mask, arrangement, filter, service } = query;
    const key = JSON.stringify([mask, arrangement, filter, ...(service === undefined ? [] : [service])]);
    if (this.#arranged?.key === key) return this.#arranged.places;
    const amounts = this.#amountsOf(mask, filter);
    const found = this.#placesOf(mask, filter).filter((place) => this.#isOf(place, service));
    const places = new LazilySorted(found, (left, right) => {
      const byAmount = this.#compare(arrangement, amounts, left, right);
      return byAmount === 0 ? this.#tree.comparePaths(left, right) : byAmount;
    });
    this.#arranged = { key, places };
    return places;
  }

  #compare(arrangement: Arrangement, amounts: Amounts, left: number, right: number): number {
    if (arrangement === 'time') return amounts.time(right) - amounts.time(left);
    if (arrangement !== 'size') return 0;
    return this.#tree.sized ? amounts.size(right) - amounts.size(left) : amounts.paths(right) - amounts.paths(left);
  }

  #isOf(place: number, service: string | null | undefined): boolean {
    return service === undefined || (this.#tree.known(place).state?.entry.title ?? null) === service;
  }

  #withAmount(row: RowDto, mask: number, filter: string): RowDto {
    const amounts = this.#amountsOf(mask, filter);
    const seconds = amounts.time(row.id);
    return { ...row, size: this.#tree.sized ? amounts.size(row.id) : null, time: seconds === 0 ? null : seconds * 1000 };
  }

  #count(node: number, mask: number): number {
    const { lost, ...others } = this.#tree.countsBelow(node);
    const counts: Readonly<Record<VerdictGroup, number>> = { ...lost, ...others };
    return groups.reduce((sum, group) => ((mask >> codes[group]) & 1 ? sum + counts[group] : sum), 0);
  }

  /**
   * A directory that was made for what is in it is noise of its own, and no place of noise; one in which a file is noise is, also beside
   * what is lost.
   */
  #placesOf(mask: number, filter: string): number[] {
    this.#places ??= placesOf(this.#tree);
    const noise = mask === 1 << codes.noise ? this.#noiseWithin(filter) : null;
    const amounts = filter === '' ? null : this.#amountsOf(mask, filter);
    return this.#places.filter((place) => {
      if ((amounts === null ? this.#count(place, mask) : amounts.paths(place)) === 0) return false;
      return noise === null || noise.paths(place) > 0 || this.#count(place, ~mask) === 0;
    });
  }

  /** Noise that is not there for the sake of something below it. */
  #noiseWithin(filter: string): Amounts {
    const matches = filter === '' ? null : this.#matchesOf(filter);
    const alone = new Uint8Array(this.#tree.nodes);
    for (let node = 0; node < alone.length; node++) {
      if (this.#tree.firstChild(node) === 0 && (matches === null || matches[node] === 1)) alone[node] = 1;
    }
    return new Amounts(this.#tree, 1 << codes.noise, alone);
  }

  #shown(mask: number, filter: string): (node: number) => boolean {
    const amounts = this.#amountsOf(mask, filter);
    return (node) => amounts.paths(node) !== 0;
  }

  #amountsOf(mask: number, filter: string): Amounts {
    const key = `${mask}\0${filter}`;
    let amounts = this.#amounts.get(key);
    if (amounts === undefined) {
      const matches = filter === '' ? null : this.#matchesOf(filter);
      amounts = new Amounts(this.#tree, mask, matches);
      const oldest = this.#amounts.keys().next();
      const most = Math.max(1, Math.min(rememberedAmounts, Math.floor(rememberedNodes / this.#tree.nodes)));
      if (this.#amounts.size >= most && oldest.done !== true) this.#amounts.delete(oldest.value);
      this.#amounts.set(key, amounts);
    }
    return amounts;
  }

  #matchesOf(filter: string): Uint8Array {
    if (this.#matches?.filter !== filter) this.#matches = { filter, of: matchesOf(this.#tree, filter) };
    return this.#matches.of;
  }

  #refresh(): void {
    if (this.#version === this.#tree.version) return;
    this.#version = this.#tree.version;
    this.#places = null;
    this.#arranged = null;
    this.#matches = null;
    this.#amounts.clear();
  }
}
