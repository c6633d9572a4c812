import assert from 'node:assert/strict';
import type { ChangeKind } from '../../../server/src/protocol/rows.ts';
import type { Classifier } from '../../../server/src/remote/verdict.ts';
import { severityOf, verdictOf } from '../../../server/src/remote/verdictCode.ts';
import { classifierOf } from '../../support/classifier.ts';

const mountinfo = String.raw`
22 1 0:21 / / rw - zfs rpool/local/root rw
23 22 0:22 / /proc rw - proc proc rw
30 22 0:30 / /nix rw - zfs rpool/local/nix rw
31 22 0:31 / /persist rw - zfs rpool/safe/persist rw
32 22 0:31 /etc/machine-id /etc/machine-id rw - zfs rpool/safe/persist rw
33 22 0:31 /var/log /var/log rw - zfs rpool/safe/persist rw
34 22 0:31 /var/lib/undeclared /var/lib/undeclared rw - zfs rpool/safe/persist rw
35 22 0:40 / /var/lib/volatile rw - tmpfs tmpfs rw
36 22 0:21 /var/lib/self /var/lib/self rw - zfs rpool/local/root rw
`.trimStart();
const declared = ['/etc/machine-id', '/var/log', '/var/lib/nixos', '/var/lib/volatile', '/etc/link', '/home/alice/.ssh'];

function said(classifier: Classifier, path: string, kind: ChangeKind = '+', type: string | null = 'F', hasChildren = false): string {
  const parts = path.split('/').slice(1);
  const name = parts.pop() ?? '';
  const scope = parts.reduce((at, part) => classifier.enter(at, part), classifier.root());
  const code = classifier.classify(scope, name, kind, type, hasChildren);
  const { reason } = classifier.explain(scope, name, kind, type, code);
  assert.equal(reason !== null, verdictOf(code) === 'noise', `${path}: noise has a reason, and nothing else has`);
  const severity = severityOf(code);
  return severity === null ? verdictOf(code) : `lost ${severity}`;
}

suite('verdict with the mounts of the host', () => {
  const classifier = classifierOf(declared, mountinfo);
  const table: [string, string, ChangeKind?, (string | null)?, boolean?][] = [
    ['/etc/machine-id', 'kept'],
    ['/var/log', 'kept', '+', '/'],
    ['/var/log/old.log', 'noise'],
    ['/var/lib/nixos/uid-map', 'declared'],
    ['/var/lib/nixos', 'declared', '+', '/', true],
    ['/var/lib/nixos', 'noise', 'M', '/', true],
    ['/home/alice/.ssh/id_ed25519', 'declared'],
    ['/var/lib/undeclared', 'mounted', '+', '/'],
    ['/var/lib/volatile', 'declared', '+', '/'],
    ['/var/lib/self', 'noise', '+', '/'],
    ['/nix', 'noise', '+', '/'],
    ['/proc', 'noise', '+', '/'],
    ['/persist', 'noise', '+', '/'],
    ['/persist/anything', 'noise'],
    ['/etc/link', 'kept', '+', '@'],
    ['/etc/ssh/ssh_host_ed25519_key', 'lost critical'],
    ['/etc/ssh/ssh_host_ed25519_key', 'lost critical', 'M'],
    ['/etc/ssh/ssh_host_ed25519_key', 'noise', '-'],
    ['/var/lib/postgresql/16/base/1', 'lost data'],
    ['/var/lib/postgresql', 'noise', '+', '/', true],
    ['/var/lib/postgresql', 'noise', '+', '/', false],
    ['/var/lib/postgresql', 'lost data', 'R', '/', false],
    ['/srv/www/index.html', 'lost unknown'],
    ['/srv/www/index.html', 'lost unknown', 'R'],
    ['/etc/static', 'noise', '+', '@'],
    ['/etc/resolv.conf', 'noise'],
    ['/var/cache/fontconfig/x', 'noise'],
    ['/var/cache/mullvad-vpn/account', 'lost critical'],
    ['/var/cache/samba/x', 'noise'],
    ['/tmp/x', 'noise'],
    ['/run/x', 'noise'],
    ['/var/lib/app/app.sock', 'noise', '+', '='],
    ['/var/lib/app/fifo', 'noise', '+', '|'],
    ['/var/lib/app/run.pid', 'noise'],
    ['/var/lib/app/data', 'lost unknown'],
    ['/var/lib/app', 'noise', 'M', '/'],
    ['/newroot', 'noise', '+', '/'],
    ['/home/bob/Documents/thesis.tex', 'lost data'],
    ['/home/bob/.ssh/id_ed25519', 'lost critical'],
    ['/home/bob/.cache/x', 'noise'],
    ['/root/.ssh/known_hosts', 'lost critical'],
    ['/var/lib/private/AdGuardHome/data/q', 'lost data'],
    ['/var/lib/bitwarden_rs/db.sqlite3', 'lost critical'],
    ['/', 'noise', 'M', '/'],
  ];
  for (const [path, verdict, kind = '+', type = 'F', hasChildren = false] of table) {
    test(`${kind} ${type ?? ' '} ${path}${hasChildren ? ' with changes below' : ''}: ${verdict}`, () => {
      assert.equal(said(classifier, path, kind, type, hasChildren), verdict);
    });
  }
});

suite('verdict without mounts, and other settings', () => {
  test('what is declared counts as kept', () => {
    const classifier = classifierOf(declared, null);
    assert.equal(said(classifier, '/var/lib/nixos/uid-map'), 'kept');
    assert.equal(said(classifier, '/etc/machine-id'), 'kept');
    assert.equal(said(classifier, '/srv/x'), 'lost unknown');
    for (const stub of ['/nix', '/home', '/persist', '/proc']) assert.equal(said(classifier, stub, '+', '/'), 'noise', stub);
  });

  test('a listing without classes', () => {
    const classifier = classifierOf([], null);
    assert.equal(said(classifier, '/srv/www', 'M', null, true), 'noise');
    assert.equal(said(classifier, '/srv/www', '+', null, true), 'noise');
    assert.equal(said(classifier, '/srv/www', 'M', null, false), 'lost unknown');
  });

  test('ignored patterns: paths, homes, names anywhere', () => {
    const classifier = classifierOf([], null, { ignore: ['/srv/tmp/**', '~/scratch', '**/*.bak', 'not a pattern'] });
    assert.equal(said(classifier, '/srv/tmp/a/b'), 'noise');
    assert.equal(said(classifier, '/srv/tmpfile'), 'lost unknown');
    assert.equal(said(classifier, '/home/eve/scratch'), 'noise');
    assert.equal(said(classifier, '/home/eve/scratch/below'), 'lost unknown');
    assert.equal(said(classifier, '/srv/x.bak'), 'noise');
  });

  test('a dataset that is not the root: its own mount point hides nothing', () => {
    const homes = `${mountinfo}40 22 0:50 / /home rw - zfs rpool/local/home rw\n`;
    const classifier = classifierOf([], homes, { dataset: 'rpool/local/home' });
    assert.equal(said(classifier, '/home/eve/letter.txt'), 'lost unknown');
    assert.equal(said(classifierOf([], homes), '/home/eve/letter.txt'), 'noise');
  });

  test('everything declared at once', () => {
    assert.equal(said(classifierOf(['/srv'], null), '/srv/deep/er/file'), 'kept');
    assert.equal(said(classifierOf(['/srv'], mountinfo), '/srv/deep/er/file'), 'declared');
  });
});
