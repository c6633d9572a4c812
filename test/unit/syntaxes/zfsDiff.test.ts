import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tokenizer } from '../../support/textmate.ts';
import type { Token } from '../../support/textmate.ts';

const grammarFile = join(import.meta.dirname, '../../../syntaxes/zfs-diff.tmLanguage.json');
/** What `zfs diff` printed on a real pool (OpenZFS 2.3.2; xattrdir: 2.1.11); a file's name says the options. */
const captures = join(import.meta.dirname, 'fixtures/zfs-diff');

const markup = {
  '+': 'markup.inserted.zfs-diff',
  '-': 'markup.deleted.zfs-diff',
  M: 'markup.changed.zfs-diff',
  R: 'markup.changed.renamed.zfs-diff',
} as const;

/** Texts of the tokens that have a scope of that beginning. */
function texts(line: readonly Token[], scope: string): string[] {
  return line.filter((token) => token.scopes.some((name) => name === scope || name.startsWith(`${scope}.`))).map((token) => token.text);
}

suite('zfs-diff grammar', () => {
  let tokenize: (text: string) => Token[][];

  suiteSetup(async () => {
    tokenize = await tokenizer([{ scopeName: 'source.zfs-diff', path: grammarFile }], 'source.zfs-diff');
  });

  const only = (line: string): Token[] => tokenize(line)[0] ?? [];

  for (const file of readdirSync(captures)) {
    test(`reads every column of a real capture: ${file}`, () => {
      const options = file.replace('.zfsdiff', '');
      const lines = readFileSync(join(captures, file), 'utf8').trimEnd().split('\n');
      assert.ok(lines.length > 5, 'the capture must hold something');
      for (const [index, tokens] of tokenize(lines.join('\n')).entries()) {
        const line = lines[index] ?? '';
        const columns = line.split('\t');
        const time = options.includes('t') ? columns.shift() : undefined;
        const sign = columns.shift() ?? '';
        const kind = options.includes('F') ? columns.shift() : undefined;
        assert.ok(sign in markup, line);
        assert.ok(
          tokens.every((token) => token.scopes[1] === markup[sign as keyof typeof markup]),
          `${line}: the whole line has the colour of its change`,
        );
        assert.deepEqual(texts(tokens, 'constant.numeric.timestamp'), time === undefined ? [] : [time], line);
        assert.deepEqual(texts(tokens, 'punctuation.definition'), [sign], line);
        assert.deepEqual(texts(tokens, 'storage.type.class'), kind === undefined ? [] : [kind], line);
        const counts = columns.filter((column) => /^\([+-]\d+\)$/.test(column));
        assert.deepEqual(texts(tokens, 'constant.numeric.link-count'), counts, line);
        assert.deepEqual(texts(tokens, 'constant.character.escape'), line.match(/\\0[0-7]{3}/g) ?? [], line);
        const names = columns.filter((column) => !counts.includes(column)).join('\t');
        const [oldName, newName] = names.split(options.includes('H') ? '\t' : ' -> ');
        if (sign === 'R') {
          assert.equal(texts(tokens, 'meta.path.old').join(''), oldName, line);
          assert.equal(texts(tokens, 'meta.path.new').join(''), `${options.includes('H') ? '\t' : ' -> '}${newName}`, line);
          assert.deepEqual(texts(tokens, 'keyword.operator.rename'), [options.includes('H') ? '\t' : ' -> '], line);
        } else {
          assert.equal(texts(tokens, 'meta.path').join(''), names, line);
          assert.equal(newName, undefined, line);
        }
      }
    });
  }

  test('the captures hold every kind of row that the test above is about', () => {
    const all = readdirSync(captures)
      .map((file) => readFileSync(join(captures, file), 'utf8'))
      .join('');
    for (const part of ['R\t', '(+1)', '(-1)', ' -> ', '(on_delete_queue)', '\\0303', '<xattrdir>', '\t@\t', '\t=\t', '\t|\t']) {
      assert.ok(all.includes(part), part);
    }
  });

  test('a slash alone is the class of a directory before a path, and the root itself where no path follows', () => {
    assert.deepEqual(texts(only('M\t/\t/'), 'storage.type.class'), ['/']);
    assert.deepEqual(texts(only('M\t/'), 'storage.type.class'), []);
    assert.deepEqual(texts(only('M\t/'), 'meta.path'), ['/']);
  });

  test('a file without a name any more', () => {
    assert.deepEqual(texts(only('+\tF\t(on_delete_queue)'), 'comment.block.unlinked'), ['(on_delete_queue)']);
    assert.deepEqual(texts(only('+\tF\t/run/m(on_delete_queue)'), 'comment.block.unlinked'), ['(on_delete_queue)']);
    assert.deepEqual(texts(only('+\t/a/(on_delete_queue)/b'), 'comment.block.unlinked'), []);
  });

  test('a name that looks like a link count is a name', () => {
    assert.deepEqual(texts(only('+\tF\t/new/(+1)'), 'constant.numeric.link-count'), []);
    assert.deepEqual(texts(only('M\tF\t/a\t(+12)'), 'constant.numeric.link-count'), ['(+12)']);
  });

  test('times before 1970 and padded ones', () => {
    assert.deepEqual(texts(only('        -1.000000001\tM\t/a'), 'constant.numeric.timestamp'), ['-1.000000001']);
    assert.deepEqual(texts(only('         0.000000000\tM\t/a'), 'constant.numeric.timestamp'), ['0.000000000']);
  });

  test('what is no change is marked as such, and one bad line spoils no other', () => {
    const [complaint, empty, change] = tokenize('Unable to determine path or stats for object 128 in rpool/a@b: Invalid argument\n\n+\t/a');
    assert.ok(complaint?.every((token) => token.scopes.includes('invalid.illegal.message.zfs-diff')));
    assert.deepEqual(texts(empty ?? [], 'invalid'), []);
    assert.deepEqual(texts(change ?? [], 'meta.path'), ['/a']);
  });
});

suite('zfs-diff language', () => {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')) as {
    contributes: { languages: { id: string; firstLine?: string; configuration?: string }[]; grammars: { language?: string }[] };
  };
  const language = manifest.contributes.languages.find(({ id }) => id === 'zfs-diff');

  test('knows a capture by its first line, and other diffs are not taken for one', () => {
    const firstLine = new RegExp(language?.firstLine ?? '$^');
    for (const file of readdirSync(captures))
      assert.match(readFileSync(join(captures, file), 'utf8').split('\n')[0] ?? '', firstLine, file);
    assert.match('+\tF\t(on_delete_queue)', firstLine);
    for (const line of ['--- a/x', '+++ b/x', '-', '', '+\tword', 'M path/in/git', 'R100\told\tnew', '# +\t/a'])
      assert.doesNotMatch(line, firstLine);
  });

  test('nix is contributed without grammar and configuration, so that other extensions keep theirs', () => {
    const nix = manifest.contributes.languages.find(({ id }) => id === 'nix');
    assert.deepEqual(nix, { id: 'nix', extensions: ['.nix'], aliases: ['Nix'] });
    assert.deepEqual(
      manifest.contributes.grammars.filter((grammar) => grammar.language === 'nix'),
      [],
    );
  });
});
