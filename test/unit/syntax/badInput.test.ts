import assert from 'node:assert/strict';
import { children, type Expr } from '../../../server/src/syntax/ast.ts';
import { MAX_TEXT_LENGTH, type NixGrammar } from '../../../server/src/syntax/grammar.ts';
import { nixGrammar } from '../../support/nixGrammar.ts';

suite('texts that are no good Nix', () => {
  let grammar: NixGrammar;
  suiteSetup(async () => {
    grammar = await nixGrammar();
  });

  const refused: Readonly<Record<string, readonly [string, RegExp]>> = {
    'an empty file': ['', /empty/],
    'a file of blanks': [' \n\t\r\n', /empty/],
    'a file of comments': ['# nothing\n', /not a Nix expression/],
    'a file encrypted with git-crypt': ['\0GITCRYPT\0\u0001\ufffd\u0002abc', /git-crypt/],
    'a file with NUL': ['{ a = "\0"; }', /not text/],
    'a file that is too large': ['#'.repeat(MAX_TEXT_LENGTH + 1), /larger than 4 MB/],
  };
  for (const [name, [text, reason]] of Object.entries(refused)) {
    test(`${name} is refused with the reason`, () => {
      const source = grammar.parse('/x.nix', text);
      if (source.root.kind !== 'error') assert.fail(source.root.kind);
      assert.match(source.root.reason, reason);
    });
  }

  const broken = [
    '{',
    '}',
    '{ a = ; }',
    '{ a = 1 }',
    '[ 1',
    '"abc',
    "''abc",
    '{ a = "${b"; }',
    'let a = 1;',
    'if a then b',
    '{ a = 1; } }',
    '( ',
    '${a}',
    '<<<<<<< HEAD\n{ }\n',
  ];
  for (const text of broken) {
    test(`${JSON.stringify(text)} is broken`, () => {
      assert.equal(grammar.parse('/x.nix', text).broken, true);
    });
  }

  test('what stands around an error is read', () => {
    const { root, broken } = grammar.parse('/x.nix', '{\n  a = [ "x" ];\n  b = ;\n  c = [ "y" ];\n}\n');
    assert.equal(broken, true);
    if (root.kind !== 'attrs') assert.fail(root.kind);
    const names = root.bindings.flatMap((binding) =>
      binding.kind === 'binding' ? binding.path.map((name) => (name.kind === 'static' ? name.name : '?')) : [],
    );
    assert.ok(names.includes('a') && names.includes('c'), names.join(' '));
  });

  const deep = 100_000;
  const long = 20_000;
  const hard: Readonly<Record<string, string>> = {
    'open brackets': '['.repeat(deep),
    'nested lists': '['.repeat(deep) + ']'.repeat(deep),
    'nested parentheses': '('.repeat(deep) + '1' + ')'.repeat(deep),
    'nested sets': '{ a = '.repeat(deep) + '1' + '; }'.repeat(deep),
    'open sets': '{a='.repeat(deep),
    'nested interpolations': '"${'.repeat(deep) + 'x' + '}"'.repeat(deep),
    'a long sum': Array.from({ length: long }, () => '1').join(' + '),
    'a long concatenation': Array.from({ length: long }, () => '[ ]').join(' ++ '),
    'a long update': Array.from({ length: long }, () => '{ }').join(' // '),
    'a long application': Array.from({ length: long }, () => 'f').join(' '),
    // The parser's time grows with the square of it.
    'a long selection': Array.from({ length: 2000 }, () => 'a').join('.'),
    'many functions': `${'x: '.repeat(long)}1`,
    'many lets': `${'let a = 1; in '.repeat(long)}a`,
    'many negations': `${'!'.repeat(long)}a`,
    'many else-ifs': `${'if a then b else '.repeat(long)}c`,
    'many quotes': '"'.repeat(deep),
    'many single quotes': "'".repeat(deep),
    'many dollars': '$'.repeat(deep),
  };
  for (const [name, text] of Object.entries(hard)) {
    test(`${name} overflow no stack, neither here nor in what walks the expressions`, () => {
      const { root } = grammar.parse('/x.nix', text);
      assert.ok(depth(root) <= 2000);
    });
  }

  test('3 MB are read whole', function () {
    this.timeout(120_000);
    const entries = Array.from({ length: 150_000 }, (_, index) => `    "/srv/${index}/data"\n`).join('');
    const text = `{\n  a = [\n${entries}  ];\n  last = 1;\n}\n`;
    assert.ok(text.length > 3_000_000);
    const { root, broken } = grammar.parse('/x.nix', text);
    assert.equal(broken, false);
    if (root.kind !== 'attrs') assert.fail();
    const [list, last] = root.bindings;
    assert.ok(list?.kind === 'binding' && list.value.kind === 'list' && list.value.elements.length === 150_000);
    assert.ok(last?.kind === 'binding' && last.value.kind === 'integer');
  });
});

/** By recursion, as everything that reads expressions goes about it. */
function depth(expr: Expr): number {
  let deepest = 0;
  for (const child of children(expr)) deepest = Math.max(deepest, depth(child));
  return deepest + 1;
}
