import assert from 'node:assert/strict';
import { insertIntoList } from '../../../server/src/edits/listInsert.ts';
import { entryElement } from '../../../server/src/edits/entryText.ts';
import { removeElements } from '../../../server/src/edits/removeItems.ts';
import { detectStyle } from '../../../server/src/edits/style.ts';
import { applyEdits } from '../../../server/src/edits/textEdit.ts';
import type { NixGrammar } from '../../../server/src/syntax/grammar.ts';
import { nixGrammar } from '../../support/nixGrammar.ts';

/** A list, which element goes, and what is left. */
const cases: readonly (readonly [string, number, string])[] = [
  ['[ "a" ]', 0, '[ ]'],
  ['["a"]', 0, '[]'],
  ['[ "a" "b" ]', 0, '[ "b" ]'],
  ['[ "a" "b" ]', 1, '[ "a" ]'],
  ['["a" "b"]', 1, '["a"]'],
  ['[ "a" "b" "c" ]', 1, '[ "a" "c" ]'],
  ['[\n  "a"\n  "b"\n]', 0, '[\n  "b"\n]'],
  ['[\n  "a"\n  "b"\n]', 1, '[\n  "a"\n]'],
  ['[\n  "a"\n]', 0, '[ ]'],
  ['[\n  "a" # first\n  "b" # second\n]', 0, '[\n  "b" # second\n]'],
  ['[\n  "a" # first\n  "b" # second\n]', 1, '[\n  "a" # first\n]'],
  ['[\n  # above\n  "a"\n  # below\n]', 0, '[\n  # above\n  # below\n]'],
  ['[\n  "a" "b"\n  "c"\n]', 0, '[\n  "b"\n  "c"\n]'],
  ['[\n  "a" "b"\n  "c"\n]', 1, '[\n  "a"\n  "c"\n]'],
  ['[ "a"\n  "b" ]', 1, '[ "a" ]'],
  ['[ "a"\n  "b"\n]', 0, '[\n  "b"\n]'],
  ['[\n  {\n    directory = "a";\n    mode = "0700";\n  }\n  "b"\n]', 0, '[\n  "b"\n]'],
  ['[\n  "a" # first\n  "b" ]', 1, '[\n  "a" # first\n  ]'],
  ['[ "a" # first\n  "b" ]', 0, '[\n  "b" ]'],
  ['[ "a" /* why */ "b" ]', 0, '[ "b" ]'],
  ['[\n  "a"\n  # about b\n  "b" ]', 1, '[\n  "a"\n  # about b\n  ]'],
];

suite('removing a list element', () => {
  let grammar: NixGrammar;
  suiteSetup(async () => {
    grammar = await nixGrammar();
  });

  function parse(text: string) {
    const source = grammar.parse('/list.nix', text);
    if (source.root.kind !== 'list') return assert.fail('no list');
    return { source, list: source.root };
  }

  for (const [before, index, after] of cases) {
    for (const eol of ['\n', '\r\n']) {
      test(`${JSON.stringify(before.replaceAll('\n', eol))} without element ${index}`, () => {
        const { source, list } = parse(before.replaceAll('\n', eol));
        const result = applyEdits(source.text, removeElements(source, list, [index]));
        assert.equal(result, after.replaceAll('\n', eol));
        const parsed = parse(result);
        assert.equal(parsed.source.broken, false);
        assert.equal(parsed.list.elements.length, list.elements.length - 1);
      });
    }
  }

  test('an element that is not there gives no edit', () => {
    const { source, list } = parse('[ "a" ]');
    assert.deepEqual(removeElements(source, list, [1]), []);
  });

  test('takes back what was inserted into a list on several lines', () => {
    for (const before of ['[\n  "a"\n  "b"\n]', '[\n\t"a" # x\n\t# y\n]', '[\r\n  "b"\r\n  "a"\r\n]']) {
      const { source, list } = parse(before);
      const element = entryElement('directory', '/x') ?? assert.fail();
      const inserted = parse(applyEdits(before, insertIntoList(source, list, [element], detectStyle(source))));
      const index = inserted.list.elements.findIndex((found) => inserted.source.text.slice(found.start, found.end) === '"/x"');
      assert.equal(applyEdits(inserted.source.text, removeElements(inserted.source, inserted.list, [index])), before);
    }
  });
});
