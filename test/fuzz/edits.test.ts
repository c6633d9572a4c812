import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { insertEntries, type NewEntry } from '../../server/src/edits/insertEntry.ts';
import { applyEdits } from '../../server/src/edits/textEdit.ts';
import { children, type Expr } from '../../server/src/syntax/ast.ts';
import type { NixGrammar } from '../../server/src/syntax/grammar.ts';
import type { NixSource } from '../../server/src/syntax/nixSource.ts';
import { findStorage, readEditFixtures, type EditFixture } from '../support/editFixture.ts';
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

/** What may stand between two tokens. */
const TRIVIA = [
  ' ',
  ' ',
  '  ',
  '\n',
  '\n',
  '\n    ',
  '\n\n  ',
  '\t',
  '\n\t\t',
  '\r\n  ',
  ' /* c */ ',
  ' /* " */ ',
  " # c ] \" '' ;\n",
  '\n  # [ "d"\n  ',
  '\n# e\r\n',
  '\n  /* f\n  g */\n  ',
];

suite('writing entries, at random', function () {
  this.timeout(240_000);
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
    assert.deepEqual(comments(result), comments(source), after);
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
    }
  }
});

function storage(source: NixSource, { at }: EditFixture) {
  return findStorage(source.root, source.text, at) ?? assert.fail(source.text);
}

/** Their words: an edit that nests a declaration moves the lines of a comment with it. */
function comments({ text, comments: ranges }: NixSource): readonly string[] {
  return ranges.map(({ start, end }) => text.slice(start, end).replace(/\s+/g, ' '));
}

/** The same tokens with other blanks and comments between some of them. */
function disturb({ text, root, comments: ranges }: NixSource, random: Random): string {
  const fixed = [...ranges, ...strings(root)];
  return text.replace(/\s+/g, (blanks, at: number) => {
    const inside = fixed.some(({ start, end }) => start <= at && at < end);
    // A comment up to the line's end needs that end.
    const afterComment = ranges.some(({ end }) => end === at);
    return inside || afterComment || random.below(4) > 0 ? blanks : random.pick(TRIVIA);
  });
}

function strings(root: Expr): readonly Expr[] {
  const found: Expr[] = [];
  const stack: Expr[] = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.kind === 'string') found.push(node);
    else stack.push(...children(node));
  }
  return found;
}
