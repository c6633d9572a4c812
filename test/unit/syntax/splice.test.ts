import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NixGrammar } from '../../../server/src/syntax/grammar.ts';
import { nixGrammar } from '../../support/nixGrammar.ts';
import { Random } from '../../support/random.ts';

const fleet = join(import.meta.dirname, '../../../examples/fleet');
/** What people type, and what is most likely to change how its surroundings read. */
const PIECES = [
  'x',
  ' ',
  '\n',
  ';',
  '=',
  '{',
  '}',
  '[',
  ']',
  '"',
  "''",
  '${',
  '#',
  '/*',
  '*/',
  '.',
  '(',
  ')',
  'in ',
  '\\',
  'a = 1;',
  '# c\n',
  'é😀',
];

function texts(): readonly string[] {
  return readdirSync(fleet, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.nix'))
    .map((name) => readFileSync(join(fleet, name), 'utf8'));
}

suite('a changed text', () => {
  let grammar: NixGrammar;
  suiteSetup(async () => {
    grammar = await nixGrammar();
  });

  test('reads the same whether all of it or only the part around the change is read', () => {
    const random = new Random(7);
    let spliced = 0;
    for (const text of texts()) {
      let before = grammar.parse('/f.nix', text);
      for (let i = 0; i < 150; i++) {
        const at = random.below(before.text.length + 1);
        const piece = random.pick(PIECES);
        const removed = random.below(3) === 0 ? random.below(12) : 0;
        const changed = before.text.slice(0, at) + piece + before.text.slice(at + removed);
        const whole = grammar.parse('/f.nix', changed);
        const part = grammar.parse('/f.nix', changed, before);
        assert.deepEqual(part, whole, `after ${JSON.stringify(piece)} for ${removed} characters at ${at} of\n${before.text}`);
        // Parts that did not change are the same objects only when the text was not read anew.
        if (sharesBindings(before.root, part.root)) spliced++;
        if (!whole.broken) before = random.below(8) === 0 ? grammar.parse('/f.nix', text) : part;
      }
    }
    assert.ok(spliced > 300, `only ${spliced} changes were read in part`);
  });

  test('keeps what stands before the change as it is', () => {
    const before = grammar.parse('/f.nix', '{ a = { b = 1; }; c = { d = [ "x" ]; }; }');
    const after = grammar.parse('/f.nix', '{ a = { b = 1; }; c = { d = [ "xy" ]; }; }', before);
    assert.ok(sharesBindings(before.root, after.root));
  });

  test('is read whole when the change reaches over the end of its binding', () => {
    const before = grammar.parse('/f.nix', '{ a = 1; b = 2; }');
    for (const text of [
      '{ a = 1; # b = 2; }',
      '{ a = 1;; b = 2; }',
      '{ a = 1 /* ; b = 2; */; }',
      '{ a = 1; c = 3; b = 2; }',
      '{ a = "1; b = 2; }',
    ]) {
      assert.deepEqual(grammar.parse('/f.nix', text, before), grammar.parse('/f.nix', text), text);
    }
  });
});

function sharesBindings(a: unknown, b: unknown): boolean {
  const seen = new Set<unknown>();
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('kind' in value && value.kind === 'binding') seen.add(value);
    for (const part of Object.values(value)) collect(part);
  };
  collect(a);
  const shared = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && (seen.has(value) || Object.values(value).some(shared));
  return shared(b);
}
