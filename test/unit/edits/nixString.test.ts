import assert from 'node:assert/strict';
import { attributeName, quoteNixString } from '../../../server/src/edits/nixString.ts';
import { evaluateNix, needNix } from '../../support/nix.ts';

const samples: readonly string[] = [
  '',
  '/var/lib/x',
  'My Documents',
  '"',
  '\\',
  '\\"',
  '${x}',
  '$${x}',
  '$$${x}',
  '\\${x}',
  '$',
  '$$',
  '$\\',
  '$"',
  '{',
  'a$',
  '$\n{',
  "''",
  "''${x}",
  '\n',
  '\r',
  '\r\n',
  '\t',
  '\\n',
  '\u0001\u001b\u007f',
  '\u2028\u2029\u0085',
  '\ufeff',
  'é e\u0301 🗄️ \u{10ffff}',
  '\u202eabc',
  '# no comment',
  '/* nor this */',
  '*/',
  '`~!@%^&*()',
];

suite('Nix strings', () => {
  test('what needs an escape has one', () => {
    assert.equal(quoteNixString('a "b" \\ ${c} $d\n\t\r'), '"a \\"b\\" \\\\ \\${c} $d\\n\\t\\r"');
  });

  test('Nix reads every text back as it was', function () {
    needNix(this);
    const pairs = samples.flatMap((first) => samples.map((second) => first + second));
    const literals = pairs.map((text) => quoteNixString(text) ?? assert.fail(JSON.stringify(text)));
    // One file holds them all: a file for each would be a thousand.
    assert.deepEqual(evaluateNix([`[\n${literals.join('\n')}\n]`])[0], pairs);
  });

  test('names of attributes are quoted only where Nix wants it', function () {
    const names = ['alice', 'a-b', "a'", '_x', '9to5', 'a.b', '', 'if', 'or', 'rec', 'inherit', 'ü', '-a', '${x}', 'a b', 'true', 'null'];
    const written = names.map((name) => attributeName(name) ?? assert.fail(name));
    assert.deepEqual(written.slice(0, 4), names.slice(0, 4));
    assert.equal(attributeName('if'), '"if"');
    needNix(this);
    const sets = written.map((name) => `builtins.attrNames { ${name} = 1; }`);
    assert.deepEqual(
      evaluateNix(sets),
      names.map((name) => [name]),
    );
  });

  test('what no Nix file can hold is refused', () => {
    assert.equal(quoteNixString('a\0b'), null);
    assert.equal(quoteNixString('a\ud800b'), null);
    assert.equal(quoteNixString('\udc00'), null);
    assert.equal(attributeName('\udc00'), null);
  });
});
