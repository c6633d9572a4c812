import assert from 'node:assert/strict';
import { wildcard } from '../../../server/src/catalogue/wildcard.ts';

suite('wildcards', () => {
  for (const [pattern, yes, no] of [
    ['a', ['a'], ['', 'b', 'aa']],
    ['*', ['', 'a', 'a\nb'], []],
    ['*.db', ['.db', 'a.db'], ['a.db2', 'db']],
    ['ssh_host_*_key', ['ssh_host__key', 'ssh_host_rsa_key'], ['ssh_host_key', 'ssh_host_rsa_key.pub']],
    ['a*b*c', ['abc', 'a.b.b.c', 'abcbc'], ['ac', 'acb', 'abcd']],
    ['ab*ba', ['abba', 'ab.ba'], ['aba']],
    ['*a*a*', ['aa', 'banana'], ['a', 'b']],
    ['**', ['', 'a'], []],
    ['.*(x)[', ['.(x)[', '.a(x)['], ['a(x)[']],
  ] as const)
    test(pattern, () => {
      for (const name of yes) assert.equal(wildcard(pattern)(name), true, JSON.stringify(name));
      for (const name of no) assert.equal(wildcard(pattern)(name), false, JSON.stringify(name));
    });

  test('say what the regular expression of the same meaning says', () => {
    const texts = Array.from({ length: 3 ** 6 }, (_, number) =>
      [...Array(6).keys()].map((digit) => 'ab*'[Math.floor(number / 3 ** digit) % 3]).join(''),
    );
    const names = texts.filter((text) => !text.includes('*'));
    for (const text of texts.filter((_, index) => index % 7 === 0).map((text) => text.slice(0, 4))) {
      const expected = new RegExp(`^${text.split('*').join('.*')}$`);
      const is = wildcard(text);
      for (const name of names.flatMap((each) => [each, each.slice(2)])) assert.equal(is(name), expected.test(name), `${text} ${name}`);
    }
  });

  test('end with as many stars as one likes', () => {
    assert.equal(wildcard('*a'.repeat(100))('a'.repeat(50_000) + 'b'), false);
  });
});
