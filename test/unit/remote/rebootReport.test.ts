import assert from 'node:assert/strict';
import { rebootReport, type RebootFacts } from '../../../server/src/remote/rebootReport.ts';
import { countsOf } from '../../../server/src/remote/verdictCode.ts';

const clean: RebootFacts = {
  host: 'web',
  counts: countsOf([]),
  partial: false,
  problem: null,
  lost: { critical: [], data: [], unknown: [] },
  declared: [],
  mounted: [],
  notes: [],
  lateStorages: [],
  unread: 0,
};
const note = { code: 'root-not-erased', message: 'Root was not erased.', nextStep: 'See the journal.', detail: '', paths: [] };

suite('safe to reboot', () => {
  test('yes, when nothing stands against it', () => {
    const { safe, reasons, text } = rebootReport(clean);
    assert.deepEqual([safe, reasons], [true, []]);
    assert.match(text, /^Safe to reboot web\? yes\n/);
  });

  test('each that stands against it makes it a no, with what to do', () => {
    const place = { path: '/etc/machine-id', loss: 'A new id.' };
    const against: readonly Partial<RebootFacts>[] = [
      { lost: { ...clean.lost, critical: [place] } },
      { lost: { ...clean.lost, data: [place] } },
      { lost: { ...clean.lost, unknown: [place] } },
      { declared: ['/var/lib/a'] },
      { notes: [{ ...note, severity: 'error' }] },
      { lateStorages: ['/persist'] },
    ];
    for (const facts of against) {
      const { safe, reasons } = rebootReport({ ...clean, ...facts });
      assert.equal(safe, false, JSON.stringify(facts));
      assert.equal(reasons.length, 1);
      assert.notEqual(reasons[0]?.nextStep, '');
    }
  });

  test('what is not whole can’t be told; what stands against it is told all the same', () => {
    for (const facts of [{ partial: true }, { counts: null }, { problem: { ...note, code: 'connection-lost' } }]) {
      assert.equal(rebootReport({ ...clean, ...facts }).safe, null);
      assert.equal(rebootReport({ ...clean, ...facts, declared: ['/a'] }).safe, false);
    }
  });

  test('what is only worth knowing does not stand against it', () => {
    const { safe, reasons } = rebootReport({
      ...clean,
      mounted: ['/var/lib/old'],
      unread: 2,
      notes: [{ ...note, severity: 'information' }],
    });
    assert.equal(safe, true);
    assert.deepEqual(
      reasons.map(({ kind }) => kind),
      ['mounted', 'unread'],
    );
  });

  test('the worst is told first, many are cut, and names are one line each', () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ path: `/srv/${index}\n\u001b[31m`, loss: null }));
    const { reasons, text } = rebootReport({
      ...clean,
      lost: { ...clean.lost, unknown: many, critical: [{ path: '/etc/machine-id', loss: 'A new id.' }] },
    });
    assert.match(reasons[0]?.paths[0] ?? '', /machine-id: A new id\./);
    assert.equal(reasons[1]?.paths.length, 30);
    assert.ok(!text.includes('\u001b'));
    assert.match(text, /\/srv\/0\\x0a/);
  });
});
