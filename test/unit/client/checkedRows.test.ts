import assert from 'node:assert/strict';
import { CheckedRows } from '../../../client/src/panel/checkedRows.ts';
import type { RowNode } from '../../../client/src/panel/nodes.ts';
import type { RowDto } from '../../../server/src/protocol/rows.ts';

/** A row of which only its path and the listing it is of matter. */
function row(path: string, run: number, host = 'web'): RowNode {
  return { kind: 'row', host, run, group: 'data', row: { id: run * 10, path } as RowDto };
}

suite('checked rows', () => {
  test('stay checked over a new listing, with the ids of the one that they were drawn in last', () => {
    const checked = new CheckedRows();
    checked.set(row('/a', 1), true);
    checked.set(row('/b', 1), true);
    checked.set(row('/c', 4, 'mail'), true);
    assert.deepEqual(checked.byListing((host) => (host === 'web' ? 1 : 4)).earlier, []);
    // Of the second listing only one is drawn.
    assert.equal(checked.has(row('/a', 2)), true);
    assert.equal(checked.has(row('/x', 2)), false);
    const { listed, earlier } = checked.byListing((host) => (host === 'web' ? 2 : undefined));
    assert.deepEqual(
      listed.map(({ row: { path, id } }) => [path, id]),
      [['/a', 20]],
    );
    assert.deepEqual(
      earlier.map(({ row: { path } }) => path),
      ['/b', '/c'],
    );
    checked.set(row('/b', 3), false);
    assert.equal(checked.size, 2);
    checked.clear();
    assert.equal(checked.size, 0);
  });
});
