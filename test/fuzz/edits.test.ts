import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { insertEntries, type NewEntry } from '../../server/src/edits/insertEntry.ts';
import { applyEdits } from '../../server/src/edits/textEdit.ts';
import type { NixGrammar } from '../../server/src/syntax/grammar.ts';
import type { NixSource } from '../../server/src/syntax/nixSource.ts';
import { commentWords, disturb } from '../support/disturb.ts';
import { findStorage, readEditFixtures, type EditFixture } from '../support/editFixture.ts';
import { FaultTable } from '../support/faultTable.ts';
import { evaluateNix, needNix } from '../support/nix.ts';
import { nixGrammar } from '../support/nixGrammar.ts';
import { compareLines, expectedLine, persistedLines, place, withoutPlace } from '../support/persisted.ts';
import { Random } from '../support/random.ts';

const directory = new URL('../unit/edits/fixtures/', import.meta.url);
const ROUNDS = 600;
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);

/** Pieces of names that have made trouble somewhere. */
const NAME_PARTS = [
  'a',
  'B',
  '/',
  '/',
  ' ',
  '"',
  '\\',
  '$',
  '${',
  '}',
  "''",
  '\n',
  '\r',
  '\t',
  '#',
  '/*',
  '*/',
  ';',
  ']',
  '[',
  'é',
  '🗄️',
  '\u0001',
  '\u2028',
  '\u202e',
  '.',
  '-',
  '%',
  "'",
];

suite('writing entries, at random', function () {
  this.timeout(240_000);
  const table = new FaultTable('Fuzz: writing entries');
  suiteTeardown(() => table.print());
  const fixtures = readEditFixtures(directory).filter((fixture) => fixture.problem === null);
  // Comments among inherited names are a reason to refuse.
  const movable = fixtures.filter(({ before }) => !/persist" = \{[^}]*inherit/.test(before));
  let grammar: NixGrammar;

  suiteSetup(async function () {
    needNix(this);
    grammar = await nixGrammar();
  });

  test(`odd names, in every form of text (seed ${SEED})`, () => {
    const random = new Random(SEED);
    judge(Array.from({ length: ROUNDS }, () => tryOne(random.pick(fixtures), (text) => text, random)));
  });

  test(`odd names and odd layouts (seed ${SEED})`, () => {
    const random = new Random(SEED + 1);
    judge(
      Array.from({ length: ROUNDS }, () =>
        tryOne(random.pick(movable), (text) => disturb(grammar.parse('/fuzz.nix', text), random), random),
      ),
    );
  });

  function tryOne(fixture: EditFixture, change: (text: string) => string, random: Random) {
    const before = change(fixture.before);
    // The lists of the fixture, since another one may well be refused there.
    const entries = fixture.entries.map((entry, index): NewEntry => ({ ...entry, path: `/f/${random.sequence(NAME_PARTS, 6)}${index}` }));
    const source = parse(before);
    const edits = insertEntries(source, storage(source, fixture), entries);
    if ('problem' in edits) return assert.fail(`${fixture.name}: ${edits.problem}\n${before}`);
    const after = applyEdits(before, edits);
    const result = parse(after);
    assert.deepEqual(commentWords(result), commentWords(source), after);
    assert.deepEqual(insertEntries(result, storage(result, fixture), entries), [], `a second time changes nothing:\n${after}`);
    return { name: fixture.name, before, after, entries };
  }

  function parse(text: string): NixSource {
    const source = grammar.parse('/fuzz.nix', text);
    assert.equal(source.broken, false, text);
    return source;
  }

  function judge(tries: readonly ReturnType<typeof tryOne>[]): void {
    const read = `(import ${fileURLToPath(new URL('standIn.nix', directory))}).read`;
    const values = evaluateNix([...tries.map(({ before }) => before), ...tries.map(({ after }) => after)], read).map(persistedLines);
    for (const [index, { name, after, entries }] of tries.entries()) {
      const { added, removed, moved } = compareLines(values[index] ?? [], values[index + tries.length] ?? []);
      const said = `${name}\n${after}`;
      assert.deepEqual(removed, [], said);
      assert.equal(moved, false, said);
      assert.deepEqual(added.map(withoutPlace).toSorted(), [...new Set(entries.map(expectedLine))].toSorted(), said);
      assert.ok(new Set(added.map(place)).size <= 1, said);
      table.note('entries with odd names in odd texts', 'Nix reads exactly them', entries.length);
    }
  }
});

function storage(source: NixSource, { at }: EditFixture) {
  return findStorage(source.root, source.text, at) ?? assert.fail(source.text);
}
