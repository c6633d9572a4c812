import assert from 'node:assert/strict';
import { keyed } from '../../../client/src/panel/entryKeys.ts';
import type { DeclaredEntryDto } from '../../../server/src/protocol/panel.ts';

const entry = (more: Partial<DeclaredEntryDto> = {}): DeclaredEntryDto => ({
  path: null,
  text: '.ssh',
  kind: 'directory',
  user: 'ann',
  storage: '/persist',
  mechanism: 'impermanence',
  location: { uri: 'file:///web.nix', range: { start: { line: 3, character: 4 }, end: { line: 3, character: 10 } } },
  conditions: [],
  standing: 'unknown',
  ...more,
});

suite('client: keys of declared entries', () => {
  test('are each another one, also of what is written at one place', () => {
    const entries = [entry(), entry({ user: 'ben' }), entry({ kind: 'file' }), entry({ text: '.gnupg' }), entry(), entry()];
    assert.equal(new Set(keyed(entries).map(([key]) => key)).size, entries.length);
  });

  test('stay while others come and go', () => {
    const [key] = keyed([entry()])[0] ?? assert.fail();
    assert.ok(keyed([entry({ user: 'ben' }), entry()]).some(([each]) => each === key));
  });
});
