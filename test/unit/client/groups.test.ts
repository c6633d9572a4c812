import assert from 'node:assert/strict';
import { GROUP_LOOKS, groupOf, groupOfRow, queryOf } from '../../../client/src/panel/groups.ts';
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
