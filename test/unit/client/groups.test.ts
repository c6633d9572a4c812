import assert from 'node:assert/strict';
import { CheckedRows } from '../../../client/src/panel/checkedRows.ts';
import { GROUP_LOOKS, groupOf, groupOfRow, queryOf } from '../../../client/src/panel/groups.ts';
import type { RowNode } from '../../../client/src/panel/nodes.ts';
import type { RowDto, VerdictGroup } from '../../../server/src/protocol/rows.ts';

suite('panel groups', () => {
  test('are told apart by letter, by icon and by words', () => {
    const looks = Object.values(GROUP_LOOKS);
    for (const part of ['letter', 'icon', 'label', 'meaning'] as const)
      assert.equal(new Set(looks.map((look) => look[part])).size, 8, part);
    for (const { letter } of looks) assert.match(letter, /^.{1,2}$/);
  });

  test('are asked for by verdict and severity, and found again by them', () => {
    for (const group of Object.keys(GROUP_LOOKS) as VerdictGroup[]) {
      const { verdicts, severities } = queryOf(group);
      assert.equal(verdicts.length, 1);
      assert.equal(groupOf(verdicts[0] ?? 'noise', severities?.[0] ?? null), group);
    }
  });
});

suite('the group of a row', () => {
  test('is its own; of a directory on the way the one that it stands in', () => {
    const row = { verdict: 'lost', severity: 'critical' } as RowDto;
    assert.equal(groupOfRow(row, 'declared'), 'critical');
    assert.equal(groupOfRow({ ...row, verdict: null, severity: null }, 'declared'), 'declared');
  });
});

function node(run: number, path: string): RowNode {
  return { kind: 'row', host: 'web', run, group: 'data', row: { path } as RowDto };
}

suite('checked rows', () => {
  test('stay checked over a new run, and are then the rows of that run', () => {
    const checked = new CheckedRows();
    checked.set(node(1, '/a'), true);
    checked.set(node(1, '/b'), true);
    checked.set(node(1, '/b'), false);
    assert.equal(checked.has(node(2, '/a')), true);
    assert.deepEqual(
      checked.rows().map(({ run, row }) => [run, row.path]),
      [[2, '/a']],
    );
    assert.equal(checked.has(node(2, '/b')), false);
  });
});
