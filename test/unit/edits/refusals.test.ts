import assert from 'node:assert/strict';
import { insertEntries, type NewEntry } from '../../../server/src/edits/insertEntry.ts';
import { applyEdits } from '../../../server/src/edits/textEdit.ts';
import type { Expr } from '../../../server/src/syntax/ast.ts';
import type { NixGrammar } from '../../../server/src/syntax/grammar.ts';
import { findStorage } from '../../support/editFixture.ts';
import { nixGrammar } from '../../support/nixGrammar.ts';

const TEXT = '{\n  environment.persistence."/persist".directories = [ "/a" ];\n}\n';

function directory(path: string, user: string | null = null): NewEntry {
  return { kind: 'directory', path, user };
}

suite('entries that are not written', () => {
  let grammar: NixGrammar;
  suiteSetup(async () => {
    grammar = await nixGrammar();
  });

  function problem(text: string, entries: readonly NewEntry[], range?: { readonly start: number; readonly end: number }): string {
    const source = grammar.parse('/x.nix', text);
    const result = insertEntries(source, range ?? findStorage(source.root, text, null) ?? { start: 0, end: 0 }, entries);
    return 'problem' in result ? result.problem : assert.fail(applyEdits(text, result));
  }

  test('names that no Nix text can hold', () => {
    for (const path of ['', 'a\0b', '\ud800']) assert.match(problem(TEXT, [directory(path)]), /can't be written into a Nix file/);
    assert.match(problem(TEXT, [directory('x', '\udfff')]), /can't be written/);
    assert.match(problem(TEXT, [{ ...directory('x'), attributes: { user: 'a\0' } }]), /can't be written/);
  });

  test('texts that are no Nix', () => {
    assert.match(problem('', [directory('/x')]), /empty/);
    assert.match(problem('\0GITCRYPT\0', [directory('/x')]), /git-crypt/);
    assert.match(problem(`${TEXT}}`, [directory('/x')]), /syntax error/);
  });

  test('a declaration that is no longer there', () => {
    assert.match(problem(TEXT, [directory('/x')], { start: 3, end: 9 }), /no longer where it was/);
    assert.match(problem(TEXT, [directory('/x')], { start: 0, end: 10_000 }), /no longer where it was/);
  });

  test('nothing at all for no entries', () => {
    const source = grammar.parse('/x.nix', TEXT);
    assert.deepEqual(insertEntries(source, findStorage(source.root, TEXT, null) ?? assert.fail(), []), []);
  });

  test('both ends of the declaration are taken: that of its value and its semicolon', () => {
    const source = grammar.parse('/x.nix', TEXT);
    const start = TEXT.indexOf('environment');
    const semicolon = TEXT.indexOf(';') + 1;
    const withSemicolon = insertEntries(source, { start, end: semicolon }, [directory('/x')]);
    assert.deepEqual(insertEntries(source, { start, end: semicolon - 1 }, [directory('/x')]), withSemicolon);
    assert.ok(!('problem' in withSemicolon));
    assert.equal(applyEdits(TEXT, withSemicolon), TEXT.replace('"/a"', '"/a" "/x"'));
  });

  test('a computed user name is known when the caller knows it', () => {
    const text = '{ config, ... }:\n{\n  environment.persistence."/p".users.${config.my.user}.directories = [ "a" ];\n}\n';
    const source = grammar.parse('/x.nix', text);
    const range = findStorage(source.root, text, null) ?? assert.fail();
    const resolve = (expr: Expr): string | null => (text.slice(expr.start, expr.end) === 'config.my.user' ? 'alice' : null);
    const same = insertEntries(source, range, [directory('b', 'alice')], resolve);
    assert.ok(!('problem' in same));
    assert.equal(applyEdits(text, same), text.replace('"a"', '"a" "b"'));
    assert.match(problem(text, [directory('b', 'alice')]), /may be alice/);
  });
});
