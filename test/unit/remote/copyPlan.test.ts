import assert from 'node:assert/strict';
import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyPlan, type CopyItem } from '../../../server/src/remote/copyPlan.ts';
import { quotePosix } from '../../../server/src/remote/quotePosix.ts';

/** Runs the text as it would be pasted. */
function run(items: readonly CopyItem[]): SpawnSyncReturns<string> {
  return spawnSync('sh', { input: copyPlan('web', items, 'nixos-rebuild switch'), encoding: 'utf8' });
}

suite('copy plan', () => {
  let root: string;
  setup(() => {
    root = mkdtempSync(join(tmpdir(), 'ks-copy-'));
    mkdirSync(join(root, 'persist'));
    mkdirSync(join(root, 'var/lib'), { recursive: true });
  });
  teardown(() => rmSync(root, { recursive: true, force: true }));

  const item = (path: string, kind: CopyItem['kind'] = 'directory', moveAside = false): CopyItem => ({
    from: join(root, path),
    to: join(root, 'persist', path),
    kind,
    moveAside,
  });
  test('keeps mode, times, hard links, symbolic links and holes, also of the directories above', () => {
    const service = join(root, 'var/lib/service');
    mkdirSync(join(service, 'private'), { recursive: true });
    writeFileSync(join(service, 'private/key'), 'secret');
    chmodSync(join(service, 'private/key'), 0o400);
    chmodSync(join(service, 'private'), 0o700);
    chmodSync(join(root, 'var/lib'), 0o711);
    linkSync(join(service, 'private/key'), join(service, 'again'));
    symlinkSync('private/key', join(service, 'link'));
    writeFileSync(join(service, 'sparse'), '');
    truncateSync(join(service, 'sparse'), 50_000_000);
    utimesSync(join(service, 'private/key'), 1_000_000_000, 1_000_000_000);
    const { status, stdout, stderr } = run([item('var/lib/service')]);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /All copied/);
    const there = join(root, 'persist/var/lib/service');
    assert.equal(readFileSync(join(there, 'private/key'), 'utf8'), 'secret');
    const key = statSync(join(there, 'private/key'));
    assert.deepEqual([key.mode & 0o777, key.mtimeMs, key.nlink], [0o400, 1e12, 2]);
    assert.equal(statSync(join(there, 'again')).ino, key.ino);
    assert.equal(statSync(join(there, 'private')).mode & 0o777, 0o700);
    assert.ok(lstatSync(join(there, 'link')).isSymbolicLink());
    const sparse = statSync(join(there, 'sparse'));
    assert.deepEqual([sparse.size, sparse.blocks < 1000], [50_000_000, true]);
    assert.equal(statSync(join(root, 'persist/var/lib')).mode & 0o777, 0o711);
    assert.ok(existsSync(service), 'the original stays until the next boot');
  });

  test('keeps owner and group, for root', function () {
    if (process.getuid?.() !== 0) return;
    const path = join(root, 'var/lib/owned');
    mkdirSync(path);
    execFileSync('chown', ['12345:54321', path]);
    assert.equal(run([item('var/lib/owned')]).status, 0);
    const { uid, gid } = statSync(join(root, 'persist/var/lib/owned'));
    assert.deepEqual([uid, gid], [12_345, 54_321]);
  });

  test('writes over nothing that storage has, and says so', () => {
    mkdirSync(join(root, 'var/lib/a'));
    writeFileSync(join(root, 'var/lib/a/new'), 'new');
    mkdirSync(join(root, 'persist/var/lib/a'), { recursive: true });
    writeFileSync(join(root, 'persist/var/lib/a/old'), 'old');
    mkdirSync(join(root, 'var/lib/b'));
    const { status, stderr, stdout } = run([item('var/lib/a'), item('var/lib/b')]);
    assert.equal(status, 1);
    assert.match(stderr, /storage has one already/);
    assert.match(stderr, /do not switch yet/);
    assert.match(stdout, /var\/lib\/b -> /, 'the others are copied all the same');
    assert.ok(!existsSync(join(root, 'persist/var/lib/a/new')));
    assert.equal(readFileSync(join(root, 'persist/var/lib/a/old'), 'utf8'), 'old');
  });

  test('what an early switch has left empty in storage is replaced', () => {
    mkdirSync(join(root, 'var/lib/a'));
    writeFileSync(join(root, 'var/lib/a/x'), 'x');
    mkdirSync(join(root, 'persist/var/lib/a'), { recursive: true });
    writeFileSync(join(root, 'var/id'), 'id');
    writeFileSync(join(root, 'persist/var/id'), '');
    assert.equal(run([item('var/lib/a'), item('var/id', 'file')]).status, 0);
    assert.equal(readFileSync(join(root, 'persist/var/lib/a/x'), 'utf8'), 'x');
    assert.equal(readFileSync(join(root, 'persist/var/id'), 'utf8'), 'id');
  });

  test('a file that would be in the way is moved aside, once it is copied', () => {
    writeFileSync(join(root, 'var/id'), 'id');
    assert.equal(run([item('var/id', 'file', true)]).status, 0);
    assert.ok(!existsSync(join(root, 'var/id')));
    assert.equal(readFileSync(join(root, 'var/id.before-keepsake'), 'utf8'), 'id');
    assert.equal(readFileSync(join(root, 'persist/var/id'), 'utf8'), 'id');
  });

  test('names are names, whatever is in them', () => {
    const names = [
      'a b',
      "o'clock",
      '$(touch pwned)',
      '`id`',
      '-rf',
      'line\nKEEPSAKE\nbreak',
      'trailing\n',
      '\u001b[31m',
      '*',
      '"',
      '\\',
      '${x}',
    ];
    const items = names.map((name) => {
      writeFileSync(join(root, 'var/lib', name), name);
      return item(`var/lib/${name}`, 'file', true);
    });
    const { status, stderr } = run(items);
    assert.equal(status, 0, stderr);
    for (const name of names) assert.equal(readFileSync(join(root, 'persist/var/lib', name), 'utf8'), name);
    assert.ok(!existsSync('pwned') && !existsSync(join(root, 'pwned')));
    const text = copyPlan('web', items, 'nixos-rebuild switch');
    for (const line of text.slice(0, text.indexOf('sh <<')).split('\n')) assert.match(line, /^#|^$/);
    assert.ok(
      !text
        .slice(text.lastIndexOf('\n# 3.'))
        .split('\n')
        .some((line) => line !== '' && !line.startsWith('#')),
    );
  });

  test('words are quoted for a POSIX shell', () => {
    const controls = ['a\u0003\nid', '\u001b[201~\n', "\t'%s'\\n\r\n\n", '\u009b%d', '\u007f'];
    for (const word of ['', 'plain/path', 'a b', "'", "''", '\n', '$x', '~', '!', '\\', '|&;()<>', ...controls]) {
      assert.doesNotMatch(quotePosix(word), /[^\P{Cc}\n]/u, 'nothing that a terminal obeys');
      const { stdout } = spawnSync('sh', ['-c', `printf %s ${quotePosix(word)}`], { encoding: 'utf8' });
      assert.equal(stdout, word);
    }
  });
});
