import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { applyEdits } from '../../server/src/edits/textEdit.ts';
import type { NixGrammar } from '../../server/src/syntax/grammar.ts';
import type { NixSource } from '../../server/src/syntax/nixSource.ts';
import { differences, makeChange, readChangeFixtures, valueLines } from '../support/changeFixture.ts';
import { commentWords, disturb } from '../support/disturb.ts';
import { FaultTable } from '../support/faultTable.ts';
import { evaluateNix, needNix } from '../support/nix.ts';
import { nixGrammar } from '../support/nixGrammar.ts';
import { Random } from '../support/random.ts';

const standIn = fileURLToPath(new URL('../unit/edits/fixtures/standIn.nix', import.meta.url));
const ROUNDS = 500;
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);

/** What is taken away may take the comment behind it along. */
const TAKES_COMMENTS = /^(remove|tidy|unset|move|preserve|attributes \S+ \S+=( |$))/;

suite('changing what is written, at random', function () {
  this.timeout(240_000);
  const table = new FaultTable('Fuzz: changing what is written');
  suiteTeardown(() => table.print());
  const fixtures = readChangeFixtures(new URL('../unit/edits/changes/', import.meta.url)).filter(({ problem }) => problem === null);
  let grammar: NixGrammar;

  suiteSetup(async function () {
    needNix(this);
    grammar = await nixGrammar();
  });

  function parse(text: string): NixSource {
    const source = grammar.parse('/fuzz.nix', text);
    assert.equal(source.broken, false, text);
    return source;
  }

  test(`odd layouts (seed ${SEED})`, () => {
    const random = new Random(SEED);
    let refused = 0;
    const tries = Array.from({ length: ROUNDS }, () => {
      const fixture = random.pick(fixtures);
      const source = parse(disturb(grammar.parse('/fuzz.nix', fixture.before), random));
      const made = makeChange(source, fixture.command);
      if ('problem' in made) {
        // A refusal is no harm, as long as it is for what stands in odd places.
        assert.match(made.problem, /lose their place|in two ways|by hand|form/, `${fixture.name}\n${source.text}`);
        refused++;
        table.note('a change where the layout is odd', 'refused with a reason');
        return [];
      }
      const after = applyEdits(source.text, made);
      const words = commentWords(parse(after));
      if (TAKES_COMMENTS.test(fixture.command)) {
        const before = commentWords(source);
        assert.ok(
          words.every((each) => before.includes(each)),
          `a comment has come:\n${after}`,
        );
      } else assert.deepEqual(words, commentWords(source), `${fixture.name}\n${source.text}\n---\n${after}`);
      return [{ fixture, before: source.text, after }];
    }).flat();
    assert.ok(refused < ROUNDS / 5, `${refused} of ${ROUNDS} were refused`);
    const values = evaluateNix([...tries.map(({ before }) => before), ...tries.map(({ after }) => after)], `(import ${standIn}).raw`);
    for (const [index, { fixture, before, after }] of tries.entries()) {
      const changed = differences(lines(values[index]), lines(values[index + tries.length]));
      assert.deepEqual(changed, fixture.differences, `${fixture.name}\n${before}\n---\n${after}`);
      table.note('a change where the layout is odd', 'Nix reads what was wanted, comments stand');
    }
  });
});

/** A set with nothing but a path is what a string is: where comments stand in it, it stays a set. */
function lines(value: unknown): readonly string[] {
  return valueLines(value).map((line) => line.replace(/\{"(?:directory|file)":("[^"]*")\}$/, '$1'));
}
