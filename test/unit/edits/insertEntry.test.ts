import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { insertEntries } from '../../../server/src/edits/insertEntry.ts';
import { applyEdits, type TextEdit } from '../../../server/src/edits/textEdit.ts';
import type { NixGrammar } from '../../../server/src/syntax/grammar.ts';
import { findStorage, readEditFixtures, type EditFixture } from '../../support/editFixture.ts';
import { evaluateNix, needNix, parseNix } from '../../support/nix.ts';
import { nixGrammar } from '../../support/nixGrammar.ts';
import { compareLines, expectedLine, persistedLines, place, withoutPlace } from '../../support/persisted.ts';

const directory = new URL('fixtures/', import.meta.url);
const fixtures = readEditFixtures(directory);

/** The layouts that every fixture is tried in. */
const variants: Readonly<Record<string, (text: string) => string>> = {
  'as written': (text) => text,
  'with CR LF': (text) => text.replaceAll('\n', '\r\n'),
  // Blanks that align come behind the tabs that indent, as people with tabs have it.
  'with tabs': (text) =>
    text.replace(/^(?: {2})+/gm, (blanks) => (blanks.length > 10 ? `\t\t${blanks.slice(4)}` : '\t'.repeat(blanks.length / 2))),
};

/** Blanks, empty lists, the dot before a list, and an inherited name: nothing else of a text is ever replaced. */
const REPLACEABLE = /^(\s*|\[\s*\]|\.|inherit [^;]*;|\s*(directories|files)\s*)$/;

suite('inserting entries', () => {
  let grammar: NixGrammar;
  suiteSetup(async () => {
    grammar = await nixGrammar();
  });

  function insert(fixture: EditFixture, text: string): readonly TextEdit[] | string {
    const source = grammar.parse('/fixture.nix', text);
    const range = findStorage(source.root, text, fixture.at) ?? { start: 0, end: 0 };
    const result = insertEntries(source, range, fixture.entries);
    return 'problem' in result ? result.problem : result;
  }

  test('there are enough fixtures for the forms that people write', () => {
    assert.ok(fixtures.filter((fixture) => fixture.problem === null).length >= 60);
  });

  for (const [variant, change] of Object.entries(variants)) {
    for (const fixture of fixtures) {
      test(`${fixture.name}, ${variant}`, () => {
        const before = change(fixture.before);
        const edits = insert(fixture, before);
        if (typeof edits === 'string') {
          assert.equal(edits, fixture.problem);
          return;
        }
        const after = applyEdits(before, edits);
        assert.equal(after, change(fixture.after));
        for (const edit of edits) assert.match(before.slice(edit.start, edit.end), REPLACEABLE);
        assert.deepEqual(insert(fixture, after), [], 'a second time changes nothing');
      });
    }
  }

  suite('judged by Nix', () => {
    const done = fixtures.filter((fixture) => fixture.problem === null);
    suiteSetup(function () {
      needNix(this);
    });

    test('every result parses', () => {
      parseNix(Object.values(variants).flatMap((change) => done.map((fixture) => change(fixture.after))));
    });

    test('every value changes by the entries and nothing else', () => {
      const read = `(import ${fileURLToPath(new URL('standIn.nix', directory))}).read`;
      const values = evaluateNix([...done.map((fixture) => fixture.before), ...done.map((fixture) => fixture.after)], read).map(
        persistedLines,
      );
      for (const [index, fixture] of done.entries()) {
        const before = values[index] ?? [];
        const { added, removed, moved } = compareLines(before, values[index + done.length] ?? []);
        assert.deepEqual(removed, [], fixture.name);
        assert.equal(moved, false, fixture.name);
        const expected = fixture.entries.map(expectedLine).filter((line) => !before.some((there) => isSameEntry(there, line)));
        assert.deepEqual(added.map(withoutPlace).toSorted(), expected.toSorted(), fixture.name);
        assert.ok(new Set(added.map(place)).size <= 1, `${fixture.name}: in one storage`);
      }
    });
  });
});

/** The same path, whether as a string, as a set, or with a slash at its end. */
function isSameEntry(there: string, expected: string): boolean {
  const [user, kind] = expected.split(' ');
  return withoutPlace(there).startsWith(`${user} ${kind} `) && pathIn(there) === pathIn(expected);
}

function pathIn(line: string): string | undefined {
  return /"(?:(?:directory|file)":")?(\/?[^"]*?)\/?"/.exec(line)?.[1];
}
