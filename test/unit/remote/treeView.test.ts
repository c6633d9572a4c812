import assert from 'node:assert/strict';
import { rowOf } from '../../../server/src/remote/changeRecord.ts';
import type { ChangeRecord } from '../../../server/src/remote/changeRecord.ts';
import { ChangeTree } from '../../../server/src/remote/changeTree.ts';
import { TreeView, type PageQuery } from '../../../server/src/remote/treeView.ts';
import { maskOf } from '../../../server/src/remote/verdictCode.ts';
import { ZfsDiffParser } from '../../../server/src/remote/zfsDiffParser.ts';
import { classifierOf } from '../../support/classifier.ts';

const LOST = maskOf(['lost']);

/** Lines as `zfs diff -H -F -t` prints them; a number behind the path is its size. */
function treeOf(lines: readonly string[], declared: readonly string[] = []): ChangeTree {
  const tree = new ChangeTree(classifierOf(declared, null));
  for (const line of lines) {
    const [text, size] = line.split(' ');
    const [record] = new ZfsDiffParser().push(Buffer.from(`${text}\n`));
    assert.ok(record, line);
    const sized: ChangeRecord = size === undefined ? record : { ...record, size: Number(size) };
    assert.notEqual(tree.add(rowOf(sized)), null);
  }
  return tree;
}

const headscale = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${index + 1}.0\t+\tF\t/var/lib/headscale/f${index}`);

function paths(view: TreeView, query: Partial<PageQuery> = {}): readonly string[] {
  const page = view.page({ parent: null, offset: 0, limit: 100, mask: LOST, arrangement: 'list', filter: '', ...query });
  return page.rows.map((row) => row.path);
}

suite('tree view', () => {
  test('a directory that is somebody’s is one place, with all that is in it', () => {
    const view = new TreeView(treeOf(['+\t/\t/var/lib/headscale', ...headscale(300)]));
    const { rows, total } = view.page({ parent: null, offset: 0, limit: 10, mask: LOST, arrangement: 'list', filter: '' });
    assert.deepEqual([total, rows[0]?.path, rows[0]?.name, rows[0]?.hasChildren], [1, '/var/lib/headscale', '/var/lib/headscale', true]);
    assert.match(rows[0]?.state?.title ?? '', /headscale/i);
    const [group] = view.overview('');
    assert.deepEqual([group?.places, group?.paths, group?.size], [1, 300, null]);
  });

  test('directories of many stand for what is in them, and so do those of users', () => {
    const view = new TreeView(
      treeOf([
        '+\tF\t/etc/foo.conf',
        '+\tF\t/etc/bar/one',
        '+\tF\t/etc/bar/two',
        '+\tF\t/srv/git/a/HEAD',
        '+\tF\t/home/alice/.config/app/x',
        '+\tF\t/home/alice/.local/share/app/y',
        '+\tF\t/home/alice/notes/z',
        '+\tF\t/unusual/deep/er',
      ]),
    );
    assert.deepEqual(paths(view), [
      '/etc/bar',
      '/etc/foo.conf',
      '/home/alice/.config/app',
      '/home/alice/.local/share/app',
      '/home/alice/notes',
      '/srv/git',
      '/unusual',
    ]);
  });

  test('a place of the catalogue is told apart from what lies beside it', () => {
    const view = new TreeView(treeOf(['+\tF\t/etc/NetworkManager/system-connections/wifi', '+\tF\t/etc/NetworkManager/own.conf']));
    assert.deepEqual(paths(view), ['/etc/NetworkManager/own.conf', '/etc/NetworkManager/system-connections']);
  });

  test('a directory of which some is declared stands for what is in it', () => {
    const view = new TreeView(treeOf(['+\tF\t/opt/app/data/a', '+\tF\t/opt/app/state/b'], ['/opt/app/data']));
    assert.deepEqual(paths(view), ['/opt/app/state']);
    assert.deepEqual(paths(view, { mask: maskOf(['kept', 'declared']) }), ['/opt/app/data']);
  });

  test('by size and by time, the largest and the newest first', () => {
    const tree = treeOf(['5.0\t+\tF\t/srv/a/one 10', '9.0\t+\tF\t/srv/b/two 4', '7.0\t+\tF\t/srv/b/three 5', '1.0\t+\tF\t/srv/c 100']);
    const view = new TreeView(tree);
    assert.deepEqual(paths(view, { arrangement: 'size' }), ['/srv/c', '/srv/a', '/srv/b']);
    assert.deepEqual(paths(view, { arrangement: 'time' }), ['/srv/b', '/srv/a', '/srv/c']);
    const { rows } = view.page({ parent: null, offset: 0, limit: 1, mask: LOST, arrangement: 'time', filter: '' });
    assert.deepEqual([rows[0]?.size, rows[0]?.time], [9, 9000]);
    assert.deepEqual(
      view.overview('').map(({ group, places, paths: count, size }) => [group, places, count, size]),
      [['unknown', 3, 4, 119]],
    );
  });

  test('a text filter finds paths in any case, by parts of directories too, in tree and list', () => {
    const view = new TreeView(treeOf(['+\tF\t/srv/Photos/a', '+\tF\t/srv/Photos/b', '+\tF\t/srv/music/photos.txt', '+\tF\t/srv/music/c']));
    assert.deepEqual(paths(view, { filter: 'photos' }), ['/srv/Photos', '/srv/music']);
    assert.deepEqual(paths(view, { filter: 'srv/ph' }), ['/srv/Photos']);
    assert.equal(view.overview('photos')[0]?.paths, 3);
    const [music] = view.page({ parent: null, offset: 0, limit: 9, mask: LOST, arrangement: 'list', filter: 'photos.t' }).rows;
    assert.deepEqual(paths(view, { parent: music?.id ?? -1, filter: 'photos.t' }), ['/srv/music/photos.txt']);
    assert.deepEqual(paths(view, { arrangement: 'tree', filter: 'photos.t' }), ['/srv/music']);
    assert.deepEqual(paths(view, { filter: 'nothing there' }), []);
    assert.deepEqual(view.overview('nothing there'), []);
  });

  test('a path is found by its name, and what is not there is not', () => {
    const tree = treeOf(['+\tF\t/srv/a/one', '+\tF\t/srv/b']);
    const node = tree.find('/srv/a/one') ?? assert.fail();
    assert.equal(String(tree.path(node)), '/srv/a/one');
    assert.equal(String(tree.path(tree.find('/srv/a') ?? assert.fail())), '/srv/a');
    assert.equal(tree.find('/'), 0);
    for (const path of ['/srv/c', '/srv/a/one/more', '/s', '/srv/a/on']) assert.equal(tree.find(path), null, path);
  });

  test('by service: known ones by number, what nobody knows last', () => {
    const view = new TreeView(treeOf([...headscale(3), '+\tF\t/var/lib/postgresql/16/PG_VERSION', '+\tF\t/srv/x']));
    const services = view.services(LOST, '');
    assert.equal(services.at(-1)?.title, null);
    assert.match(services[0]?.title ?? '', /headscale/i);
    assert.equal(services[0]?.paths, 3);
    assert.deepEqual(paths(view, { service: services[0]?.title ?? '' }), ['/var/lib/headscale']);
    assert.deepEqual(paths(view, { service: null }), ['/srv/x']);
  });

  test('noise beside what is lost is a place of noise as well, with the noise alone in its sums', () => {
    const view = new TreeView(
      treeOf([
        '+\t/\t/var/lib/headscale',
        '5.0\t+\tF\t/var/lib/headscale/db 10',
        '7.0\t+\t=\t/var/lib/headscale/run.sock 3',
        '+\tF\t/srv/a/b',
      ]),
    );
    const mask = maskOf(['noise']);
    const { rows, total } = view.page({ parent: null, offset: 0, limit: 10, mask, arrangement: 'list', filter: '' });
    assert.deepEqual([total, rows[0]?.path, rows[0]?.size, rows[0]?.time], [1, '/var/lib/headscale', 3, 7000]);
    const below = view.page({ parent: rows[0]?.id ?? -1, offset: 0, limit: 10, mask, arrangement: 'list', filter: '' });
    assert.deepEqual(
      below.rows.map(({ path }) => path),
      ['/var/lib/headscale/run.sock'],
    );
    assert.deepEqual(paths(view, { mask, filter: 'sock' }), ['/var/lib/headscale']);
    assert.deepEqual(paths(view, { mask, filter: 'db' }), []);
    assert.equal(view.overview('').find(({ group }) => group === 'noise')?.places, 1);
  });

  test('directories that were made for what is in them are no places of noise', () => {
    const view = new TreeView(treeOf(['+\t/\t/srv/a', '+\tF\t/srv/a/file', '+\tF\t/tmp/x']));
    assert.deepEqual(paths(view, { mask: maskOf(['noise']) }), ['/tmp']);
  });

  test('pages of a list are its parts, and what is worked out follows the tree', () => {
    const tree = treeOf(Array.from({ length: 250 }, (_, index) => `+\tF\t/srv/f${String(index).padStart(3, '0')}`));
    const view = new TreeView(tree);
    const all = [0, 100, 200].flatMap((offset) => paths(view, { offset }));
    assert.equal(all.length, 250);
    assert.deepEqual(all, all.toSorted());
    for (const record of new ZfsDiffParser().push(Buffer.from('+\tF\t/srv/new\n'))) tree.add(rowOf(record));
    assert.equal(view.page({ parent: null, offset: 0, limit: 1, mask: LOST, arrangement: 'list', filter: '' }).total, 251);
  });
});
