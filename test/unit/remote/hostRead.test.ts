import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHost, type HostAccess } from '../../../server/src/remote/hostRead.ts';
import { localLink } from '../../../server/src/remote/link.ts';
import { blankPlace, lookAt, mayBeSecret, mostLookBytes } from '../../../server/src/remote/look.ts';
import { nodeBackend } from '../../../server/src/remote/nodeTools.ts';
import { factsOf, realFiles } from '../../../server/src/remote/realFiles.ts';
import { findOrphans, waysTo } from '../../../server/src/remote/storedPaths.ts';

const access: HostAccess = { link: localLink(nodeBackend.spawn), sudo: false, newMark: nodeBackend.newMark };
const never = new AbortController().signal;
const ODD = ['a b', "o'clock", '$(touch pwned)', 'new\nline', '-rf', '\u001b[31m', '*', '"', '\\', '`id`'];

suite('reading a host', () => {
  let root: string;
  setup(() => {
    root = mkdtempSync(join(tmpdir(), 'ks-read-'));
  });
  teardown(() => rmSync(root, { recursive: true, force: true }));

  test('hands back what a script prints, at most so much, and what it is given are words', async () => {
    const answer = await readHost(access, 'printf "%s|" "$@"', ODD, 1000, never);
    assert.ok(!('problem' in answer));
    assert.equal(answer.bytes.toString(), ODD.map((word) => `${word}|`).join(''));
    const cut = await readHost(access, 'while :; do echo line; done', [], 1000, never);
    assert.ok(!('problem' in cut) && cut.cut && cut.bytes.length === 1000);
    assert.equal('problem' in (await readHost(access, 'echo', ['a\0b'], 10, never)), true);
  });

  test('says what paths are: kind, mode, owner, size; null for what is not there', async () => {
    mkdirSync(join(root, 'd'));
    chmodSync(join(root, 'd'), 0o2750);
    for (const name of ODD) writeFileSync(join(root, name), name);
    symlinkSync('d', join(root, 'l'));
    const paths = [join(root, 'd'), join(root, 'l'), join(root, 'missing'), ...ODD.map((name) => join(root, name))];
    const found = await realFiles(access, paths, never);
    assert.ok(!('problem' in found));
    assert.deepEqual([found.get(join(root, 'd'))?.kind, found.get(join(root, 'd'))?.mode], ['directory', '2750']);
    assert.equal(found.get(join(root, 'l'))?.kind, 'link');
    assert.equal(found.get(join(root, 'missing')), null);
    for (const name of ODD) assert.equal(found.get(join(root, name))?.size, Buffer.byteLength(name), name);
    assert.ok(!existsSync('pwned') && !readdirSync(root).includes('pwned'));
  });

  test('asks for as many paths as there are, in lines that a shell takes', async () => {
    const paths = Array.from({ length: 300 }, (_, index) => join(root, `${'x'.repeat(200)}${index}`));
    writeFileSync(paths[299] ?? '', 'last');
    const found = await realFiles(access, paths, never);
    assert.ok(!('problem' in found));
    assert.equal(found.size, 300);
    assert.equal(found.get(paths[299] ?? '')?.size, 4);
  });

  test('takes nothing for facts that is none', () => {
    assert.equal(factsOf('f 81a4 0 0 12 1700000000 root root')?.mode, '0644');
    for (const line of ['', '-', 'f', 'f 81a4 0 0 12 1700000000 root', 'f zz 0 0 1 1 a b', 'Welcome!', `f ${'9'.repeat(99)} 0 0 1 1 a b`])
      assert.equal(factsOf(line), null, line);
  });

  test('looks at the beginning of a file, and at what is none', async () => {
    const at = (name: string) => lookAt(access, join(root, name), never);
    writeFileSync(join(root, 'text'), 'one\ntwo\n');
    writeFileSync(join(root, 'binary'), Buffer.from([1, 0, 2]));
    writeFileSync(join(root, 'large'), 'x'.repeat(mostLookBytes + 5));
    symlinkSync('/etc/shadow', join(root, 'link'));
    mkdirSync(join(root, 'directory'));
    assert.deepEqual(await at('text'), { text: 'one\ntwo\n', size: 8, cut: false, secret: false, problem: null });
    assert.deepEqual([(await at('binary')).text, (await at('binary')).size], [null, 3]);
    const large = await at('large');
    assert.deepEqual([large.text?.length, large.size, large.cut], [mostLookBytes, mostLookBytes + 5, true]);
    assert.equal((await at('link')).text, '-> /etc/shadow\n', 'a link is not followed');
    for (const name of ['directory', 'missing']) assert.deepEqual([(await at(name)).size, (await at(name)).text], [null, null]);
    for (const name of ODD) {
      writeFileSync(join(root, name), 'odd');
      assert.equal((await at(name)).text, 'odd', name);
    }
  });

  test('knows which names are of secrets', () => {
    for (const path of [
      '/etc/ssh/ssh_host_rsa_key',
      '/etc/shadow',
      '/root/.ssh/id_ed25519',
      '/var/lib/acme/x/key.pem',
      '/home/a/.netrc',
      '/var/lib/x/secrets/y',
      '/etc/wireguard/private.conf',
    ])
      assert.equal(mayBeSecret(path), true, path);
    for (const path of ['/etc/ssh/ssh_host_rsa_key.pub', '/etc/machine-id', '/var/log/wtmp', '/var/lib/nixos/uid-map', '/etc/hosts'])
      assert.equal(mayBeSecret(path), false, path);
  });

  test('knows where a path is in the blank state of its file system', () => {
    const zfs = [
      { mountPoint: '/', against: { kind: 'directory', path: '/.zfs/snapshot/blank' } },
      { mountPoint: '/home', against: { kind: 'directory', path: '/home/.zfs/snapshot/empty' } },
      { mountPoint: '/home/tmp', against: { kind: 'nothing' } },
    ] as const;
    assert.equal(blankPlace(zfs, '/etc/x'), '/.zfs/snapshot/blank/etc/x');
    assert.equal(blankPlace(zfs, '/home/a'), '/home/.zfs/snapshot/empty/a');
    assert.equal(blankPlace(zfs, '/homes/a'), '/.zfs/snapshot/blank/homes/a');
    assert.equal(blankPlace(zfs, '/home/tmp/a'), null);
    assert.equal(blankPlace(zfs.slice(1), '/etc/x'), null);
    const btrfs = [{ mountPoint: '/', against: { kind: 'subvolume', device: '/dev/vda', path: 'root-blank' } }] as const;
    assert.deepEqual(blankPlace(btrfs, '/etc/x'), { kind: 'subvolume', device: '/dev/vda', path: 'root-blank/etc/x' });
  });

  test('tells where it could not look into a subvolume', async () => {
    const { size, problem } = await lookAt(access, { kind: 'subvolume', device: '/dev/null', path: 'blank/etc/x' }, never);
    assert.deepEqual([size, problem?.code, problem?.nextStep], [null, 'look-unreadable', 'Connect as root, or with sudo.']);
  });

  test('finds what lies in storage and is declared by nothing, as large as it can be, with its size and how to remove it', async () => {
    const storage = join(root, 'persist');
    const put = (path: string): void => {
      mkdirSync(join(storage, path, '..'), { recursive: true });
      writeFileSync(join(storage, path), 'x'.repeat(5000));
    };
    for (const path of [
      'var/lib/nixos/uid-map',
      'var/lib/old/a',
      'var/lib/old/b/c',
      'etc/machine-id',
      'etc/gone',
      `srv/it's $(touch pwned)/f`,
    ])
      put(path);
    mkdirSync(join(storage, 'lost+found'));
    const paths = ['var/lib/nixos', 'etc/machine-id', 'var/lib/never'].map((path) => join(storage, path));
    const found = await findOrphans(access, [{ storage, paths }], never);
    assert.ok(!('problem' in found));
    assert.deepEqual(
      found.orphans.map(({ path, kind }) => [path.slice(storage.length), kind]),
      [
        ['/etc/gone', 'file'],
        ['/srv', 'directory'],
        ['/var/lib/old', 'directory'],
      ],
    );
    assert.ok(found.orphans.every(({ size }) => (size ?? 0) >= 4096));
    const [, srv, old] = found.orphans;
    for (const orphan of [srv, old]) spawnSync('sh', ['-c', orphan?.removal ?? 'false']);
    assert.deepEqual(
      [existsSync(join(storage, 'srv')), existsSync(join(storage, 'var/lib/old')), existsSync(join(storage, 'var/lib/nixos'))],
      [false, false, true],
    );
    assert.ok(!existsSync('pwned'));
  });

  test('looks into nothing that is kept whole, and into no storage of another purpose', async () => {
    assert.deepEqual([...waysTo('/p', ['/p/a/b', '/p/a', '/p/c/d/e']).inside].sort(), ['/p', '/p/c', '/p/c/d']);
    const found = await findOrphans(access, [{ storage: root, paths: [] }], never);
    assert.deepEqual(found, { orphans: [], cut: false });
  });
});
