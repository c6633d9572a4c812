import assert from 'node:assert/strict';
import { applyEdits, joinEdits } from '../../../server/src/edits/textEdit.ts';

suite('text edits', () => {
  test('are made from the left to the right, in offsets of the text before', () => {
    assert.equal(
      applyEdits('abc', [
        { start: 0, end: 1, newText: 'xy' },
        { start: 3, end: 3, newText: '!' },
      ]),
      'xybc!',
    );
    assert.equal(applyEdits('abc', []), 'abc');
  });

  test('insertions at one place become one, in the order they came', () => {
    const joined = joinEdits([
      { start: 2, end: 2, newText: 'b' },
      { start: 0, end: 0, newText: 'a' },
      { start: 2, end: 2, newText: 'c' },
      { start: 1, end: 1, newText: '' },
    ]);
    assert.deepEqual(joined, [
      { start: 0, end: 0, newText: 'a' },
      { start: 2, end: 2, newText: 'bc' },
    ]);
  });

  test('an insertion right before or behind a replacement stays beside it', () => {
    const joined = joinEdits([
      { start: 1, end: 3, newText: 'R' },
      { start: 3, end: 3, newText: '>' },
      { start: 1, end: 1, newText: '<' },
    ]);
    assert.ok(joined);
    assert.equal(applyEdits('a__b', joined), 'a<R>b');
  });

  test('two replacements of the same characters are refused', () => {
    assert.equal(
      joinEdits([
        { start: 0, end: 2, newText: 'x' },
        { start: 1, end: 3, newText: 'y' },
      ]),
      null,
    );
    assert.equal(
      joinEdits([
        { start: 0, end: 2, newText: 'x' },
        { start: 1, end: 1, newText: 'y' },
      ]),
      null,
    );
  });
});
