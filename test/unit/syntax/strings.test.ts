import assert from 'node:assert/strict';
import type { Expr, StringPart } from '../../../server/src/syntax/ast.ts';
import type { NixGrammar } from '../../../server/src/syntax/grammar.ts';
import { evaluateNix, needNix } from '../../support/nix.ts';
import { nixGrammar } from '../../support/nixGrammar.ts';
import { Random } from '../../support/random.ts';

/** What a `"…"` is made of here; any sequence of them is a string in which at most `y` is interpolated. */
const QUOTED = [
  'a',
  ' ',
  '\n',
  '\r\n',
  '\r',
  '\t',
  '\\n',
  '\\t',
  '\\r',
  '\\"',
  '\\\\',
  '\\$',
  '\\${y}',
  '$',
  '$$',
  '{y}',
  '${y}',
  "''",
  '#',
  'é',
  '🗄️',
  '\\q',
  '/*',
];

const INDENTED = [
  'a',
  ' ',
  '  ',
  '    ',
  '\n',
  '\n',
  '\n  ',
  '\n    ',
  '\r\n',
  '\t',
  "''$",
  "''${y}",
  "'''",
  "''\\n",
  "''\\t",
  "''\\\\",
  '$',
  '$$',
  '{y}',
  '${y}',
  '"',
  '\\',
  '\\n',
  "'a",
  '#',
  'é',
  '🗄️',
];

const CURATED = [
  '""',
  "''''",
  "''\n''",
  "''\n  ''",
  "''  ''",
  "''\n  a\n  b\n''",
  "''\n    a\n  b\n    ''",
  "''\n  a\n\n  b\n''",
  "''\n  a\n \n  b''",
  "''  a\n  b''",
  "''\ta\n\tb\n''",
  "''\n  ${y}\n    b\n''",
  "''${y}\n  b\n''",
  "''\n  a ${y} b\n  ''",
  "''\n  ''${y}\n  '''\n''",
  "''\r\n  a\r\n  b\r\n''",
  '"$"',
  '"$$"',
  '"a$${y}"',
  '"\\${y}"',
  '"$\\{y}"',
  "''$''",
  "''$$''",
  "''$${y}''",
  '"a\nb"',
];

suite('strings, judged by Nix', () => {
  let grammar: NixGrammar;
  suiteSetup(async function () {
    needNix(this);
    grammar = await nixGrammar();
  });

  test('curated ones', () => {
    check(CURATED);
  });

  test('random quoted ones', () => {
    const random = new Random(1);
    check(Array.from({ length: 3000 }, () => `"${random.sequence(QUOTED, 8)}"`));
  });

  test('random indented ones', () => {
    const random = new Random(2);
    check(Array.from({ length: 3000 }, () => `''${random.sequence(INDENTED, 10)}''`));
  });

  function check(literals: readonly string[]): void {
    const [values] = evaluateNix([`let y = "Y"; in [\n${literals.join('\n')}\n]`]);
    const wrong = literals.flatMap((literal, index) => {
      const read = value(grammar.parse('/string.nix', literal).root);
      const expected = (values as readonly unknown[])[index];
      return read === expected ? [] : [{ literal, read, expected }];
    });
    assert.deepEqual(wrong.slice(0, 5), [], `${wrong.length} of ${literals.length}`);
  }
});

function value(expr: Expr): string | null {
  if (expr.kind !== 'string') return null;
  return expr.parts.map((part: StringPart) => (part.kind === 'text' ? part.text : part.expr.kind === 'variable' ? 'Y' : '?')).join('');
}
