import assert from 'node:assert/strict';
import { notice, printable } from '../../../server/src/text/printable.ts';

suite('texts from files and hosts', () => {
  test('are shown in one line, with nothing hidden or turned round', () => {
    assert.equal(printable('a\nb\u202ecod.exe\u0000é😀\x1b[2J'), String.raw`a\x0ab\u202ecod.exe\x00é😀\x1b[2J`);
    for (const code of [0x85, 0xad, 0x61c, 0x200b, 0x200f, 0x2028, 0x2029, 0x2060, 0x2066, 0xfeff, 0xe0041]) {
      const escape =
        code < 0x100
          ? `\\x${code.toString(16)}`
          : code < 0x10000
            ? `\\u${code.toString(16).padStart(4, '0')}`
            : `\\u{${code.toString(16)}}`;
      assert.equal(printable(`a${String.fromCodePoint(code)}b`), `a${escape}b`);
    }
    assert.equal(printable('/var/lib/Übung \u{1f4be} 日本'), '/var/lib/Übung \u{1f4be} 日本');
  });

  test('are no links in a notification', () => {
    assert.equal(notice('/x/[click](command:evil)\u0007'), String.raw`/x/[click] (command:evil)\x07`);
  });
});
