import type { PanelNode, RowNode } from './nodes.ts';

/** Rows that are chosen by the box before them. They go by host and path, so that they stay chosen over a new run. */
export class CheckedRows {
  readonly #rows = new Map<string, RowNode>();

  get size(): number {
    return this.#rows.size;
  }

  has(node: RowNode): boolean {
    const key = keyOf(node);
    // The row as it is drawn now: its id is of the run that is shown.
    if (this.#rows.has(key)) this.#rows.set(key, node);
    return this.#rows.has(key);
  }

  set(node: PanelNode, checked: boolean): void {
    if (node.kind !== 'row') return;
    if (checked) this.#rows.set(keyOf(node), node);
    else this.#rows.delete(keyOf(node));
  }

  /**
   * Those of the listings that are shown, by the run of each host; and those of earlier ones, which were not drawn since: their ids mean
   * nothing any more.
   */
  byListing(runOf: (host: string) => number | undefined): { readonly listed: readonly RowNode[]; readonly earlier: readonly RowNode[] } {
    const isListed = ({ host, run }: RowNode): boolean => runOf(host) === run;
    const rows = [...this.#rows.values()];
    return { listed: rows.filter(isListed), earlier: rows.filter((row) => !isListed(row)) };
  }

  clear(): void {
    this.#rows.clear();
  }
}

function keyOf({ host, group, row }: RowNode): string {
  return `${host}\0${group}\0${row.path}`;
}
