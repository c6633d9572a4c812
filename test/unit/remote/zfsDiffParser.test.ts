import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChangeRecord } from '../../../server/src/remote/changeRecord.ts';
import { ZfsDiffParser } from '../../../server/src/remote/zfsDiffParser.ts';

const fixtures = join(__dirname, '../../fixtures/zfs-diff');
const captures = join(__dirname, 'captures');

/** All that a record says, for comparing. */
function plain(record: ChangeRecord): object {
  return { ...record, path: record.path.toString('latin1'), newPath: record.newPath?.toString('latin1') ?? null };
}

function parse(pieces: readonly (Buffer | string)[], whole = true): { records: object[]; parser: ZfsDiffParser } {
  const parser = new ZfsDiffParser();
  const records = pieces.flatMap((piece) => parser.push(Buffer.from(piece)));
  records.push(...parser.finish(whole));
  return { records: records.map(plain), parser };
}

function one(line: string): Record<string, unknown> | null {
  const { records } = parse([`${line}\n`]);
  assert.ok(records.length <= 1);
  return (records[0] as Record<string, unknown> | undefined) ?? null;
}

suite('zfs diff: recorded outputs', () => {
  for (const version of ['2.3.2', '2.1.11']) {
    const recorded = readFileSync(join(fixtures, version, 'diff-FHt.out'));

    test(`${version}: every line is a row, and the names are those of the walk`, () => {
      const { records, parser } = parse([recorded]);
      const rows = records as {
        kind: string;
        path: string;
        newPath: string | null;
        fileType: string;
        unlinked: boolean;
        time: string;
        links: number;
      }[];
      assert.equal(parser.problems.malformed, 0);
      assert.equal(parser.problems.unescaped, 0);
      assert.equal(rows.length, recorded.toString('latin1').split('\n').length - 1);
      // find: type, names, ctime, path; separated by NUL because a name may hold anything else.
      const walk = readFileSync(join(fixtures, version, 'find-scn.nul'))
        .toString('latin1')
        .split('\0')
        .slice(0, -1);
      const found = new Map(
        walk.map((entry) => {
          const [type = '', links = '', time = '', ...path] = entry.split('\t');
          const name = path.join('\t').slice(1);
          return [`/run/m/scn${name}`, { type, links: Number(links), time }];
        }),
      );
      const letters: Record<string, string> = { f: 'F', d: '/', l: '@', p: '|', s: '=', c: 'C', b: 'B' };
      const now = rows.filter((row) => row.kind !== '-' && !row.unlinked);
      for (const row of now) {
        const there = found.get(row.newPath ?? row.path);
        // A file that has several names may be listed under one it no longer has.
        if (there === undefined) {
          assert.notEqual(row.links, 0, row.path);
          continue;
        }
        assert.equal(row.fileType, letters[there.type], row.path);
        assert.equal(Number(row.time).toFixed(3), Number(there.time).toFixed(3), row.path);
      }
      const listed = new Set(now.map((row) => row.newPath ?? row.path));
      const missed = [...found].filter(([path]) => path.startsWith('/run/m/scn/new/') && !listed.has(path)).map(([path]) => path);
      // The names that zfs diff is known to leave out: all but the last of a file with several, and one whose last name is gone.
      assert.deepEqual(missed.map((path) => path.slice('/run/m/scn/new/'.length)).sort(), ['hlA', 'hlB', 'hlX']);
    });

    test(`${version}: the same in pieces, cut at every byte`, () => {
      const whole = JSON.stringify(parse([recorded]).records);
      for (let at = 1; at < recorded.length; at += 11) {
        assert.equal(JSON.stringify(parse([recorded.subarray(0, at), recorded.subarray(at)]).records), whole, `cut at ${at}`);
      }
      assert.equal(JSON.stringify(parse(Array.from(recorded, (_, at) => recorded.subarray(at, at + 1))).records), whole);
    });

    test(`${version}: a root file system`, () => {
      const root = readFileSync(join(fixtures, version, 'root-diff.out'));
      const { records, parser } = parse([root]);
      assert.equal(parser.problems.malformed, 0);
      assert.equal(records.length, root.toString('latin1').split('\n').length - 1);
      assert.ok(records.some((record) => (record as { path: string }).path === '/'));
    });
  }

  const full = parse([readFileSync(join(fixtures, '2.3.2/diff-FHt.out'))]).records as { time: unknown; fileType: unknown }[];
  for (const [name, has] of [
    ['diffplain', { time: false, type: false }],
    ['diff-F', { time: false, type: true }],
    ['diff-t', { time: true, type: false }],
    ['diff-H', { time: false, type: false }],
    ['diff-Ht', { time: true, type: false }],
    ['diff-FH', { time: false, type: true }],
    ['diff-combined-tty', { time: false, type: true }],
  ] as const) {
    test(`${name} says the same, less what its options leave out`, () => {
      const { records, parser } = parse([readFileSync(join(captures, `${name}.out`))]);
      assert.equal(parser.problems.malformed, 0);
      const less = full.map((record) => ({ ...record, ...(has.time ? {} : { time: null }), ...(has.type ? {} : { fileType: null }) }));
      assert.deepEqual(records, less);
    });
  }

  test('-h is noticed, and only its broken names are lost', () => {
    const { records, parser } = parse([readFileSync(join(captures, 'diff-FHh.out'))]);
    assert.ok(parser.problems.unescaped > 0);
    assert.ok(parser.problems.malformed >= 2, 'the names with a tab and with a newline');
    assert.ok(records.some((record) => (record as { path: string }).path.endsWith('with space')));
  });
});

suite('zfs diff: single lines', () => {
  test('names are bytes', () => {
    assert.equal(one('+\tF\t/a\\0040b\\0134\\0351')?.['path'], '/a b\\\u00e9');
    assert.equal(one('+\tF\t/literal\\01340040space')?.['path'], '/literal\\0040space');
    assert.equal(one('+\tF\t/(+1)')?.['path'], '/(+1)');
    assert.equal(one('+\tF\t/a\\0040->\\0040b')?.['path'], '/a -> b');
  });

  test('the root keeps its slash, others lose it', () => {
    for (const line of ['M\t/', 'M\t/\t/', '1.000000000\tM\t/\t/', '1.000000000\tM\t/']) assert.equal(one(line)?.['path'], '/', line);
    assert.deepEqual([one('M\t/\t/home/')?.['path'], one('M\t/home/')?.['path']], ['/home', '/home']);
    assert.equal(one('M\t/')?.['fileType'], null);
    assert.equal(one('M\t/\t/')?.['fileType'], '/');
  });

  test('renames, with a tab or an arrow', () => {
    for (const line of ['R\tF\t/a\t/b', 'R\tF\t/a -> /b', 'R\t/a\t/b', 'R\t/a -> /b']) {
      const record = one(line);
      assert.deepEqual([record?.['path'], record?.['newPath']], ['/a', '/b'], line);
    }
  });

  test('link counts', () => {
    assert.equal(one('M\tF\t/a\t(+1)')?.['links'], 1);
    assert.equal(one('M\t/a\t(-2)')?.['links'], -2);
    assert.equal(one('M\t/\t(+1)')?.['path'], '/');
  });

  test('a file that is open and has no name, below a mount point and on the root', () => {
    for (const line of ['+\tF\t/home(on_delete_queue)', '+\tF\t(on_delete_queue)', '+\t(on_delete_queue)', '+\t/home(on_delete_queue)']) {
      assert.equal(one(line)?.['unlinked'], true, line);
    }
    assert.equal(one('+\tF\t/x/(on_delete_queue)')?.['unlinked'], false);
  });

  test('times: padded, before 1970', () => {
    assert.equal(one('         5.000000001\t+\tF\t/a')?.['time'], '5.000000001');
    assert.equal(one('        -5.000000001\t+\tF\t/a')?.['time'], '-5.000000001');
  });

  test('what is no row is counted and told, and the rest goes on', () => {
    const lines = [
      'x',
      '+',
      '+\t',
      '\t+\tF\t/a',
      '+\tF\trelative',
      '+\tZ\t/a',
      'Q\tF\t/a',
      '+\tF\t/a\tmore',
      'R\tF\t/a',
      'R\tF\t/a\t/b\t/c',
      '+\tF\t/a\\0000b',
      'noon\t+\tF\t/a',
    ];
    for (const line of lines) assert.equal(one(line), null, line);
    const { records, parser } = parse([`${lines.join('\n')}\n+\tF\t/good\n`]);
    assert.equal(records.length, 1);
    assert.equal(parser.problems.malformed, lines.length);
    assert.deepEqual(parser.problems.samples[1], { line: 2, text: '+' });
  });

  test('a cut last line is a row of a file and no row of a connection', () => {
    assert.equal(parse(['+\tF\t/var/lib/pos'], true).records.length, 1);
    const cut = parse(['+\tF\t/a\n+\tF\t/var/lib/pos'], false);
    assert.deepEqual([cut.records.length, cut.parser.problems.malformed], [1, 1]);
  });

  test('a line without end is not held', () => {
    const parser = new ZfsDiffParser();
    const piece = Buffer.alloc(1 << 20, 'a');
    for (let i = 0; i < 64; i++) assert.deepEqual(parser.push(piece), []);
    const records = parser.push(Buffer.from('\n+\tF\t/after\n'));
    assert.deepEqual(
      records.map((record) => record.path.toString()),
      ['/after'],
    );
    assert.equal(parser.problems.malformed, 1);
    assert.ok((parser.problems.samples[0]?.text.length ?? 0) <= 200);
  });
});
