import assert from 'node:assert/strict';
import type { CountsDto, RowDto, Verdict } from '../../../server/src/protocol/rows.ts';
import { rowOf } from '../../../server/src/remote/changeRecord.ts';
import type { ChangeRecord } from '../../../server/src/remote/changeRecord.ts';
import { ChangeTree } from '../../../server/src/remote/changeTree.ts';
import { isTooMuch } from '../../../server/src/remote/limits.ts';
import { countsOf } from '../../../server/src/remote/verdictCode.ts';
import { ZfsDiffParser } from '../../../server/src/remote/zfsDiffParser.ts';
import { classifierOf, coverageOf } from '../../support/classifier.ts';
import { numbersFrom } from '../../support/generatedListing.ts';

const everything: Verdict[] = ['lost', 'kept', 'declared', 'mounted', 'noise'];

function records(lines: readonly string[]): ChangeRecord[] {
  return new ZfsDiffParser().push(Buffer.from(lines.map((line) => `${line}\n`).join('')));
}

function treeOf(lines: readonly string[], declared: readonly string[] = []): ChangeTree {
  const tree = new ChangeTree(classifierOf(declared, null));
  for (const record of records(lines)) assert.notEqual(tree.add(rowOf(record)), null);
  return tree;
}

function rows(tree: ChangeTree, parent: number | null = null, verdicts: Verdict[] = everything): readonly RowDto[] {
  return tree.children(parent, 0, 1000, verdicts).rows;
}

function sum(counts: CountsDto): number {
  const { lost } = counts;
  return lost.critical + lost.data + lost.convenience + lost.unknown + counts.kept + counts.declared + counts.mounted + counts.noise;
}

suite('change tree', () => {
  test('verdicts that a directory shares are those that each path gets by itself', () => {
    const names = ['plain', 'a.pid', 'a.sock', 'b.lock', 'skipped.o', 'machine-id', 'known_hosts', 'kept', 'copy'];
    const directories = [
      '/etc',
      '/srv/a',
      '/srv/a/b/c',
      '/srv/kept/deep',
      '/var/lib/x/y',
      '/var/lib/postgresql/16',
      '/var/cache/z/z',
      '/mnt/in',
    ];
    directories.push('/home/alice/.ssh', '/home/alice/one/two', '/srv/later/x', '/srv/own/z');
    const lines = directories.flatMap((directory) =>
      names.flatMap((name) =>
        ['+\tF', 'M\tF', '+\t/', 'M\t/', '+\t@', '+\t=', '-\tF', 'M'].map((row, i) => `${row}\t${directory}/${name}${i}/${name}`),
      ),
    );
    lines.push(...directories.flatMap((directory) => names.map((name) => `+\tF\t${directory}/${name}`)));
    const mountinfo = '1 0 0:1 / / rw - zfs rpool/local/root rw\n2 1 0:2 / /mnt rw - zfs rpool/other rw\n';
    const declared = ['/srv/kept', '/srv/own/z/kept', '/srv/later/x/kept0'];
    const slow = coverageOf(declared);
    const quick = Object.assign((path: string) => slow(path), {
      hasBelow: (directory: string) => declared.some((path) => path.startsWith(directory === '/' ? '/' : `${directory}/`)),
    });
    for (const mounts of [mountinfo, null]) {
      for (const more of [
        {},
        { ignore: ['**/*.o', '/srv/a/b/**'] },
        { copied: ['/srv/a/copy', '/srv/a/b/c/copy'] },
        { believed: coverageOf(['/srv/a', '/srv/kept/deep']) },
      ]) {
        const tree = new ChangeTree(classifierOf([], mounts, { ...more, coverage: quick }));
        for (const record of records(lines)) tree.add(rowOf(record));
        const alone = classifierOf([], mounts, { ...more, coverage: slow });
        const codes = new Set<number | null>();
        for (const node of tree.changed()) {
          const path = tree.path(node).toString();
          const components = path.slice(1).split('/');
          const name = components.pop() ?? '';
          const scope = components.reduce((above, component) => alone.enter(above, component), alone.root());
          const expected = alone.classify(scope, name, tree.kind(node) ?? '+', tree.fileType(node), tree.firstChild(node) !== 0);
          assert.equal(tree.code(node), expected, path);
          codes.add(expected);
        }
        assert.ok(codes.size > 2);
      }
    }
  });

  test('chains of lone directories are one row, and a row has its ground', () => {
    const tree = treeOf(['+\tF\t/var/lib/postgresql/16/base', '+\tF\t/etc/machine-id', '+\tF\t/etc/ssh/ssh_host_rsa_key']);
    assert.deepEqual(
      rows(tree).map(({ name, path }) => [name, path]),
      [
        ['etc', '/etc'],
        ['var/lib/postgresql/16', '/var/lib/postgresql/16'],
      ],
    );
    const etc = rows(tree)[0] as RowDto;
    assert.deepEqual([etc.change, etc.verdict, etc.counts.lost.critical, etc.hasChildren, etc.isDirectory], [null, null, 2, true, true]);
    const below = rows(tree, etc.id);
    assert.deepEqual(
      below.map((row) => row.name),
      ['ssh', 'machine-id'],
    );
    assert.deepEqual([below[1]?.verdict, below[1]?.severity, below[1]?.state?.title !== undefined], ['lost', 'critical', true]);
  });

  test('a filter shows what has, or holds, such a change', () => {
    const tree = treeOf(['+\tF\t/srv/a/lost', '+\tF\t/srv/b/kept', '+\tF\t/tmp/noise'], ['/srv/b']);
    assert.deepEqual(
      rows(tree, null, ['lost']).map((row) => row.path),
      ['/srv/a'],
    );
    assert.deepEqual(
      rows(tree, null, ['kept']).map((row) => row.path),
      ['/srv/b'],
    );
    assert.deepEqual(
      rows(tree, null, ['kept', 'noise']).map((row) => row.path),
      ['/srv/b', '/tmp'],
    );
    const kept = rows(tree, rows(tree, null, ['kept'])[0]?.id ?? -1, ['kept'])[0];
    assert.equal(kept?.keptBy, 'keeps /srv/b');
  });

  test('what has no class counts until something is listed below it', () => {
    const tree = treeOf(['+\t/srv/new']);
    assert.equal(tree.counts().lost.unknown, 1);
    for (const record of records(['+\t/srv/new/file'])) tree.add(rowOf(record));
    assert.deepEqual([tree.counts().lost.unknown, tree.counts().noise], [1, 1]);
    const other = treeOf(['+\t/srv/new/file', '+\t/srv/new']);
    assert.deepEqual(other.counts(), tree.counts());
  });

  test('what was deleted and made again is one change', () => {
    for (const lines of [
      ['-\tF\t/srv/a', '+\tF\t/srv/a'],
      ['+\tF\t/srv/a', '-\tF\t/srv/a'],
    ]) {
      const tree = treeOf(lines);
      assert.equal(tree.changes, 1);
      const row = rows(tree, rows(tree)[0]?.id ?? -1)[0];
      assert.deepEqual([row?.change, row?.verdict], ['M', 'lost']);
    }
    const typeChange = treeOf(['-\tF\t/srv/a/b', '+\t/\t/srv/a/b']);
    assert.deepEqual([rows(typeChange)[0]?.path, rows(typeChange)[0]?.change], ['/srv/a/b', '+']);
    const other = treeOf(['-\t/\t/srv/a/b', '+\tF\t/srv/a/b']);
    assert.deepEqual([other.counts().lost.unknown, other.changes], [1, 1]);
  });

  test('a renamed thing stands where it is now', () => {
    const tree = treeOf(['R\tF\t/srv/old\t/data/new', '-\tF\t/data/new', '+\tF\t/srv/old']);
    const row = rows(tree, rows(tree)[0]?.id ?? -1)[0];
    assert.deepEqual([row?.name, row?.path, row?.newPath, row?.change], ['new', '/srv/old', '/data/new', 'R']);
    assert.equal(tree.changes, 2);
    assert.equal(tree.path(row?.id ?? -1).toString(), '/data/new');
  });

  test('names are bytes: two that look alike are two', () => {
    const tree = treeOf([String.raw`+	F	/srv/\0351`, String.raw`+	F	/srv/\0352`]);
    assert.equal(tree.changes, 2);
    const names = rows(tree, rows(tree)[0]?.id ?? -1).map((row) => row.name);
    assert.deepEqual(names, ['\uFFFD', '\uFFFD']);
  });

  test('paths no file system has are refused; a nameless file is noise', () => {
    const tree = new ChangeTree(classifierOf([], null));
    for (const record of records(['+\tF\t/a/../b', '+\tF\t/a/.', `+\tF\t${'/d'.repeat(1001)}/f`]))
      assert.equal(tree.add(rowOf(record)), null);
    for (const record of records(['+\tF\t/home(on_delete_queue)'])) assert.equal(tree.add(rowOf(record)), -1);
    assert.equal(tree.counts().noise, 1);
    assert.deepEqual(rows(tree), []);
    assert.deepEqual(tree.children(99, 0, 10, everything), { rows: [], total: 0 });
    assert.equal(tree.row(-1), null);
  });

  test('a very deep path', () => {
    const tree = treeOf([`+\tF\t/srv${'/d'.repeat(200)}/f`]);
    assert.equal(rows(tree).length, 1);
    assert.equal(tree.counts().lost.unknown, 1);
  });

  for (const seed of [1, 2, 3, 4, 5]) {
    test(`random trees agree with a plain model (seed ${seed})`, () => {
      const random = numbersFrom(seed);
      const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
      const lines: string[] = [];
      for (let i = 0; i < 3000; i++) {
        const parts = Array.from({ length: 1 + Math.floor(random() * 6) }, () =>
          pick(['var', 'lib', 'etc', 'ssh', 'tmp', 'a', 'b', 'c', 'srv', 'nixos']),
        );
        lines.push(`${pick(['+', '+', 'M', '-'])}\t${pick(['F', 'F', '/', '@'])}\t/${parts.join('/')}`);
      }
      const declared = ['/var/lib/nixos', '/srv/a'];
      const tree = treeOf(lines, declared);
      const check = (): void => {
        // The model: own codes of the nodes, summed up over plain path strings.
        const model = new Map<string, number[]>();
        for (const id of tree.changed()) {
          const path = tree.path(id).toString();
          for (let at = path; ; at = at.slice(0, at.lastIndexOf('/'))) {
            const counts = model.get(at) ?? [0, 0, 0, 0, 0, 0, 0, 0];
            counts[tree.code(id) as number] = (counts[tree.code(id) as number] as number) + 1;
            model.set(at, counts);
            if (at === '') break;
          }
        }
        let seen = 0;
        const visit = (parent: number | null): void => {
          for (const row of rows(tree, parent)) {
            const path = row.path;
            assert.deepEqual(row.counts, countsOf(model.get(path) ?? []), path);
            seen += row.change === null ? 0 : 1;
            visit(row.id);
          }
        };
        visit(null);
        assert.equal(seen, tree.changes);
        assert.equal(sum(tree.counts()), tree.changes);
      };
      check();
      // Judged anew in slices, by another configuration and back: the counts still fit, and nothing depends on the order.
      for (const coverage of [['/a', '/var'], declared]) {
        for (let next: number | null = tree.reclassify(0, 97, classifierOf(coverage, null)); next !== null;)
          next = tree.reclassify(next, 97);
        check();
        assert.deepEqual(tree.counts(), treeOf(lines, coverage).counts());
      }
      const pages = Array.from({ length: 5 }, (_, page) => tree.children(null, page * 2, 2, everything).rows).flat();
      assert.deepEqual(
        pages.map((row) => row.id),
        rows(tree)
          .slice(0, 10)
          .map((row) => row.id),
      );
    });
  }

  test('few changes that are too deep, or have too long names, are too many as well', () => {
    const tree = new ChangeTree(classifierOf([], null));
    const before = tree.memory;
    const deep = Array.from({ length: 10 }, (_, i) => `+\tF\t/${i}${'/d'.repeat(200)}/f`);
    for (const record of records([...deep, `+\tF\t/${'n'.repeat(60_000)}`])) tree.add(rowOf(record));
    const grown = tree.memory - before;
    assert.ok(grown > 2000 * 40, `${grown}`);
    assert.ok(!isTooMuch(tree, 100, 1000));
    assert.ok(isTooMuch(tree, 1, 1000));
    assert.ok(isTooMuch(tree, 100, 2 ** 31));
    assert.ok(isTooMuch(Object.create(tree, { changes: { value: 1 }, memory: { value: 2 ** 30 } }) as ChangeTree, 100, 1000));
  });
});
