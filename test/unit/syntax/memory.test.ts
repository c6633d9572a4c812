import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

suite('memory of the parser', () => {
  test('stays as it is after the first parses of a text', function () {
    this.timeout(120_000);
    const { before, after } = probe();
    assert.equal(after, before);
  });

  test('would be seen to grow if the trees were kept', function () {
    this.timeout(120_000);
    const { before, after } = probe('leak');
    assert.ok(after > before);
  });
});

// In processes of their own: what other tests have parsed leaves room behind in which a leak would not show.
function probe(...mode: readonly string[]): { readonly before: number; readonly after: number } {
  const file = fileURLToPath(new URL('memoryProbe.ts', import.meta.url));
  const output = execFileSync(process.execPath, ['--import', 'tsx', file, '2', '6', ...mode], { encoding: 'utf8' });
  return JSON.parse(output) as { readonly before: number; readonly after: number };
}
