import assert from 'node:assert/strict';
import { bytes } from '../../../client/src/text.ts';
import { amountWords, badgeTooltip, countWords, rowSpeech, rowTooltip, rowWords, sessionWords } from '../../../client/src/panel/words.ts';
import { unfollowed } from '../../../server/src/remote/session.ts';
import type { CountsDto, RowDto } from '../../../server/src/protocol/rows.ts';

const none: CountsDto = { lost: { critical: 0, data: 0, convenience: 0, unknown: 0 }, kept: 0, declared: 0, mounted: 0, noise: 0 };
const file: RowDto = {
  id: 1,
  name: 'machine-id',
  path: '/etc/machine-id',
  isDirectory: false,
  change: '+',
  fileType: 'F',
  newPath: null,
  verdict: 'lost',
  severity: 'critical',
  keptBy: null,
  state: { title: 'Machine id', loss: 'A new one at each boot.' },
  counts: none,
  hasChildren: false,
};

suite('panel words', () => {
  test('say what becomes of a path', () => {
    assert.equal(rowWords(file, 'critical'), '+ would be lost: critical · Machine id');
    assert.equal(rowWords({ ...file, verdict: 'declared', severity: null, state: null }, 'declared'), '+ declared, not active yet');
    assert.equal(rowSpeech(file), 'added file /etc/machine-id, would be lost: critical, Machine id');
    const kept = { ...file, verdict: 'kept', severity: null, state: null, keptBy: 'directory in web.nix:4' } as const;
    assert.equal(rowSpeech(kept), 'added file /etc/machine-id, kept (directory in web.nix:4)');
    assert.match(rowTooltip(file), /^\/etc\/machine-id\nAdded since the blank snapshot: would be lost: critical\./);
  });

  test('say what is below a directory', () => {
    const directory: RowDto = { ...file, isDirectory: true, hasChildren: true, change: null, verdict: null, severity: null, state: null };
    const two = { ...directory, size: 4321, counts: { ...none, lost: { ...none.lost, data: 2 }, kept: 3 } };
    assert.equal(rowWords(two, 'data'), 'would be lost: data · 2 paths · 4.3 kB');
    assert.equal(rowWords({ ...directory, counts: { ...none, declared: 1 } }, 'declared'), 'declared, not active yet · 1 path');
    assert.equal(rowWords({ ...directory, hasChildren: false, counts: none }, 'kept'), 'kept');
    const mixed = { ...directory, counts: { ...none, lost: { ...none.lost, critical: 2 }, declared: 1 } };
    assert.equal(rowWords(mixed, 'declared'), 'declared, not active yet · 1 path', 'by the group it stands in, not by the worst below it');
  });

  test('say how much there is', () => {
    assert.equal(amountWords({ places: 3, paths: 1312, size: 4_200_000 }), '3 places · 1,312 paths · 4.2 MB');
    assert.equal(amountWords({ places: 1, paths: 1, size: null }), '1 path');
    assert.deepEqual([0, 999, 1000, 999_499, 999_600, 123e9].map(bytes), ['0 B', '999 B', '1.0 kB', '999 kB', '1.0 MB', '123 GB']);
  });

  test('count', () => {
    assert.equal(countWords(none), 'nothing would be lost');
    assert.equal(
      countWords({ ...none, lost: { critical: 1, data: 2000, convenience: 0, unknown: 0 }, declared: 4, mounted: 5 }),
      '2,001 would be lost · 1 critical · 5 not declared · 4 not active yet',
    );
    assert.equal(
      badgeTooltip([
        ['web', 1],
        ['nas', 0],
      ]),
      '1 path would be lost at the next boot (web: 1)',
    );
  });

  test('say how it stands with a host', () => {
    const session = {
      host: 'web',
      run: 1,
      counts: none,
      problem: null,
      startedAt: 0,
      finishedAt: 1,
      revision: 1,
      source: 'ssh web',
      ...unfollowed,
    };
    assert.equal(sessionWords(null), 'not connected');
    assert.equal(sessionWords({ ...session, state: 'done', partial: false }), 'nothing would be lost');
    assert.equal(sessionWords({ ...session, state: 'done', partial: true }), 'partial · nothing would be lost');
    assert.equal(sessionWords({ ...session, state: 'failed', partial: true }), 'failed');
  });
});
