import assert from 'node:assert/strict';
import { grammarOnce } from '../../support/coreGrammar.ts';
import { evaluateText } from '../../support/coreNix.ts';
import { certain } from '../../../server/src/nix/combine.ts';
import type { ListValue, Value } from '../../../server/src/nix/value.ts';
import type { NixGrammar } from '../../../server/src/syntax/grammar.ts';

/** Names that are not defined: where a condition, a list, and a set is wanted. */
const UNKNOWNS = ['u', 'xs', 's'];

/** Items as `value` or `value if condition and condition`. */
function items(value: ListValue): readonly string[] {
  return value.items.map(({ thunk, conditions }) => {
    const item = thunk.force();
    const text = item.type === 'string' ? item.value : item.type === 'int' ? `${item.value}` : item.type;
    return conditions.length === 0 ? text : `${text} if ${conditions.map((each) => each.text).join(' and ')}`;
  });
}

suite('nix, what is not known', () => {
  let grammar: NixGrammar;
  suiteSetup(async () => {
    grammar = await grammarOnce;
  });

  const evaluate = (text: string, files: Readonly<Record<string, string>> = {}): Value => evaluateText(grammar, text, files);

  function list(text: string): ListValue {
    const value = evaluate(text);
    assert.ok(value.type === 'list', text);
    return value;
  }

  function reason(text: string, files: Readonly<Record<string, string>> = {}): string {
    const value = evaluate(text, files);
    assert.equal(value.type, 'unknown', `${text} is ${value.type}`);
    return value.type === 'unknown' ? value.reason : '';
  }

  for (const [text, expected, gaps] of [
    ['[ "a" ] ++ xs', ['a'], 1],
    ['xs ++ [ "a" ]', ['a'], 1],
    ['[ "a" ] ++ xs ++ [ "b" ] ++ s.more', ['a', 'b'], 2],
    ['if u then [ "a" ] else [ "b" ]', ['a if u', 'b if !(u)'], 0],
    ['if u then [ "a" ] else xs', ['a if u'], 1],
    ['if u then [ "a" ] else [ ]', ['a if u'], 0],
    ['if u then (if s.v then [ "a" ] else [ ]) else [ "b" ]', ['a if u and s.v', 'b if !(u)'], 0],
    ['[ "a" ] ++ (if u   ==\n 1 then [ "b" ] else [ ])', ['a', 'b if u == 1'], 0],
    ['map (x: x + "!") ([ "a" ] ++ xs)', ['a!'], 1],
    ['map (x: x + "!") (if u then [ "a" ] else [ ])', ['a! if u'], 0],
    ['builtins.concatLists [ [ "a" ] xs [ "b" ] ]', ['a', 'b'], 1],
    ['builtins.concatMap (x: if u then [ x ] else [ ]) [ "a" ]', ['a if u'], 0],
    ['builtins.filter (x: x != "b") ([ "a" "b" ] ++ xs)', ['a'], 1],
    ['builtins.attrNames { a = 1; ${u} = 2; }', ['a'], 1],
    ['builtins.attrNames ({ a = 1; } // (if u then { b = 2; } else { }))', ['a', 'b if u'], 0],
    ['[ "a" u ]', ['a', 'unknown'], 0],
    ['(x: [ x ] ++ x.y) "a"', ['a'], 1],
  ] as const)
    test(`known items stay: ${text.replace(/\s+/g, ' ')}`, () => {
      const value = list(text);
      assert.deepEqual(items(value), expected);
      assert.equal(value.gaps.length, gaps);
    });

  test('a condition knows where it stands', () => {
    const text = '[ 1 ] ++ (if u.a then [ 2 ] else [ ])';
    const [, conditional] = list(text).items;
    const [condition] = conditional?.conditions ?? [];
    assert.equal(condition?.location.file, '/t/expr.nix');
    assert.equal(text.slice(condition.location.start, condition.location.end), 'u.a');
  });

  test('what is unknown in one place stays there', () => {
    for (const [text, expected] of [
      ['{ a = u; b = 1; }.b', 1n],
      ['[ u 2 ]', null],
      ['(x: 3) u', 3n],
      ['let a = u; in 4', 4n],
      ['builtins.length [ u u ]', 2n],
      ['({ a = 1; } // s).b or 5', null],
      ['(s // { a = 6; }).a', 6n],
      ['(import /outside/x.nix // { a = 7; }).a', 7n],
      ['if u then 8 else 8', 8n],
      ['builtins.elemAt [ u 9 ] 1', 9n],
    ] as const) {
      const value = evaluate(text);
      if (expected === null) assert.notEqual(value.type, 'int', text);
      else assert.deepEqual([value.type, value.type === 'int' && value.value], ['int', expected], text);
    }
  });

  test('decided by one side', () => {
    for (const [text, expected] of [
      ['u && false', false],
      ['false && u', false],
      ['u || true', true],
      ['true || u', true],
      ['u -> true', true],
      ['false -> u', true],
      ['builtins.elem 1 ([ 1 ] ++ xs)', true],
      ['{ a = 1; ${u} = 1; } ? a', true],
    ] as const) {
      const value = evaluate(text);
      assert.deepEqual(value.type === 'bool' && value.value, expected, text);
    }
  });

  test('not decided', () => {
    for (const text of [
      'u && true',
      'u || false',
      'u -> false',
      'true -> u',
      '!u',
      'u == 1',
      'u == u',
      '1 < u',
      '{ a = 1; ${u} = 1; } ? b',
      'builtins.elem 2 ([ 1 ] ++ xs)',
      '[ 1 u ] == [ 1 2 ]',
      'builtins.length ([ 1 ] ++ xs)',
      'builtins.length (if u then [ 1 ] else [ ])',
      'if u then 1 else 2',
      '"${u}"',
      '"a" + u',
      'u + 1',
      's.a',
      's.a or 1',
      's ? a',
      'u 1',
      'builtins.typeOf u',
      'builtins.isString u',
      'toString u',
      'toString [ u ]',
      '(if u then { a = 1; } else { a = 2; }).a',
      '(if u then { a = 1; } else { }).a',
      '(if u then { a = 1; } else { }).a or 2',
      'with s; a',
      'let x = with s; a; in x',
      '({ a }: a) s',
      '({ a ? 1 }: a) s',
      './${u}',
      'import ./${u}',
      'builtins.currentSystem',
      '~/x',
      '<nixpkgs>',
      'import <nixpkgs> { }',
      '/a/b + "${/c}"',
      '"${./x}"',
    ]) {
      assert.notEqual(reason(text), '', text);
    }
  });

  test('different lists under unknown conditions are not equal for sure', () => {
    assert.equal(evaluate('[ 1 ] == [ 2 u ]').type, 'bool');
    assert.equal(evaluate('(if u then [ 1 ] else [ ]) == [ 1 ]').type, 'unknown');
  });

  test('an attribute that an unknown set may replace is there under a condition', () => {
    const value = evaluate('{ a = 1; } // (let f = x: x; in f u)');
    assert.equal(value.type, 'attrs');
    const found = value.type === 'attrs' ? value.attrs.get('a') : undefined;
    assert.ok(found);
    assert.equal(certain(found).type, 'unknown');
  });

  test('what is outside the workspace is told apart', () => {
    for (const [text, external] of [
      ['<nixpkgs>', true],
      ['builtins.fetchurl { }', true],
      ['derivation { }', true],
      ['(fetchTarball "x").y.z 1', true],
      ['import ./here.nix', false],
      ['u', false],
    ] as const) {
      const value = evaluate(text, { '/t/here.nix': 'u' });
      assert.equal(value.type === 'unknown' && value.external, external, text);
    }
  });

  test('strings say where they were written', () => {
    const text = 'let a = "/var/log"; f = x: [ x ]; in f a';
    const [item] = list(text).items;
    const value = item?.thunk.force();
    assert.ok(value?.type === 'string' && value.location);
    assert.equal(text.slice(value.location.start, value.location.end), '"/var/log"');
  });

  test('imports: files, directories, functions, missing ones', () => {
    const files = { '/t/a.nix': '{ x }: x + 1', '/t/d/default.nix': '"dir"', '/t/d/e.nix': 'import ../a.nix', '/t/bad.nix': '{ a = ; }' };
    const known = (text: string): unknown => {
      const value = evaluate(text, files);
      return value.type === 'int' || value.type === 'string' ? value.value : value;
    };
    assert.equal(known('import ./a.nix { x = 1; }'), 2n);
    assert.equal(known('import ./d'), 'dir');
    assert.equal(known('import ./d/e.nix { x = 2; }'), 3n);
    assert.equal(known('import (./. + "/a.nix") { x = 3; }'), 4n);
    assert.equal(known('(import ./a.nix) { x = 3; }'), 4n);
    assert.match(reason('import ./missing.nix', files), /does not exist/);
    assert.notEqual(evaluate('(import ./bad.nix).a', files).type, 'int');
  });

  test('the names that are not defined are not', () => {
    for (const name of UNKNOWNS) assert.match(reason(name), /is not defined/);
  });

  test('names that every object of JavaScript has are names like others', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      assert.match(reason(`builtins.hashString "${name}" "x"`), /is not known/);
      assert.match(reason(`{ a = 1; }.${name}`), new RegExp(name));
      assert.equal(evaluate(`{ "${name}" = 1; }."${name}"`).type, 'int');
      assert.equal(evaluate(`builtins.hasAttr "${name}" { a = 1; }`).type, 'bool');
      assert.equal(evaluate(`(builtins.fromJSON ''{ "${name}": 1 }'')."${name}"`).type, 'int');
      assert.equal(evaluate(`(builtins.fromTOML ''"${name}" = 1'')."${name}"`).type, 'int');
    }
  });
});
