import assert from 'node:assert/strict';
import { composeEdits } from '../../../server/src/edits/composeEdits.ts';
import { applyEdits, type TextEdit } from '../../../server/src/edits/textEdit.ts';
import { Random } from '../../support/random.ts';

suite('edits made one after the other', () => {
  test('as edits of the first text', () => {
    assert.deepEqual(composeEdits(3, []), []);
    assert.deepEqual(composeEdits(3, [[{ start: 1, end: 2, newText: 'xy' }], [{ start: 2, end: 3, newText: '' }]]), [
      { start: 1, end: 2, newText: 'x' },
    ]);
    assert.deepEqual(composeEdits(2, [[{ start: 2, end: 2, newText: 'c' }], [{ start: 0, end: 0, newText: '_' }]]), [
      { start: 0, end: 0, newText: '_' },
      { start: 2, end: 2, newText: 'c' },
    ]);
  });

  test('come to the same text, whatever they are', () => {
    const random = new Random(7);
    for (let round = 0; round < 500; round++) {
      const first = 'abcdefghij'.slice(0, random.below(11));
      let text = first;
      const steps: (readonly TextEdit[])[] = [];
      for (let step = random.below(5); step > 0; step--) {
        const edits = randomEdits(text, random);
        steps.push(edits);
        text = applyEdits(text, edits);
      }
      assert.equal(applyEdits(first, composeEdits(first.length, steps)), text, JSON.stringify({ first, steps }));
    }
  });
});

function randomEdits(text: string, random: Random): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  for (let at = 0; at <= text.length;) {
    const start = at + random.below(4);
    const end = start + random.below(3);
    if (end > text.length) break;
    edits.push({ start, end, newText: random.sequence(['X', 'YZ', ''], 2) });
    at = end + 1;
  }
  return edits;
}
