import assert from 'node:assert/strict';
import { counted, forNotification, visible } from '../../../client/src/text.ts';

suite('client texts', () => {
  test('show control characters and marks that reorder text', () => {
    assert.equal(visible('a\nb\u202ecod.exe\u0000é😀'), 'a\\u{a}b\\u{202e}cod.exe\\u{0}é😀');
  });

  test('make no link of a file name', () => {
    assert.equal(forNotification('/x/[click](command:evil)'), '/x/[click] (command:evil)');
  });

  test('count', () => {
    assert.equal(counted(1, 'path', 'paths'), '1 path');
    assert.equal(counted(12345, 'path', 'paths'), '12,345 paths');
  });
});
