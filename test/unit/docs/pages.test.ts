import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pages } from '../../../scripts/docs/pages.ts';
import { RULES } from '../../../server/src/findings/rules.ts';

const root = join(import.meta.dirname, '../../..');

suite('the generated pages of the manual', () => {
  const made = pages();

  for (const [path, text] of made)
    test(`npm run docs leaves no diff: ${path}`, () => {
      assert.equal(readFileSync(join(root, path), 'utf8'), text);
    });

  test('no page is left of a rule that is gone', () => {
    assert.deepEqual(
      readdirSync(join(root, 'docs/rules')).toSorted(),
      [...made.keys()].flatMap((path) => /^docs\/rules\/(.*)$/.exec(path)?.[1] ?? []).toSorted(),
    );
  });

  test('codes are kebab-case, and none is there twice', () => {
    const codes = RULES.map(({ code }) => code);
    assert.deepEqual([...new Set(codes)], codes);
    for (const code of codes) assert.match(code, /^[a-z]+(-[a-z]+)*$/);
  });

  test('every page says all that it has to', () => {
    for (const { code, page } of RULES) {
      const { title, sources, ...texts } = page;
      assert.ok(title.length > 10 && !title.endsWith('.'), code);
      for (const [part, text] of Object.entries(texts)) assert.ok(text.length > 40 && /[.)]$/.test(text), `${code}: ${part}`);
      assert.ok(sources.length > 0, code);
    }
  });
});
