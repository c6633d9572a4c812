import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rowOf } from '../../server/src/remote/changeRecord.ts';
import { ChangeTree } from '../../server/src/remote/changeTree.ts';
import { parseMountinfo, visibleMounts } from '../../server/src/remote/mountinfo.ts';
import { SectionSplitter } from '../../server/src/remote/sections.ts';
import { WalkParser } from '../../server/src/remote/walkParser.ts';
import { ZfsDiffParser } from '../../server/src/remote/zfsDiffParser.ts';
import { classifierOf } from '../support/classifier.ts';
import { FaultTable } from '../support/faultTable.ts';
import { numbersFrom } from '../support/generatedListing.ts';

/** Escapes as zfs does: the reference that the parser has to undo. */
function escaped(name: Buffer): string {
  return Array.from(name, (byte) =>
    byte <= 0x20 || byte >= 0x7f || byte === 0x5c ? `\\0${byte.toString(8).padStart(3, '0')}` : String.fromCharCode(byte),
  ).join('');
}

const rounds = Number(process.env['FUZZ_ROUNDS'] ?? 300);

suite('fuzz: what a host may send', function () {
  this.timeout(120_000);
  const table = new FaultTable('Fuzz: what a host may send');
  suiteTeardown(() => table.print());
  const seed = Number(process.env['FUZZ_SEED'] ?? 20261121);
  const random = numbersFrom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);

  test(`any name survives escaping and pieces (seed ${seed})`, () => {
    for (let round = 0; round < rounds; round++) {
      const names = Array.from({ length: 1 + below(20) }, () =>
        Buffer.from(Array.from({ length: 1 + below(30) }, () => 1 + below(255)).map((byte) => (byte === 0x2f ? 0x2e : byte))),
      );
      const text = names.map((name) => `+\tF\t/x${escaped(name)}\n`).join('');
      const parser = new ZfsDiffParser();
      const records = [];
      for (let at = 0; at < text.length;) {
        const end = at + 1 + below(40);
        records.push(...parser.push(Buffer.from(text.slice(at, end))));
        at = end;
      }
      assert.equal(parser.problems.malformed, 0, text);
      assert.deepEqual(
        records.map((record) => record.path.toString('hex')),
        names.map((name) => Buffer.concat([Buffer.from('/x'), name]).toString('hex')),
      );
      table.note('zfs diff: names of any bytes, in pieces of any length', 'the same names', names.length);
    }
  });

  test(`damaged listings: every line is a row or counted, whatever the pieces, and the tree's counts fit (seed ${seed})`, () => {
    const recorded = readFileSync(join(__dirname, '../fixtures/zfs-diff/2.3.2/diff-FHt.out'));
    for (let round = 0; round < rounds; round++) {
      const damaged = Buffer.from(recorded.subarray(0, 4000));
      for (let i = below(30); i >= 0; i--)
        damaged[below(damaged.length)] = below(2) === 0 ? below(256) : '\t\n/\\+-MR() 0'.charCodeAt(below(12));
      const parser = new ZfsDiffParser();
      const records = parser.push(damaged);
      records.push(...parser.finish(true));
      const lines = damaged
        .toString('latin1')
        .split('\n')
        .filter((line) => line !== '' && line !== '\r');
      assert.equal(records.length + parser.problems.malformed, lines.length);
      const again = new ZfsDiffParser();
      let count = 0;
      for (let at = 0; at < damaged.length;) {
        const end = at + 1 + below(200);
        count += again.push(damaged.subarray(at, end)).length;
        at = end;
      }
      assert.equal(count + again.finish(true).length, records.length);
      const tree = new ChangeTree(classifierOf(['/run/m/scn/new'], null));
      for (const record of records) tree.add(rowOf(record));
      const nodes = [...tree.changed()];
      assert.equal(nodes.length, tree.changes);
      const { lost, kept, declared, mounted, noise } = tree.counts();
      const nameless = records.filter((record) => record.unlinked).length;
      assert.equal(
        lost.critical + lost.data + lost.convenience + lost.unknown + kept + declared + mounted + noise,
        nodes.length + nameless,
      );
      for (const id of nodes) assert.ok(tree.row(id) !== null);
      table.note('zfs diff: a line with damaged bytes', 'a row', records.length);
      table.note('zfs diff: a line with damaged bytes', 'counted as malformed', parser.problems.malformed);
    }
  });

  test(`damaged walks: every entry is told or counted, whatever the pieces, and no path is outside of what is walked (seed ${seed})`, () => {
    for (let round = 0; round < rounds; round++) {
      const entries = Array.from({ length: 1 + below(30) }, (_, i) => {
        const name = Buffer.from(Array.from({ length: 1 + below(20) }, () => 1 + below(255)));
        const header = below(2) === 0 ? `f_${i + 2}_2_${below(9)}_1795223055.1_7` : `${i + 2}_${below(99)}_1795223055.25`;
        return Buffer.concat([Buffer.from(`${header}/sys/`), name, Buffer.from([0])]);
      });
      const whole = Buffer.concat([Buffer.from('d_1_2_3_1795223055.1_7/sys\0'), ...entries]);
      for (let i = below(20); i > 0; i--) whole[below(whole.length)] = below(2) === 0 ? below(256) : '_./0\0df'.charCodeAt(below(7));
      const parser = new WalkParser('/sys', '/home');
      const found = parser.push(whole).map(({ path }) => path.toString('latin1'));
      parser.finish();
      const ended = whole.toString('latin1').split('\0');
      assert.equal(found.length + parser.malformed, ended.at(-1) === '' ? ended.length - 1 : ended.length);
      for (const path of found) assert.ok(path === '/home' || path.startsWith('/home/'), path);
      const again = new WalkParser('/sys', '/home');
      const inPieces: string[] = [];
      for (let at = 0; at < whole.length;) {
        const end = at + 1 + below(50);
        inPieces.push(...again.push(whole.subarray(at, end)).map(({ path }) => path.toString('latin1')));
        at = end;
      }
      again.finish();
      assert.deepEqual([inPieces, again.malformed], [found, parser.malformed]);
      table.note('walk: an entry with damaged bytes, in pieces', 'told', found.length);
      table.note('walk: an entry with damaged bytes, in pieces', 'counted as malformed', parser.malformed);
    }
  });

  test(`mountinfo and sections take any bytes (seed ${seed})`, () => {
    const real = readFileSync('/proc/self/mountinfo');
    for (let round = 0; round < rounds; round++) {
      const damaged = Buffer.from(real);
      for (let i = below(60); i >= 0; i--)
        damaged[below(damaged.length)] = below(2) === 0 ? below(256) : '0123456789 \n-/\\'.charCodeAt(below(15));
      for (const [point, mount] of visibleMounts(parseMountinfo(damaged))) assert.equal(point, mount.mountPoint);
      table.note('mountinfo with damaged bytes', 'what can be read is read');
      const splitter = new SectionSplitter('MARK');
      const noise = Buffer.from(Array.from({ length: 200 }, () => 'MARK:\nx'.charCodeAt(below(7))));
      let length = 0;
      for (let at = 0; at < noise.length; at += 7) {
        for (const event of splitter.push(noise.subarray(at, at + 7))) {
          length +=
            event.kind === 'bytes'
              ? event.bytes.length
              : 'MARK:'.length + event.name.length + (event.value === '' ? 0 : event.value.length + 1) + 1;
        }
      }
      length += splitter.finish().length;
      table.note('sections: marks in the middle of noise, in pieces', 'no byte is lost');
      // A mark line that ends in a colon has an empty value: that colon is not in the sum.
      assert.ok(length <= noise.length && length >= noise.length - noise.toString().split(':').length);
    }
  });
});
