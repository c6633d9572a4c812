import assert from 'node:assert/strict';
import { grammarOnce } from '../../support/coreGrammar.ts';
import { evaluationOf, NotKnown, toJson } from '../../support/coreNix.ts';
import { globalScope } from '../../../server/src/nix/builtins.ts';
import { call } from '../../../server/src/nix/call.ts';
import { evaluateFile } from '../../../server/src/nix/wholeFile.ts';
import { nixpkgsLib } from '../../../server/src/nix/lib.ts';
import { matchAt, parseRegex } from '../../../server/src/nix/regex.ts';
import { Thunk, type ConditionText, type Value } from '../../../server/src/nix/value.ts';
import type { NixGrammar } from '../../../server/src/syntax/grammar.ts';

const FILES: Readonly<Record<string, string>> = {
  '/t/hosts/a/default.nix': '1',
  '/t/hosts/b/default.nix': '2',
  '/t/hosts/readme.md': '# two',
  '/t/data.json': '{ "list": [ 1, 2.5 ], "text": "a\\u00e4" }',
};

function under(conditions: readonly ConditionText[]): string {
  return conditions.length === 0 ? '' : ` if ${conditions.map((each) => each.text).join(' and ')}`;
}

function short(thunk: Thunk): string {
  const known = toJson(thunk.force());
  return known instanceof NotKnown ? '?' : JSON.stringify(known);
}

/** A condition that can't be decided is `u`, a list or set that can't be read `xs`. */
suite('nix, lib and files', () => {
  let grammar: NixGrammar;
  suiteSetup(async () => {
    grammar = await grammarOnce;
  });

  function evaluate(text: string): Value {
    const evaluation = evaluationOf(grammar, { ...FILES, '/t/expr.nix': `lib: ${text}` });
    const scope = globalScope(evaluation);
    return call(evaluation, evaluateFile(evaluation, '/t/expr.nix', scope), Thunk.of(nixpkgsLib(evaluation, scope)), null);
  }

  const json = (text: string): unknown => {
    const value = toJson(evaluate(text));
    return value instanceof NotKnown ? `unknown: ${value.reason}` : value;
  };

  /** Items or attributes as `value if condition`, and `…` for each gap. */
  function parts(text: string): readonly string[] {
    const value = evaluate(text);
    if (value.type === 'list')
      return [...value.items.map((each) => short(each.thunk) + under(each.conditions)), ...value.gaps.map(() => '…')];
    if (value.type !== 'attrs') return [value.type];
    const named = value.attrs.names().flatMap((name) => {
      const found = value.attrs.get(name);
      return found ? [`${name}=${short(found.thunk)}${under(found.conditions)}`] : [];
    });
    return [...named, ...value.attrs.gaps.map(() => '…')];
  }

  const maybe = '[ 1 ] ++ lib.optional u 2';

  for (const [text, expected] of [
    [`map (x: x + 1) (${maybe})`, ['2', '3 if u']],
    [`lib.filter (x: x > 1) (${maybe})`, ['2 if u']],
    [`lib.concatMap (x: [ x x ]) (${maybe})`, ['1', '1', '2 if u', '2 if u']],
    [`lib.flatten [ 0 (${maybe}) ]`, ['0', '1', '2 if u']],
    [`lib.unique (${maybe} ++ [ 1 ])`, ['1', '2 if u']],
    [`lib.reverseList (${maybe})`, ['2 if u', '1']],
    [`lib.sort (a: b: a > b) (${maybe})`, ['2 if u', '1']],
    [`lib.subtractLists [ 1 ] (${maybe})`, ['2 if u']],
    [`lib.foldl' (acc: x: acc ++ [ x ]) [ ] (${maybe})`, ['1', '2 if u']],
    [`lib.foldr (x: acc: [ x ] ++ acc) [ ] (${maybe})`, ['1', '2 if u']],
    [`lib.foldl' (acc: x: acc // { "n\${toString x}" = x; }) { } (${maybe})`, ['n1=1', 'n2=2 if u']],
    [`lib.foldl' (acc: x: acc + x) 0 (${maybe})`, ['unknown']],
    [`lib.foldl' (acc: x: [ x ]) [ ] (${maybe})`, ['unknown']],
    ["lib.foldl' (acc: x: acc ++ [ x ]) [ ] ([ 1 ] ++ xs)", ['1', '…']],
    [`lib.genAttrs (map toString (${maybe})) (n: n)`, ['1="1"', '2="2" if u']],
    ['lib.mapAttrsToList (n: v: v) ({ a = 1; } // lib.optionalAttrs u { b = 2; })', ['1', '2 if u']],
    ["lib.mapAttrs' (n: v: lib.nameValuePair (n + n) v) ({ a = 1; } // lib.optionalAttrs u { b = 2; })", ['aa=1', 'bb=2 if u']],
    ['lib.filterAttrs (n: v: v > 1) ({ a = 1; } // lib.optionalAttrs u { b = 2; })', ['b=2 if u']],
    ['lib.concatMapAttrs (n: v: { ${n} = v; }) ({ a = 1; } // lib.optionalAttrs u { b = 2; })', ['a=1', 'b=2 if u']],
    ['lib.mergeAttrsList [ { a = 1; } (lib.optionalAttrs u { b = 2; }) ]', ['a=1', 'b=2 if u']],
    ['lib.recursiveUpdate { a = 1; } (lib.optionalAttrs u { b = 2; })', ['a=1', 'b=2 if u']],
    ['(lib.recursiveUpdate { a.x = 1; } { a = lib.optionalAttrs u { y = 2; }; }).a', ['x=1', 'y=2 if u']],
    ['lib.removeAttrs { a = 1; b = 2; } (lib.optional u "a")', ['a=1 if !(u)', 'b=2']],
    [`(lib.partition (x: x > 0) (${maybe})).right`, ['1', '2 if u']],
    [`lib.groupBy toString (${maybe})`, ['1=[1]', '2=? if u']],
    ['lib.catAttrs "a" [ { a = 1; } (lib.optionalAttrs u { a = 2; }) ]', ['1', '2 if u']],
    ['lib.pipe [ 1 ] [ (a: a ++ xs) (map (x: x + 1)) ]', ['2', '…']],
    ['lib.collect lib.isInt { a = 1; b = lib.optionalAttrs u { c = 2; }; }', ['1', '2 if u']],
    ['lib.listToAttrs [ { name = "a"; value = 1; } xs ]', ['a=1', '…']],
  ] as const)
    test(`${text} -> ${expected.join(', ')}`, () => {
      assert.deepEqual(parts(text), expected);
    });

  test('one sure item decides', () => {
    assert.equal(json('lib.any (x: x == 1) ([ 1 ] ++ xs)'), true);
    assert.equal(json('lib.all (x: x == 1) ([ 2 ] ++ xs)'), false);
    assert.match(String(json('lib.any (x: x == 2) ([ 1 ] ++ xs)')), /^unknown/);
  });

  test('files of the workspace are read', () => {
    assert.deepEqual(json('builtins.readDir ./hosts'), { a: 'directory', b: 'directory', 'readme.md': 'regular' });
    assert.deepEqual(json('lib.attrNames (lib.filterAttrs (n: t: t == "directory") (builtins.readDir ./hosts))'), ['a', 'b']);
    assert.deepEqual(json('lib.importJSON ./data.json'), { list: [1, 2.5], text: 'aä' });
    assert.equal(json('builtins.readFile ./hosts/readme.md'), '# two');
    assert.deepEqual(
      json('map import (lib.filter (lib.hasSuffix ".nix") (map toString (lib.filesystem.listFilesRecursive ./hosts)))'),
      [1, 2],
    );
    assert.equal(json('lib.hasSuffix "more.readme.md" "${./hosts}/readme.md"'), false);
    assert.match(String(json('lib.hasSuffix "hosts/readme.md" "${./hosts}/readme.md"')), /^unknown/);
    assert.deepEqual(json('map builtins.pathExists [ ./hosts ./hosts/a ./hosts/c ./hosts/c/d ./hosts/readme.md/x ]'), [
      true,
      true,
      false,
      false,
      false,
    ]);
    assert.equal(json('lib.pathIsDirectory ./hosts'), true);
    assert.equal(json('toString (lib.path.append ./hosts "a")'), '/t/hosts/a');
  });

  test('what is outside is unknown', () => {
    for (const text of ['builtins.readFile /etc/hostname', 'builtins.readDir /etc', 'builtins.pathExists /etc/hostname'])
      assert.match(String(json(text)), /^unknown/, text);
  });

  test('lib can be extended, again and again', () => {
    const own = '(lib.extend (final: prev: { my.double = x: final.twice * x; twice = 2; }))';
    assert.equal(json(`${own}.my.double 4`), 8);
    assert.deepEqual(json(`${own}.unique [ 1 1 ]`), [1]);
    assert.equal(json(`(${own}.extend (final: prev: { twice = prev.twice + 1; })).my.double 4`), 12);
  });

  test('types say what they are made of', () => {
    assert.deepEqual(json('lib.types.attrsOf (lib.types.listOf lib.types.str)'), {
      _type: 'option-type',
      name: 'attrsOf',
      elemType: { _type: 'option-type', name: 'listOf', elemType: { _type: 'option-type', name: 'str' } },
    });
    assert.deepEqual(json('(lib.types.coercedTo lib.types.int toString lib.types.str).finalType.name'), 'str');
    assert.deepEqual(json('(lib.types.enum [ "a" "b" ]).values'), ['a', 'b']);
    assert.equal(json('(lib.mkEnableOption "x").type.name'), 'bool');
    assert.equal(json('(lib.mkPackageOption { } "x" { default = null; }).default'), null);
  });

  test('what is not read of lib comes from outside', () => {
    for (const text of ['lib.nope', 'lib.licenses.mit', 'lib.generators.toPlist { } { }', 'lib.fileset.toSource { }']) {
      const value = evaluate(text);
      assert.ok(value.type === 'unknown' && value.external, text);
    }
  });

  test('a regular expression that would take for ever takes no more steps than its length times that of the text', () => {
    assert.equal(json('builtins.match "(a|aa)+b" (lib.strings.replicate 5000 "a")'), null);
    const regex = parseRegex('(a|aa)+b');
    assert.ok(typeof regex === 'object');
    const stepsFor = (length: number): number => {
      let steps = 0;
      const pay = (count: number): boolean => (steps += count) <= regex.program.length * (length + 1);
      assert.equal(matchAt(regex, 'a'.repeat(length), 0, true, pay), null);
      return steps;
    };
    const [some, more] = [stepsFor(2000), stepsFor(4000)];
    assert.ok(some >= 2000 && more >= 4000, `${some} and ${more} steps`);
    assert.ok(more <= regex.program.length * 4001, `${more} steps`);
    assert.ok(more - 2 * some < regex.program.length, `${some} steps for half of the text, ${more} for all of it`);
  });
});
