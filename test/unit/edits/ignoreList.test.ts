import assert from 'node:assert/strict';
import { parse } from 'jsonc-parser';
import { ignoreEdits, ignorePattern } from '../../../server/src/edits/ignoreList.ts';

function after(text: string, patterns: readonly string[], host: string | null = null): string {
  const edits = ignoreEdits(text, patterns, host);
  assert.ok(!('problem' in edits), JSON.stringify(edits));
  return edits.reduceRight((now, { start, end, newText }) => now.slice(0, start) + newText + now.slice(end), text);
}

suite('ignore in keepsake.json', () => {
  test('makes the file', () => {
    assert.equal(after('', ['/srv/cache/**']), '{\n  "ignore": [\n    "/srv/cache/**"\n  ]\n}\n');
    assert.deepEqual(parse(after('', ['/a', '/b'], 'web')), { hosts: { web: { ignore: ['/a', '/b'] } } });
  });

  test('keeps comments, order and the rest', () => {
    const text = `// ours\n{\n    "severities": { "x": "off" }, // why\n    "ignore": [\n        "/old" // kept\n    ]\n}\n`;
    const made = after(text, ['/new']);
    assert.match(made, /^\/\/ ours\n/);
    assert.match(made, /\/\/ why/);
    assert.match(made, /"\/old",? ?(\/\/ kept)?/);
    assert.match(made, /\/\/ kept/);
    assert.deepEqual(parse(made), { severities: { x: 'off' }, ignore: ['/old', '/new'] });
    assert.match(made, /^ {8}"\/new"$/m);
  });

  test('adds to the list of one host, beside others', () => {
    const made = after('{ "hosts": { "nas": { "ignore": ["/a"] } } }', ['/b'], 'web');
    assert.deepEqual(parse(made), { hosts: { nas: { ignore: ['/a'] }, web: { ignore: ['/b'] } } });
  });

  test('writes nothing twice', () => {
    assert.deepEqual(ignoreEdits('{"ignore":["/a"]}', ['/a', '/a'], null), []);
    assert.deepEqual(parse(after('{"ignore":["/a"]}', ['/a', '/b', '/b'])), { ignore: ['/a', '/b'] });
  });

  test('leaves a text alone that is broken, or of another shape', () => {
    for (const text of ['{ "ignore": [', '[]', '{ "ignore": "x" }', '{ "ignore": {} }'])
      assert.ok('problem' in ignoreEdits(text, ['/a'], null), text);
    for (const text of ['{ "hosts": [] }', '{ "hosts": { "web": 1 } }']) assert.ok('problem' in ignoreEdits(text, ['/a'], 'web'), text);
  });

  test('names of every kind are values, and hosts of every name are keys', () => {
    const odd = '/srv/"q"\\\n${x}';
    assert.deepEqual(parse(after('', [odd], '__proto__"x')), JSON.parse(JSON.stringify({ hosts: { '__proto__"x': { ignore: [odd] } } })));
  });

  test('patterns say a file, or a directory with all below it', () => {
    assert.equal(ignorePattern('/srv/a', false), '/srv/a');
    assert.equal(ignorePattern('/srv/a', true), '/srv/a/**');
    for (const path of ['/', '/srv/*', '/srv/\u{fffd}', 'relative']) assert.equal(ignorePattern(path, true), null);
  });
});
