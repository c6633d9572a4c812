import assert from 'node:assert/strict';
import type { ChangeRecord } from '../../../server/src/remote/changeRecord.ts';
import { WalkComparison } from '../../../server/src/remote/walkCompare.ts';
import type { Identity } from '../../../server/src/remote/walkCompare.ts';
import { WalkParser } from '../../../server/src/remote/walkParser.ts';
import type { WalkEntry } from '../../../server/src/remote/walkParser.ts';
import { Random } from '../../support/random.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

const read = (...pieces: readonly Buffer[]): { readonly entries: WalkEntry[]; readonly malformed: number } => {
  const parser = new WalkParser('/', '/');
  const entries = pieces.flatMap((piece) => parser.push(piece));
  parser.finish();
  return { entries, malformed: parser.malformed };
};

const pathOf = (top: string, at: string, found: string): string | undefined =>
  new WalkParser(top, at).push(bytes(`f_1_1_1_1_1${found}\0`))[0]?.path.toString();

/** `type inode path [links] [changed]` */
const entry = (text: string): WalkEntry => {
  const [type = 'F', inode = '1', path = '/', links = '1', changed = '1'] = text.split(' ');
  const times = { modified: `${changed}.000000000`, changed: `${changed}.000000000` };
  return { fileType: type, inode: Number(inode), links: Number(links), size: 1, ...times, device: 1, path: bytes(path) };
};

const told = ({ kind, fileType, path, newPath, links }: ChangeRecord): string =>
  [kind, fileType, path.toString(), ...(newPath === null ? [] : [newPath.toString()]), ...(links === 0 ? [] : [links])].join(' ');

const compare = (baseline: readonly string[], live: readonly string[], identity: Identity = 'inode', whole = true): string[] => {
  const comparison = new WalkComparison(identity);
  for (const each of baseline) comparison.baseline(entry(each));
  const rows = live.flatMap((each) => comparison.live(entry(each)) ?? []);
  return [...rows, ...comparison.finish(whole)].map(told).sort();
};

suite('what find prints', () => {
  const listing = bytes(
    [
      'd_34_5_6_1795223056.0000000000_25_1795223055.8480006880/',
      'f_281474976710656_2_9007199254740991_1795223056.1_25_-1.5000000000/etc/a b\n\x1b[31m\xff',
      'l_7_1_0_0_25/etc/link',
      's_8_1_0_2.0000000000_99_1.0000000000/run/socket',
      '9_12_1795223056.1234567890/plain',
      '10_0_-2.5000000000_3.0000000000/dated',
      '',
    ].join('\0'),
  );

  test('is read with its numbers, times and bytes', () => {
    const { entries, malformed } = read(listing);
    assert.equal(malformed, 0);
    assert.deepEqual(entries[1], {
      fileType: 'F',
      inode: 281474976710656,
      links: 2,
      size: 9007199254740991,
      changed: '1795223056.100000000',
      modified: '-1.500000000',
      device: 25,
      path: bytes('/etc/a b\n\x1b[31m\xff'),
    });
    assert.deepEqual(
      entries.map(({ fileType, path, modified }) => [fileType, path.toString('latin1'), modified]),
      [
        ['/', '/', '1795223055.848000688'],
        ['F', '/etc/a b\n\x1b[31m\xff', '-1.500000000'],
        ['@', '/etc/link', '0.000000000'],
        ['=', '/run/socket', '1.000000000'],
        ['F', '/plain', '1795223056.123456789'],
        ['F', '/dated', '3.000000000'],
      ],
    );
    const plain = { fileType: 'F', inode: 9, links: 1, size: 12, device: 25, path: bytes('/plain') };
    assert.deepEqual(entries[4], { ...plain, changed: '1795223056.123456789', modified: '1795223056.123456789' });
    assert.equal(entries[5]?.changed, '-2.500000000');
  });

  test('is the same in pieces of any size, and cut anywhere it loses only what was cut', () => {
    const whole = read(listing);
    for (let at = 0; at <= listing.length; at++) {
      assert.deepEqual(read(listing.subarray(0, at), listing.subarray(at)), whole, `at ${at}`);
      const cut = read(listing.subarray(0, at));
      assert.deepEqual(cut.entries, whole.entries.slice(0, cut.entries.length));
      assert.equal(cut.malformed, at === 0 || listing[at - 1] === 0 ? 0 : 1, `cut at ${at}`);
    }
    assert.deepEqual(read(...[...listing].map((byte) => Buffer.of(byte))), whole);
  });

  test('has paths as they are seen, wherever the tree was walked', () => {
    assert.equal(pathOf('/sys', '/', '/sys'), '/');
    assert.equal(pathOf('/sys', '/', '/sys/etc'), '/etc');
    assert.equal(pathOf('/.zfs/snapshot/blank/.', '/', '/.zfs/snapshot/blank/./etc'), '/etc');
    assert.equal(pathOf('/home/.zfs/snapshot/blank/.', '/home', '/home/.zfs/snapshot/blank/.'), '/home');
    assert.equal(pathOf('/home', '/home', '/home/a'), '/home/a');
    assert.equal(pathOf('/home', '/home', '/homeless'), undefined);
    assert.equal(pathOf('/home', '/home', '/etc'), undefined);
  });

  test('and rubbish is counted, not believed', () => {
    for (const line of [
      '',
      'f',
      'f_1_1_1_1_1',
      'f_x_1_1_1_1/a',
      'ff_1_1_1_1_1/a',
      'f_-1_1_1_1_1/a',
      'f_1_1_1_1/a',
      'f_1_1_1_1_1_1_1/a',
      '1_1/a',
      '1_-1_1/a',
      '1_1_1_1_1/a',
      '/a',
      `${'1'.repeat(300)}_1_1/a`,
    ])
      assert.deepEqual(read(bytes(`${line}\0`)), { entries: [], malformed: 1 }, line);
    const long = read(bytes(`f_1_1_1_1_1/${'x'.repeat(70_000)}\0f_1_1_1_1_1/after\0`));
    assert.deepEqual([long.malformed, long.entries.map(({ path }) => path.toString())], [1, ['/after']]);
  });

  test('never throws, and never holds more than an entry, on random bytes', () => {
    const random = new Random(7);
    for (let round = 0; round < 200; round++) {
      const parser = new WalkParser('/', '/');
      for (let piece = 0; piece < 20; piece++) {
        const noise = Buffer.from(Array.from({ length: 1 + random.below(300) }, () => random.below(256)));
        parser.push(random.chance(0.3) ? Buffer.concat([noise, listing.subarray(random.below(listing.length))]) : noise);
      }
      parser.finish();
    }
  });
});

suite('two walks of a tree', () => {
  const cases: readonly (readonly [name: string, baseline: readonly string[], live: readonly string[], rows: readonly string[]])[] = [
    ['the same', ['/ 1 /', 'F 2 /a'], ['/ 1 /', 'F 2 /a'], []],
    ['the top of a snapshot has another inode number', ['/ 999 /', 'F 2 /a'], ['/ 1 /', 'F 2 /a'], []],
    ['new', ['/ 1 /'], ['/ 1 / 1 2', '/ 2 /d', 'F 3 /d/a'], ['+ / /d', '+ F /d/a', 'M / /']],
    ['changed', ['/ 1 /', 'F 2 /a'], ['/ 1 /', 'F 2 /a 1 5'], ['M F /a']],
    ['gone, with all below', ['/ 1 /', '/ 2 /d', 'F 3 /d/a'], ['/ 1 / 1 2'], ['- / /d', '- F /d/a', 'M / /']],
    ['renamed', ['/ 1 /', 'F 2 /a'], ['/ 1 /', 'F 2 /b 1 5'], ['R F /a /b']],
    ['a renamed directory is one change', ['/ 1 /', '/ 2 /d', 'F 3 /d/a'], ['/ 1 /', '/ 2 /e 1 5', 'F 3 /e/a'], ['R / /d /e']],
    [
      'changed in a renamed directory',
      ['/ 1 /', '/ 2 /d', 'F 3 /d/a'],
      ['/ 1 /', '/ 2 /e 1 5', 'F 3 /e/a 1 6'],
      ['R / /d /e', 'R F /d/a /e/a'],
    ],
    ['swapped', ['/ 1 /', 'F 2 /a', 'F 3 /b'], ['/ 1 /', 'F 3 /a 1 5', 'F 2 /b 1 5'], ['R F /a /b', 'R F /b /a']],
    ['replaced', ['/ 1 /', 'F 2 /a'], ['/ 1 /', 'F 9 /a 1 5'], ['+ F /a', '- F /a']],
    ['a file became a directory', ['/ 1 /', 'F 2 /a'], ['/ 1 /', '/ 9 /a 1 5'], ['+ / /a', '- F /a']],
    ['an inode number in use again for something else', ['/ 1 /', 'F 2 /a'], ['/ 1 /', '/ 2 /b 1 5'], ['+ / /b', '- F /a']],
    ['one more name', ['/ 1 /', 'F 2 /a'], ['/ 1 /', 'F 2 /a 2 5', 'F 2 /b 2 5'], ['+ F /b', 'M F /a 1']],
    ['one more name that comes first', ['/ 1 /', 'F 2 /b'], ['/ 1 /', 'F 2 /a 2 5', 'F 2 /b 2 5'], ['+ F /a', 'M F /b 1']],
    ['one name less', ['/ 1 /', 'F 2 /a 2', 'F 2 /b 2'], ['/ 1 /', 'F 2 /b 1 5'], ['- F /a', 'M F /b -1']],
  ];
  for (const [name, baseline, live, rows] of cases) {
    test(`tell: ${name}`, () => {
      assert.deepEqual(compare(baseline, live), [...rows].sort());
    });
  }

  test('tell by content where inodes mean nothing: same name, size and time is the same', () => {
    assert.deepEqual(compare(['/ 1 /', 'F 2 /a', 'F 3 /b'], ['/ 9 / 1 7', 'F 8 /a', 'F 7 /b 1 6', 'F 6 /c'], 'content'), [
      '+ F /c',
      'M F /b',
    ]);
  });

  test('of a walk that was cut off nothing is called gone or renamed', () => {
    assert.deepEqual(compare(['/ 1 /', 'F 2 /a', 'F 3 /b'], ['/ 1 /', 'F 2 /c 1 5'], 'inode', false), ['+ F /c']);
  });

  test('what is mounted over the tree hides what the tree has there, which is then not gone', () => {
    const comparison = new WalkComparison('inode');
    for (const each of ['/ 1 /', '/ 2 /d', 'F 3 /d/a', 'F 4 /e']) comparison.baseline(entry(each));
    const rows = [entry('/ 1 /'), { ...entry('/ 77 /d 1 9'), device: 2 }].flatMap((each) => comparison.live(each) ?? []);
    assert.deepEqual([...rows, ...comparison.finish(true)].map(told), ['- F /e']);
  });
});
