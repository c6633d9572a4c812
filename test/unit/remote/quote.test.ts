import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { quoteCommand, quoteWord } from '../../../server/src/remote/quote.ts';
import { run } from '../../hosts/run.ts';
import { numbersFrom } from '../../support/generatedListing.ts';

const words = [
  '',
  'plain',
  "it's",
  `"'"'`,
  String.raw`back\slash`,
  String.raw`\'`,
  String.raw`'\\'`,
  'a b',
  'new\nline',
  '$HOME `id` $(id)',
  '!x',
  '*?[',
  '~',
  '-n',
  '#',
  ';&|<>',
  'tab\t',
  'caf\u00e9',
];

suite('quoting for a remote shell', () => {
  // What is there of the login shells people have; sh is everywhere.
  const shells = ['/bin/sh', '/bin/bash', '/bin/dash', '/bin/zsh', '/usr/bin/fish', '/bin/busybox'].filter((shell) => existsSync(shell));
  for (const shell of shells) {
    test(`${shell} reads exactly the words`, async () => {
      const random = numbersFrom(11);
      const odd = Array.from({ length: 60 }, () =>
        Array.from({ length: Math.floor(random() * 12) }, () => `'"\\ $\n!ab`.charAt(Math.floor(random() * 9))).join(''),
      );
      const all = [...words, ...odd];
      const command = quoteCommand(['printf', String.raw`%s\0`, ...all]);
      assert.ok(command !== null);
      const args = shell.endsWith('busybox') ? ['sh', '-c', command] : ['-c', command];
      const { stdout, stderr } = await run(shell, args);
      assert.equal(stderr, '');
      assert.deepEqual(stdout.split('\0').slice(0, -1), all);
    });
  }

  test('fish has no escape to find: single quotes hold neither quote nor backslash', () => {
    for (const word of words) {
      for (const part of (quoteWord(word) ?? '').matchAll(/'([^']*)'/g)) {
        if (!(quoteWord(word) ?? '').includes(`"'"`)) assert.ok(!part[1]?.includes('\\'), word);
      }
    }
  });

  test('a NUL is refused', () => {
    assert.equal(quoteWord('a\0b'), null);
    assert.equal(quoteCommand(['a', 'b\0']), null);
  });
});
