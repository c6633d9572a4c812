import assert from 'node:assert/strict';
import { LazilySorted } from '../../../server/src/remote/lazilySorted.ts';
import { numbersFrom } from '../../support/generatedListing.ts';

const ascending = (left: number, right: number): number => left - right;

suite('lazily sorted', () => {
  test('any pages in any order are those of the sorted order', () => {
    const random = numbersFrom(7);
    const below = (limit: number): number => Math.floor(random() * limit);
    for (let round = 0; round < 200; round++) {
      const different = 1 + below(round % 2 === 0 ? 50 : 5000);
      const items = Array.from({ length: below(2000) }, () => below(different));
      const sorted = [...items].sort(ascending);
      const lazy = new LazilySorted(items, ascending);
      assert.equal(lazy.length, sorted.length);
      for (let page = 0; page < 12; page++) {
        const from = below(2100);
        const to = from + below(120);
        assert.deepEqual(lazy.slice(from, to), sorted.slice(from, to));
      }
      assert.deepEqual(lazy.slice(0, 2000), sorted);
    }
  });

  test('the first page of many takes about a comparison for each, the next ones fewer, and no order is quadratic', () => {
    const count = 100_000;
    const random = numbersFrom(3);
    const orders: Record<string, (i: number) => number> = {
      random: () => random(),
      ascending: (i) => i,
      descending: (i) => -i,
      equal: () => 1,
      sawtooth: (i) => i % 317,
      organPipe: (i) => Math.min(i, count - i),
    };
    for (const [name, at] of Object.entries(orders)) {
      const keys = Array.from({ length: count }, (_, i) => at(i));
      let compared = 0;
      const lazy = new LazilySorted(
        keys.map((_, i) => i),
        (left, right) => {
          compared++;
          return (keys[left] as number) - (keys[right] as number);
        },
      );
      lazy.slice(0, 100);
      assert.ok(compared < 2.5 * count, `${name}: ${compared}`);
      compared = 0;
      lazy.slice(0, 100);
      lazy.slice(100, 200);
      assert.ok(compared < count, `${name}: ${compared} for two more`);
      compared = 0;
      for (let from = 0; from < count; from += 100) lazy.slice(from, from + 100);
      assert.ok(compared < 50 * count, `${name}: ${compared} for all`);
    }
  });
});
