import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generateExpression, generateLibExpression } from '../../support/coreExpressions.ts';
import { grammarOnce } from '../../support/coreGrammar.ts';
import { evaluateText, evaluationOf, NotKnown, sameJson, toJson } from '../../support/coreNix.ts';
import { Random } from '../../support/random.ts';
import { evaluateNix, needNix } from '../../support/nix.ts';
import { globalScope } from '../../../server/src/nix/builtins.ts';
import { call } from '../../../server/src/nix/call.ts';
import { evaluateFile } from '../../../server/src/nix/wholeFile.ts';
import { nixpkgsLib } from '../../../server/src/nix/lib.ts';
import { Thunk } from '../../../server/src/nix/value.ts';
import type { NixGrammar } from '../../../server/src/syntax/grammar.ts';

const directory = new URL('../../fixtures/nix/', import.meta.url);
const lines = (name: string): readonly string[] =>
  readFileSync(new URL(name, directory), 'utf8')
    .split('\n')
    .filter((line) => line !== '');

const written = lines('expressions.txt');
const multiline = readFileSync(new URL('multiline.txt', directory), 'utf8').split(/^---\n/m);
const refused = lines('refused.txt');
const libCalls = lines('libCalls.txt');
/** An expression and its value with nixpkgs lib of 26.11, as JSON, divided by a tab. */
const libValues = lines('libValues.txt');

/** What differs, as text for people; null when the two agree. */
function difference(expression: string, ours: unknown, theirs: unknown): string | null {
  if (sameJson(ours, theirs)) return null;
  const said = ours instanceof NotKnown ? `unknown: ${ours.reason}` : JSON.stringify(ours);
  return `${expression}\n  Keepsake: ${said}\n  Nix:      ${JSON.stringify(theirs)}`;
}

/** The real Nix and ours on the same texts; functions, which JSON can't hold, are told by their kind. */
const WRAP = 'x: let t = builtins.typeOf x; in if t == "lambda" then "a function" else if t == "path" then toString x else x';

function generatedCalls(): readonly string[] {
  const random = new Random(Number(process.env['KEEPSAKE_SEED'] ?? 1));
  return Array.from({ length: 500 }, (_, index) => generateLibExpression(random, 2 + (index % 3)));
}

suite('nix, against the real Nix', () => {
  let grammar: NixGrammar;
  suiteSetup(async function () {
    needNix(this);
    grammar = await grammarOnce;
  });

  const evaluate = (text: string): unknown => {
    const value = evaluateText(grammar, text);
    return value.type === 'function' ? 'a function' : toJson(value);
  };

  for (const [name, expressions] of Object.entries({ 'written expressions': written, 'texts of several lines': multiline }))
    test(`${name} are worth the same`, () => {
      const theirs = evaluateNix(expressions, WRAP);
      const differences = expressions.flatMap((text, index) => difference(text, evaluate(text), theirs[index]) ?? []);
      assert.deepEqual(differences, []);
    });

  test('generated expressions are worth the same', () => {
    const seed = Number(process.env['KEEPSAKE_SEED'] ?? 1);
    const random = new Random(seed);
    const expressions = Array.from({ length: 2000 }, (_, index) => generateExpression(random, 2 + (index % 4)));
    const theirs = evaluateNix(expressions, WRAP);
    const differences = expressions.flatMap((text, index) => difference(text, evaluate(text), theirs[index]) ?? []);
    assert.deepEqual(differences, [], `seed ${seed}`);
  });

  /** What an expression that sees `lib` is worth here. */
  const withOurLib = (text: string): unknown => {
    const evaluation = evaluationOf(grammar, { '/t/expr.nix': `lib: ${text}` });
    const scope = globalScope(evaluation);
    const fn = evaluateFile(evaluation, '/t/expr.nix', scope);
    return toJson(call(evaluation, fn, Thunk.of(nixpkgsLib(evaluation, scope)), null));
  };

  for (const [name, calls] of Object.entries({ 'functions of lib': libCalls, 'generated calls of lib': generatedCalls() }))
    test(`${name} do what their definitions in Nix do`, () => {
      const reference = fileURLToPath(new URL('lib.nix', directory));
      const theirs = evaluateNix(
        calls.map((text) => `lib: ${text}`),
        `f: f (import ${reference})`,
      );
      assert.deepEqual(
        calls.flatMap((text, index) => difference(text, withOurLib(text), theirs[index]) ?? []),
        [],
      );
    });

  test('functions of lib are worth what nixpkgs says, as it was recorded, or unknown with a reason', () => {
    const unread: string[] = [];
    for (const line of libValues) {
      const [text = '', json = ''] = line.split('\t');
      const ours = withOurLib(text);
      if (ours instanceof NotKnown) {
        assert.notEqual(ours.reason, '', text);
        unread.push(text);
      } else assert.equal(difference(text, ours, JSON.parse(json)), null);
    }
    assert.ok(unread.length < libValues.length / 10, unread.join('\n'));
  });

  test('what Nix refuses is unknown with a reason', function () {
    const known: string[] = [];
    for (const text of refused) {
      const { status } = spawnSync('nix-instantiate', ['--eval', '--strict', '--json', '-'], { input: text, timeout: 20_000 });
      assert.notEqual(status, 0, `Nix takes this: ${text}`);
      const ours = evaluate(text);
      if (!(ours instanceof NotKnown)) known.push(`${text} -> ${JSON.stringify(ours)}`);
      else assert.notEqual(ours.reason, '', text);
    }
    assert.deepEqual(known, []);
  });

  test('what Nix refuses only for the sake of order is read all the same', () => {
    // A configuration is refused as a whole then; its parts still say what their author meant.
    for (const text of ['({ a }: a) { a = 1; b = 2; }', 'builtins.seq (throw "x") 1', 'builtins.deepSeq { a = throw "x"; } 1']) {
      const { status } = spawnSync('nix-instantiate', ['--eval', '--strict', '-'], { input: text });
      assert.notEqual(status, 0, text);
      assert.equal(evaluate(text), 1, text);
    }
  });
});
