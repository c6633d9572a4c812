import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skip } from '../support/skip.ts';
import { run } from './run.ts';
import { until } from './until.ts';
import { scenario } from './zfs/scenario.ts';
import { startZfsMachine, zfsMachineMissing } from './zfsMachine.ts';
import type { ZfsMachine } from './zfsMachine.ts';

const BLANK = 'rpool/local/root@blank';
const DIFF = `zfs diff -H -F -t ${BLANK}`;

suite('the ZFS machine', function () {
  this.timeout(400_000);
  let machine: ZfsMachine;

  suiteSetup(async function () {
    const missing = zfsMachineMissing();
    if (missing !== null) skip(this, missing);
    machine = await startZfsMachine();
  });

  suiteTeardown(async () => {
    if (machine !== undefined) await machine.stop();
  });

  test('has the layout of the blog post and an empty @blank', async () => {
    const { stdout } = await machine.exec(
      'zfs list -H -o name,mountpoint -t filesystem,snapshot -r rpool; ls -A /.zfs/snapshot/blank | wc -l',
    );
    assert.equal(
      stdout,
      [
        'rpool\tnone',
        'rpool/local\tnone',
        'rpool/local/nix\tlegacy',
        'rpool/local/root\tlegacy',
        'rpool/local/root@blank\t-',
        'rpool/safe\tnone',
        'rpool/safe/home\tlegacy',
        'rpool/safe/persist\tlegacy',
        '0\n',
      ].join('\n'),
    );
  });

  test('has only links to the store in /etc besides directories and the user database, as NixOS has', async () => {
    const { stdout } = await machine.exec('find /etc -xdev -type f | sort; readlink /etc/static');
    assert.match(stdout, /^(\/etc\/(group|gshadow|passwd|shadow|subgid|subuid)\n)+\/nix\/store\/[a-z0-9]{32}-etc\/etc\n$/);
  });

  test('lets an ordinary user in without a word on stderr, and without the right to diff', async () => {
    const greeted = await run('ssh', ['-F', machine.sshConfig, machine.userHost, 'id -un']);
    assert.deepEqual([greeted.stdout, greeted.stderr], ['alice\n', '']);
    const refused = await run('ssh', ['-F', machine.sshConfig, machine.userHost, DIFF]);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /delegated permission is needed/);
  });

  test('has the clock of today although it was frozen', async () => {
    const before = Date.now() / 1000;
    const now = Number((await machine.exec('date +%s')).stdout);
    // However long it takes to ask; a clock may be off by a little.
    assert.ok(now > before - 60 && now < Date.now() / 1000 + 60, String(now));
  });

  test('shows what the scenario wrote, and forgets it at a reboot except for what is in /persist', async () => {
    const written = await machine.exec(scenario());
    assert.deepEqual([written.stdout, written.stderr, written.status], ['', '', 0]);

    const { stdout, stderr, status } = await machine.exec(DIFF);
    assert.deepEqual([stderr, status], ['', 0]);
    const rows = stdout.trimEnd().split('\n');
    assert.ok(
      rows.every((row) => /^\d+\.\d{9}\t[-+MR]\t[BC/|@=F]\t\S+$/.test(row)),
      stdout,
    );
    const changes = new Set(rows.map((row) => row.split('\t').slice(1).join(' ')));
    for (const change of [
      'M / /',
      '+ F /etc/machine-id',
      '+ F /etc/ssh/ssh_host_ed25519_key',
      '+ F /var/lib/vaultwarden/db.sqlite3',
      '+ @ /var/lib/AdGuardHome',
      '+ F (on_delete_queue)',
      String.raw`+ F /srv/share/with\0040space`,
      String.raw`+ F /srv/share/new\0012line`,
      String.raw`+ F /srv/share/say\0040"hi"`,
      '+ F /srv/share/${pkgs.hello}',
      String.raw`+ F /srv/share/$(touch\0040keepsake-was-here)`,
      String.raw`+ F /srv/share/invalid-\0377\0376`,
      String.raw`+ F /srv/share/esc\0033[31mred\0033[0m`,
      '+ | /srv/share/fifo',
      '+ = /srv/share/socket',
    ])
      assert.ok(changes.has(change), `${change} in\n${stdout}`);
    // What is mounted over root is not of root: only the mount points are.
    assert.ok(!stdout.includes('uid-map') && changes.has('+ / /var/lib/nixos'));
    const mounts = (await machine.exec('cat /proc/self/mountinfo')).stdout;
    for (const kept of ['/etc/machine-id', '/var/lib/nixos', '/var/lib/postgresql', '/var/lib/tailscale'])
      assert.match(mounts, new RegExp(`^.* ${kept} ${kept} .* - zfs rpool/safe/persist `, 'm'));

    await machine.reboot();
    const after = await machine.exec(
      'ls -d /srv /etc/machine-id /var/lib/vaultwarden 2>&1 | grep -c "No such file"; cat /persist/var/lib/nixos/uid-map',
    );
    assert.equal(after.stdout, '3\n{"alice":1000,"vaultwarden":994,"headscale":993}\n');
  });
});

suite('a ZFS machine of its own', function () {
  this.timeout(400_000);
  setup(function () {
    const missing = zfsMachineMissing();
    if (missing !== null) skip(this, missing);
  });

  test('two run side by side, and what one writes the other has not', async () => {
    const [one, other] = await Promise.all([startZfsMachine(), startZfsMachine()]);
    try {
      await one.exec('echo mine >/mine');
      assert.match((await one.exec(`${DIFF} | grep -c /mine`)).stdout, /^1$/m);
      assert.equal((await other.exec('ls /mine')).status, 2);
    } finally {
      await Promise.all([one.stop(), other.stop()]);
    }
  });

  test('starts from a moved copy of the built machine', async () => {
    const moved = mkdtempSync(join(tmpdir(), 'keepsake moved, '));
    try {
      cpSync(process.env['KEEPSAKE_ZFS_MACHINE'] ?? '', moved, { recursive: true });
      const machine = await startZfsMachine({ directory: moved });
      try {
        assert.equal((await machine.exec('hostname')).stdout, 'tank\n');
      } finally {
        await machine.stop();
      }
    } finally {
      rmSync(moved, { recursive: true, force: true });
    }
  });

  test('leaves nothing behind when the process that started it is killed', async () => {
    const program = `const { startZfsMachine } = require(${JSON.stringify(join(import.meta.dirname, 'zfsMachine.ts'))});
      startZfsMachine().then((machine) => { console.log(machine.sshConfig); process.kill(process.pid, 'SIGKILL'); });`;
    const killed = await run(process.execPath, ['--import', 'tsx', '-e', program]);
    assert.equal(killed.status, null, killed.stderr);
    const sshConfig = killed.stdout.trim();
    assert.ok(existsSync(sshConfig), 'it was up');
    const port = /Port (\d+)/.exec(readFileSync(sshConfig, 'utf8'))?.[1];
    await until('the end of the orphaned machine', 120, async () => {
      const { stdout } = await run('ps', ['-eo', 'stat=,args=']);
      return !stdout.split('\n').some((line) => line.includes(`127.0.0.1:${port}-:22`) && !line.startsWith('Z'));
    });
    rmSync(join(sshConfig, '..'), { recursive: true, force: true });
  });
});
