import assert from 'node:assert/strict';
import { destinationProblem, snapshotProblem } from '../../../server/src/text/destination.ts';

suite('destinations and dataset names', () => {
  test('destinations', () => {
    for (const good of [
      'web',
      'root@web',
      'root@192.0.2.1',
      'root@[2001:db8::1]',
      'ssh://root@web:2222',
      'web-1.example.org',
      String.raw`DOMAIN\me@web`,
      'me@fe80::1%eth0',
    ]) {
      assert.equal(destinationProblem(good), null, good);
    }
    for (const bad of [
      '',
      '-oProxyCommand=id',
      'a b',
      'a\nb',
      'a\u0000',
      'root@-x',
      'a\u009b',
      '\u00a0',
      '$(id)',
      'a;id',
      'a`id`',
      '{a,b}',
      "a'b",
      'me@a\\b',
      '\\',
    ]) {
      assert.notEqual(destinationProblem(bad), null, JSON.stringify(bad));
    }
  });

  test('datasets and snapshots', () => {
    for (const [dataset, snapshot] of [
      ['rpool/local/root', 'blank'],
      ['tank', 'a:b_c.d-e'],
      ['rpool/my data', 'before boot'],
    ] as const) {
      assert.equal(snapshotProblem(dataset, snapshot), null, dataset);
    }
    const bad = [
      ['', 'a'],
      ['a', ''],
      ['-o', 'a'],
      ['a//b', 'c'],
      ['/a', 'b'],
      ['a/', 'b'],
      ['a/../b', 'c'],
      ['a/.', 'c'],
      ['a', 'b@c'],
      ['a', 'b/c'],
      ['a;id', 'b'],
      ['a', '$(id)'],
      ['a', "b'"],
      ['a ', 'b'],
      ['a\n', 'b'],
      ['1a', 'b'],
      ['a'.repeat(250), 'blank'],
    ];
    for (const [dataset = '', snapshot = ''] of bad) assert.notEqual(snapshotProblem(dataset, snapshot), null, `${dataset}@${snapshot}`);
  });
});
