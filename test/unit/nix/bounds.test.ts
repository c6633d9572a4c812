import assert from 'node:assert/strict';
import { grammarOnce } from '../../support/coreGrammar.ts';
import { evaluateText, NotKnown, toJson } from '../../support/coreNix.ts';
import type { NixGrammar } from '../../../server/src/syntax/grammar.ts';

const doubling = (levels: number, body: string): string =>
  `let x0 = 1; ${Array.from({ length: levels }, (_, i) => `x${i + 1} = ${body.replaceAll('X', `x${i}`)};`).join(' ')} in x${levels}`;

suite('nix, bounds', () => {
  let grammar: NixGrammar;
  suiteSetup(async () => {
    grammar = await grammarOnce;
  });

  /** The reason why a value is not known; fails when it is. Without the bounds it would not come back. */
  function reason(text: string, files: Readonly<Record<string, string>> = {}): string {
    const value = toJson(evaluateText(grammar, text, files));
    assert.ok(value instanceof NotKnown, `it is ${JSON.stringify(value)?.slice(0, 100)}`);
    return value.reason;
  }

  for (const [name, text] of [
    ['a value that needs itself', 'let x = x + 1; in x'],
    ['values that need each other', 'rec { a = b; b = c; c = a; }.a'],
    ['a function without an end', 'let f = x: f x; in f 1'],
    ['a function that grows', 'let f = x: f (x + 1); in f 1'],
    ['a function applied to itself', '(x: x x) (x: x x)'],
    ['two functions that call each other', 'let f = x: g x; g = x: f x; in f 1'],
    ['a set that holds itself', 'let s = { a = s; }; in s'],
    ['a list that holds itself', 'let l = [ l ]; in l'],
    ['a list that grows', 'let l = [ 1 ] ++ l; in l'],
    ['calls that double', 'let f = n: if n == 0 then 0 else f (n - 1) + f (n - 1); in f 40'],
    ['lists that double', 'let f = n: xs: if n == 0 then xs else f (n - 1) (xs ++ xs); in builtins.length (f 60 [ 1 ])'],
    ['strings that double', 'let f = n: s: if n == 0 then s else f (n - 1) (s + s); in f 60 "ab"'],
    ['strings that double by interpolation', 'let f = n: s: if n == 0 then s else f (n - 1) "${s}${s}"; in f 60 "ab"'],
    ['lists of lists that double', 'let f = n: x: if n == 0 then x else f (n - 1) [ x x ]; in toString (f 60 1)'],
    ['a fold over lists of lists', "builtins.foldl' (a: b: a ++ a) [ 1 ] (builtins.genList (x: x) 60)"],
    ['maps in maps', 'let f = n: if n == 0 then [ 1 ] else map (x: f (n - 1)) (builtins.genList (x: x) 99); in f 9'],
    ['a list of a million', 'builtins.genList (x: x) 1000000'],
    ['a set that is updated for ever', 'let f = s: f (s // { a = s; }); in f { }'],
    ['a functor that calls itself', 'let s = { __functor = self: x: self x; }; in s 1'],
    ['a text that is asked for itself', '"${let s = { __toString = self: self; }; in s}"'],
    ['a text that is in itself', '"${let s = { outPath = s; }; in s}"'],
    ['a functor that is its own answer', 'let s = { __functor = self: self; }; in s 1'],
    ['a with that needs itself', 'let s = with s; { a = b; }; in s'],
    ['a default that needs itself', '({ a ? a }: a) { }'],
    ['equal lists of lists that double', 'let f = n: x: if n == 0 then x else f (n - 1) [ x x ]; in f 40 1 == f 40 1'],
    [
      'a join of long texts',
      'let f = n: s: if n == 0 then s else f (n - 1) (s + s); in builtins.concatStringsSep (f 20 "ab") (builtins.genList (x: "") 9999)',
    ],
    ['lists under conditions that double', 'let f = n: if n == 0 then [ 1 ] else if u then f (n - 1) else f (n - 1); in f 40'],
    ['a thousand parentheses', `${'('.repeat(5000)}x${')'.repeat(5000)}`],
    ['a thousand lists', `${'['.repeat(5000)}x${']'.repeat(5000)}`],
    ['a thousand sets', `${'{ a = '.repeat(3000)}x${'; }'.repeat(3000)}`],
    ['a thousand lets', `${'let a = 1; in '.repeat(3000)}x`],
    ['a thousand functions', `(${'a: '.repeat(3000)}x) 1`],
    ['a thousand minuses', `${'- '.repeat(5000)}x`],
    ['a long sum that does not end well', `${'1 + '.repeat(5000)}x`],
    ['a long attribute path', `{ ${'a.'.repeat(3000)}b = x; }`],
    ['a long selection', `x${'.a'.repeat(3000)}`],
    ['interpolations in interpolations', `${'"${'.repeat(1000)}x${'}"'.repeat(1000)}`],
  ] as const)
    test(`${name} is unknown`, () => {
      assert.notEqual(reason(text), '');
    });

  test('a long chain of `++` and `//` does not break the stack', () => {
    for (const [text, kind] of [
      [Array.from({ length: 4000 }, (_, i) => `[ ${i} ]`).join(' ++ '), 'list'],
      [Array.from({ length: 4000 }, (_, i) => `{ a${i} = ${i}; }`).join(' // '), 'attrs'],
    ] as const) {
      const value = evaluateText(grammar, text);
      assert.ok(value.type === kind || value.type === 'unknown', value.type);
    }
  });

  test('a fold over very many sets does not break the stack', () => {
    const text = "builtins.attrNames (builtins.foldl' (a: b: a // { ${toString b} = b; }) { } (builtins.genList (x: x) 3000))";
    const names = toJson(evaluateText(grammar, text));
    assert.ok(Array.isArray(names) && names.length === 3000);
  });

  test('shared values are worked out once', () => {
    assert.equal(toJson(evaluateText(grammar, doubling(60, 'X + X'))), 2 ** 60);
  });

  test('files that import each other are unknown', () => {
    const files = {
      '/t/a.nix': 'import ./b.nix',
      '/t/b.nix': 'import ./a.nix',
      '/t/self.nix': '[ (import ./self.nix) ] ++ import ./self.nix',
    };
    assert.match(reason('import ./a.nix', files), /infinite recursion/);
    assert.notEqual(reason('import ./self.nix', files), '');
  });

  test('a chain of imports that is very long ends', () => {
    const files = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`/t/f${i}.nix`, `1 + import ./f${i + 1}.nix`]));
    assert.notEqual(reason('import ./f0.nix', files), '');
  });

  test('what is made of items that are not known does not grow without end', () => {
    for (const step of ['builtins.concatMap (x: [ x x ]) xs', 'xs ++ xs', 'map (x: [ x ]) (xs ++ xs)', 'builtins.concatLists [ xs xs ]'])
      assert.match(reason(`let f = n: xs: if n == 0 then xs else f (n - 1) (${step}); in f 40 gone`), /not defined|not known|too/);
  });

  test('a limit of steps is kept', () => {
    const value = evaluateText(grammar, 'let f = n: if n == 0 then 0 else f (n - 1) + 0; in f 20', {}, { steps: 50, depth: 400 });
    assert.ok(value.type === 'unknown' && /too much/.test(value.reason));
  });

  test('what is within the bounds is worked out', () => {
    assert.equal(toJson(evaluateText(grammar, 'let f = n: if n == 0 then 0 else 1 + f (n - 1); in f 50')), 50);
    assert.equal(toJson(evaluateText(grammar, "builtins.foldl' (a: b: a + b) 0 (builtins.genList (x: x) 50000)")), 1249975000);
  });
});
