/**
 * The items at `offset` up to `offset + limit` of the sorted order, without sorting all of them: quickselect narrows `items` (which is
 * reordered) to the page, and only the page is sorted. Linear in the number of items for pages that are small against it.
 */
export function smallestSorted(items: number[], offset: number, limit: number, compare: (left: number, right: number) => number): number[] {
  const end = Math.min(items.length, offset + limit);
  if (offset >= end) return [];
  if (end < items.length) select(items, end, compare, 0);
  if (offset > 0) select(items, offset, compare, 0, end);
  return items.slice(offset, end).sort(compare);
}

/** Moves the `count` smallest of `items[from..to)` before the others. */
function select(items: number[], count: number, compare: (left: number, right: number) => number, from: number, to = items.length): void {
  let low = from;
  let high = to - 1;
  while (low < high) {
    const pivot = median(items, low, high, compare);
    let i = low;
    let j = high;
    while (i <= j) {
      while (compare(items[i] as number, pivot) < 0) i++;
      while (compare(items[j] as number, pivot) > 0) j--;
      if (i > j) break;
      const held = items[i] as number;
      items[i] = items[j] as number;
      items[j] = held;
      i++;
      j--;
    }
    if (count - 1 <= j) high = j;
    else if (count - 1 >= i) low = i;
    else return;
  }
}

function median(items: readonly number[], low: number, high: number, compare: (left: number, right: number) => number): number {
  const a = items[low] as number;
  const b = items[(low + high) >> 1] as number;
  const c = items[high] as number;
  if (compare(a, b) < 0) {
    if (compare(b, c) < 0) return b;
    return compare(a, c) < 0 ? c : a;
  }
  if (compare(a, c) < 0) return a;
  return compare(b, c) < 0 ? c : b;
}
