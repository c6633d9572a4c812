import assert from 'node:assert/strict';
import { counted } from '../../../client/src/text.ts';

suite('client texts', () => {
  test('count', () => {
    assert.equal(counted(1, 'path', 'paths'), '1 path');
    assert.equal(counted(12345, 'path', 'paths'), '12,345 paths');
  });
});
