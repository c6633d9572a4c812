import assert from 'node:assert/strict';
import { children, type AttrName, type Expr } from '../../../server/src/syntax/ast.ts';
import type { NixGrammar } from '../../../server/src/syntax/grammar.ts';
import type { NixSource } from '../../../server/src/syntax/nixSource.ts';
import { readEditFixtures } from '../../support/editFixture.ts';
import { nixGrammar } from '../../support/nixGrammar.ts';

const EVERY_KIND = `# 🗄️ ü
{ lib, pkgs ? null, ... }@args:
let
  inherit (lib) mkIf;
  x.y."z w" = 1 + 2.5 * -3;
  f = a: { b, c ? 2 }: a ++ [ b c (a b) ./p <nixpkgs> ~/h https://example.org/x ];
in
with lib;
assert x ? y.z;
rec {
  inherit args;
  "q\${x}".\${x}.k = if x == 1 then "t\${"in \${x}"}" else ''
    i \${x}
  '';
  g = x.y.z or (f 1 2);
  h = !true -> false || [ ] == [ ] // { };
}
`;

const TEXTS: readonly string[] = [
  EVERY_KIND,
  EVERY_KIND.replaceAll('\n', '\r\n'),
  ...readEditFixtures(new URL('../edits/fixtures/', import.meta.url))
    .filter((fixture) => fixture.problem === null)
    .map((fixture) => fixture.after),
];

suite('ranges of expressions', () => {
  let grammar: NixGrammar;
  suiteSetup(async () => {
    grammar = await nixGrammar();
  });

  test('lie within each other, in order', () => {
    for (const text of TEXTS) {
      const source = grammar.parse('/x.nix', text);
      assert.equal(source.broken, false, text);
      walk(source.root, (expr) => {
        let from = expr.start;
        for (const child of children(expr)) {
          assert.ok(from <= child.start && child.start < child.end && child.end <= expr.end, text.slice(expr.start, expr.end));
          from = child.end;
        }
      });
    }
  });

  test('hold the text that reads to the same expression', () => {
    for (const text of TEXTS) {
      const source = grammar.parse('/x.nix', text);
      walk(source.root, (expr) => {
        const alone = grammar.parse('/part.nix', text.slice(expr.start, expr.end));
        assert.equal(alone.broken, false, alone.text);
        assert.deepEqual(shape(alone.root), shape(expr), alone.text);
      });
    }
  });

  test('of names and bindings are those of their text', () => {
    const source = grammar.parse('/x.nix', '{ /* 🗄️ */ a."b c".${d} = 1 ; inherit (e) f "g"; }');
    if (source.root.kind !== 'attrs') assert.fail();
    const [binding, inherit] = source.root.bindings;
    if (binding?.kind !== 'binding' || inherit?.kind !== 'inherit') assert.fail();
    assert.deepEqual(binding.path.map(slicer(source)), ['a', '"b c"', '${d}']);
    assert.equal(source.text.slice(binding.start, binding.end), 'a."b c".${d} = 1 ;');
    assert.deepEqual(inherit.names.map(slicer(source)), ['f', '"g"']);
  });

  test('of comments end before the line does, and are none inside strings', () => {
    const text = "# one\r\n{ a = \"# no\"; /* two\r\n */ b = ''\n  # no\n  /* no */''; } # three\r\n#";
    const source = grammar.parse('/x.nix', text);
    assert.deepEqual(source.comments.map(slicer(source)), ['# one', '/* two\r\n */', '# three', '#']);
  });
});

function slicer(source: NixSource): (range: AttrName | { readonly start: number; readonly end: number }) => string {
  return ({ start, end }) => source.text.slice(start, end);
}

function walk(root: Expr, visit: (expr: Expr) => void): void {
  visit(root);
  for (const child of children(root)) walk(child, visit);
}

/** An expression without its place. An indented string is stripped by what stands before it, which is the same anywhere. */
function shape(expr: Expr): unknown {
  return JSON.parse(JSON.stringify(expr, (key, value: unknown) => (key === 'start' || key === 'end' ? undefined : value))) as unknown;
}
