import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { applyEdits } from '../../../server/src/edits/textEdit.ts';
import type { NixGrammar } from '../../../server/src/syntax/grammar.ts';
import { differences, makeChange, readChangeFixtures, valueLines } from '../../support/changeFixture.ts';
import { evaluateNix, needNix } from '../../support/nix.ts';
import { nixGrammar } from '../../support/nixGrammar.ts';

const fixtures = readChangeFixtures(new URL('changes/', import.meta.url));
const standIn = fileURLToPath(new URL('fixtures/standIn.nix', import.meta.url));

suite('changing what is written', () => {
  let grammar: NixGrammar;
  suiteSetup(async () => {
    grammar = await nixGrammar();
  });

  function change(text: string, command: string): string {
    const made = makeChange(grammar.parse('/fixture.nix', text), command);
    return 'problem' in made ? `problem: ${made.problem}\n` : applyEdits(text, made);
  }

  const variants: Readonly<Record<string, (text: string) => string>> = {
    'as written': (text) => text,
    'with CR LF': (text) => text.replaceAll('\n', '\r\n'),
  };
  for (const [variant, vary] of Object.entries(variants))
    for (const fixture of fixtures)
      test(`${fixture.name}, ${variant}`, () => {
        const after = change(vary(fixture.before), fixture.command);
        assert.equal(after, fixture.problem === null ? vary(fixture.after) : fixture.after);
        assert.equal(grammar.parse('/fixture.nix', fixture.problem === null ? after : '1').broken, false);
      });

  for (const { name, before, command } of fixtures)
    test(`${name}, refused while the text does not parse`, () => {
      assert.match(change(`${before}}`, command), /^problem: The file has a syntax error/);
    });

  test('judged by Nix, the value changes by just that', function () {
    needNix(this);
    const done = fixtures.filter(({ problem }) => problem === null);
    const values = evaluateNix([...done.map(({ before }) => before), ...done.map(({ after }) => after)], `(import ${standIn}).raw`).map(
      (value) => valueLines(value),
    );
    for (const [index, fixture] of done.entries())
      assert.deepEqual(differences(values[index] ?? [], values[index + done.length] ?? []), fixture.differences, fixture.name);
  });
});
