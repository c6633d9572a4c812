import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parseTree } from 'jsonc-parser';
import { indexOptions, splitOption } from '../../../server/src/catalogue/optionIndex.ts';
import { builtInCatalogue } from '../../../server/src/catalogue/load.ts';
import { validate, type JsonSchema } from '../../../server/src/workspace/jsonSchema.ts';

const catalogue = new URL('../../../server/src/catalogue/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, catalogue), 'utf8');

/** What is wrong with a text by a schema of the catalogue, each with the text that it stands at. */
function wrong(schema: string, text: string): readonly string[] {
  const tree = parseTree(text);
  assert.ok(tree);
  return validate(tree, JSON.parse(read(schema)) as JsonSchema).map(({ start, end, message }) => `${text.slice(start, end)} | ${message}`);
}

suite('the files of the catalogue', () => {
  for (const [data, schema] of [
    ['state.json', 'state.schema.json'],
    ['ephemeral.json', 'ephemeral.schema.json'],
  ] as const) {
    test(`${data} is as its schema wants it`, () => {
      assert.deepEqual(wrong(schema, read(data)), []);
    });

    test(`${data} has an entry a line, in order, so that two additions do not meet`, () => {
      const lines = read(data).trim().split('\n').slice(1, -1);
      const entries = lines.map((line) => JSON.parse(line.replace(/,$/, '')) as { readonly id?: string; readonly pattern?: string });
      const keys = entries.map(({ id, pattern }) => id ?? pattern ?? '');
      assert.equal(new Set(keys).size, keys.length);
      assert.deepEqual(keys, [...keys].sort());
    });
  }

  test('mistakes of somebody who adds an entry are told', () => {
    const good = read('state.json').split('\n')[1]?.replace(/,$/, '') ?? '';
    const add = (from: string, to: string): readonly string[] => {
      assert.ok(good.includes(from), from);
      return wrong('state.schema.json', `[${good.replace(from, to)}]`);
    };
    assert.match(add('"severity"', '"severty"')[0] ?? '', /^"severty" \| "severty" means nothing here/);
    assert.match(add('"convenience"', '"high"')[0] ?? '', /^"high" \| one of "critical", "data"/);
    assert.match(add('"0775"', '"775"')[0] ?? '', /has to match/);
    assert.match(add('"verified": true', '"verified": "yes"')[0] ?? '', /true or false is wanted here, not a text/);
    assert.match(add('"kind": "directory"', '"kind": "folder"')[0] ?? '', /one of "directory", "file"/);
  });
});

suite('state by option', () => {
  test('options are split at their dots, quoted names kept whole, placeholders known', () => {
    assert.deepEqual(splitOption('services.x.enable'), ['services', 'x', 'enable']);
    assert.deepEqual(splitOption('services.akkoma.config.":pleroma".":a.b".dir'), [
      'services',
      'akkoma',
      'config',
      ':pleroma',
      ':a.b',
      'dir',
    ]);
    assert.deepEqual(splitOption('services.redis.servers.<name>.enable'), ['services', 'redis', 'servers', '*', 'enable']);
    assert.deepEqual(splitOption('nix.buildMachines.*.sshKey'), ['nix', 'buildMachines', '*', 'sshKey']);
  });

  test('every entry is found at each of its options, and nowhere else', () => {
    const { state } = builtInCatalogue();
    for (const which of ['options', 'hmOptions'] as const) {
      const index = indexOptions(state, which);
      for (const entry of state) {
        for (const option of entry[which] ?? []) {
          let node: typeof index | undefined = index;
          for (const part of splitOption(option)) node = node?.below.get(part);
          assert.ok(node?.entries.includes(entry), `${entry.id} ${option}`);
        }
      }
      const count = (node: typeof index): number =>
        node.entries.length + [...node.below.values()].reduce((sum, each) => sum + count(each), 0);
      assert.equal(
        count(index),
        state.reduce((sum, entry) => sum + (entry[which]?.length ?? 0), 0),
      );
    }
  });
});
