import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { coloursNix } from '../../../client/src/grammars.ts';

suite('who colours Nix', () => {
  test('an extension with a grammar for it does', () => {
    const grammars = [{ language: 'nix', scopeName: 'source.nix', path: './nix.tmLanguage.json' }];
    assert.ok(coloursNix([{ packageJSON: {} }, { packageJSON: { contributes: { grammars } } }]));
  });

  test('one with other grammars, or with anything else in its manifest, does not', () => {
    for (const packageJSON of [
      null,
      undefined,
      7,
      { contributes: null },
      { contributes: { grammars: 'nix' } },
      { contributes: { grammars: [null, { language: 'nu' }] } },
    ])
      assert.ok(!coloursNix([{ packageJSON }]));
  });

  test('Keepsake itself does not', () => {
    const packageJSON: unknown = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
    assert.ok(!coloursNix([{ packageJSON }]));
  });
});
