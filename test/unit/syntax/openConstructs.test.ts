import assert from 'node:assert/strict';
import { openConstructs, type OpenConstruct } from '../../../server/src/syntax/openConstructs.ts';
import { tokenize } from '../../../server/src/syntax/tokens.ts';

/** What is open at `¦`, as one would draw it: names of sets with `=` behind them once it is written. */
function open(marked: string): string {
  const offset = marked.indexOf('¦');
  return openConstructs(marked.replace('¦', ''), offset).map(drawn).join(' ');
}

function drawn(each: OpenConstruct): string {
  switch (each.kind) {
    case 'set':
      return `{${each.names.map(({ text }) => text ?? '?').join('.')}${each.endsInDot ? '.' : ''}${each.inValue ? '=' : ''}`;
    case 'list':
      return `[${[...each.callee.map((name) => `${name}()`), ...each.strings].join(',')}`;
    case 'string':
      return `${each.indented ? "''" : '"'}${each.plain ? '' : '$'}`;
    case 'paren':
      return '(';
    case 'interpolation':
      return '${';
    case 'comment':
      return '#';
  }
}

suite('open constructs', () => {
  for (const [marked, expected] of [
    ['¦', ''],
    ['{ ¦', '{'],
    ['{ a.b = ¦', '{a.b='],
    ['{ a.b = 1; c¦', '{c'],
    ['{ a.b.¦', '{a.b.'],
    ['{ a."/p q".${x}.c = [ ¦', '{a./p q.?.c= ['],
    ['{ a = [ "/x" "/y" ¦ "/z" ]; }', '{a= [/x,/y'],
    ['{ a = [ "/x" ] ++ [ "/y¦', '{a= [ "'],
    ['{ a = [ "x${b}/¦', '{a= [ "$'],
    ['{ a = [ "x${b¦', '{a= [ " ${'],
    ['{ a = "\\"¦', '{a= "'],
    ["{ a = ''x'' ; b = ''y '''¦", "{b= ''"],
    ["{ a = ''x''${¦", "{a= ''"],
    ['{ a = [ ]; } ¦', ''],
    ['{ lib, ... }: { a = lib.mkIf c { b = [ ¦', '{a= {b= ['],
    ['{ a = map f [ ¦', '{a= [map(),f()'],
    ['{ a = lib.optionals (x == y) [ ¦', '{a= [lib(),optionals()'],
    ['{ a = x ++ lib.optional [ ¦', '{a= [lib(),optional()'],
    ['{ a = with lib; [ ¦', '{a= ['],
    ['{ a = assert c; with lib; [ ¦', '{a= ['],
    ['{ a = with lib; [ ]; b = [ ¦', '{b= ['],
    ['let x = [ ¦', '{x= ['],
    ['let x = 1; in { a = [ ¦', '{a= ['],
    ['{ a = let x = 1; in [ ¦', '{a= ['],
    ['{ inherit (x) a; b = [ ¦', '{b= ['],
    ['{ inherit a¦', '{='],
    ['{ a = [ { directory = "/x"; m¦', '{a= [ {m'],
    ['# a = [ ¦', '#'],
    ['/* a ¦ */', '#'],
    ['/* a */¦', ''],
    ['{ a = "# no comment"; b = "/* ¦', '{b= "'],
    ['{ a = ./x/${y}/z; b = ~/x; c = <nixpkgs/nixos>; d = https://a.b/c?d; e = [ ¦', '{e= ['],
    ['{ a = x // { b = 3 / 4; }; c = [ ¦', '{c= ['],
    // Broken by typing: what is not closed before the place does not take the rest with it.
    ['{ a = [ "/x" ; b = [ ¦', '{b= ['],
    ['{ a = { b = [ ( "/x" ]; c = [ ¦', '{a= {c= ['],
    ['} ] ) { a = ¦', '{a='],
    ['{ a = "x\ny¦', '{a= "'],
  ] as const)
    test(marked.replaceAll('\n', '\\n'), () => {
      assert.equal(open(marked), expected);
    });

  test('tokens cover all of a text but white space, whatever stands in it', () => {
    for (const text of [
      "{ a = \"x${ { b = ''c${d}''; } }y\"; } /* z",
      'a ? b.c or d |> e <| f -> "\\',
      "''a'''b''${c''\\n''",
      '\u0000é"',
      '${}}"',
    ]) {
      let at = 0;
      for (const { start, end } of tokenize(text)) {
        assert.match(text.slice(at, start), /^[\s\u0000é]*$/, text);
        assert.ok(end > start);
        at = end;
      }
    }
  });
});
