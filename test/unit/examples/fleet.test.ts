import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { skip } from '../../support/skip.ts';
import { evaluateFleet, expectedFindings, fleet, hasNix, keptPaths, lineOf, nixFiles } from './fleetFacts.ts';
import type { HostFacts } from './fleetFacts.ts';

const critical = ['/etc/machine-id', '/var/lib/nixos', '/var/log'];
const defaultKeys = ['/etc/ssh/ssh_host_ed25519_key', '/etc/ssh/ssh_host_rsa_key'];

const below = (parent: string, path: string): boolean => path === parent || path.startsWith(`${parent}/`);

/** Whether a path outlives a boot, by any of the forms that count. Written without the code under test, to be its judge. */
function isKept(host: HostFacts, path: string): boolean {
  const storages = Object.keys(host.persistence);
  const inStorage = (target: string): boolean => storages.some((storage) => below(storage, target));
  const link = host.tmpfiles.map((rule) => rule.split(/\s+/)).find(([type, name]) => type === 'L' && name === path);
  const source = Object.entries(host.etc).find(([name]) => `/etc/${name}` === path)?.[1];
  return (
    inStorage(path) ||
    Object.values(host.persistence).some(({ directories, files }) => directories.some((one) => below(one, path)) || files.includes(path)) ||
    Object.entries(host.fileSystems).some(([mount, { fsType }]) => mount !== '/' && fsType !== 'tmpfs' && below(mount, path)) ||
    (link !== undefined && inStorage(link.at(-1) ?? '')) ||
    (source !== undefined && inStorage(source))
  );
}

function missing(host: HostFacts): { code: string; missing: string[] }[] {
  if (Object.keys(host.persistence).length === 0) return [];
  const keys = host.hostKeys.length > 0 ? host.hostKeys : defaultKeys;
  const lostKeys = host.sshd ? keys.filter((key) => !isKept(host, key)) : [];
  return [
    ...critical.filter((path) => !isKept(host, path)).map((path) => ({ code: 'missing-critical-state', missing: [path] })),
    ...(lostKeys.length > 0 ? [{ code: 'missing-service-state', missing: lostKeys }] : []),
  ];
}

suite('example fleet', () => {
  suite('by the real Nix', () => {
    let hosts: Record<string, HostFacts>;

    suiteSetup(function () {
      if (!hasNix()) skip(this, 'nix-instantiate is not installed');
      hosts = evaluateFleet();
    });

    test('every file parses', () => {
      const files = nixFiles();
      assert.ok(files.length > 30, 'the fleet is not empty');
      const run = spawnSync('nix-instantiate', ['--parse', ...files], { cwd: fleet, encoding: 'utf8' });
      assert.equal(run.status, 0, run.stderr);
    });

    test('the planted mistakes are there, and no other of their kinds', () => {
      const found = Object.entries(hosts).flatMap(([host, facts]) => missing(facts).map((one) => ({ host, ...one })));
      assert.deepEqual(
        found,
        expectedFindings().map(({ host, code, missing: paths }) => ({ host, code, missing: paths })),
      );
    });

    test('what EXPECTED.md calls kept is kept', () => {
      for (const { host, path } of keptPaths()) {
        const facts = hosts[host];
        assert.ok(facts, host);
        const paths = path === 'ssh host keys' ? (facts.hostKeys.length > 0 ? facts.hostKeys : defaultKeys) : [path];
        for (const one of paths) assert.ok(isKept(facts, one), `${host}: ${one}`);
      }
    });

    test('every host answers for all four kinds', () => {
      const kinds = [...critical, 'ssh host keys'];
      for (const [host, facts] of Object.entries(hosts)) {
        if (Object.keys(facts.persistence).length === 0) continue;
        const answered = [
          ...expectedFindings().flatMap((one) =>
            one.host === host ? (one.code === 'missing-service-state' ? ['ssh host keys'] : one.missing) : [],
          ),
          ...keptPaths().flatMap((one) => (one.host === host ? [one.path] : [])),
        ];
        assert.deepEqual(answered.toSorted(), kinds.toSorted(), host);
      }
    });

    test('no path is kept twice, which impermanence refuses, and every storage is mounted early', () => {
      for (const [host, facts] of Object.entries(hosts)) {
        const paths = Object.values(facts.persistence).flatMap(({ directories, files }) => [...directories, ...files]);
        assert.equal(new Set(paths).size, paths.length, host);
        for (const storage of Object.keys(facts.persistence)) {
          const mount = Object.keys(facts.fileSystems)
            .filter((one) => one !== '/' && below(one, storage))
            .toSorted((a, b) => b.length - a.length)[0];
          assert.ok(mount !== undefined && facts.fileSystems[mount]?.neededForBoot, `${host}: ${storage} on ${mount}`);
        }
      }
    });

    test('each erased root has a way to be erased that fits its filesystem and its initrd', () => {
      const seen = Object.entries(hosts).map(([host, facts]) => {
        const scripts = Object.values(facts.rollback);
        for (const script of scripts) {
          const check = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
          assert.equal(check.status, 0, `${host}: ${check.stderr}`);
        }
        if ('postResumeCommands' in facts.rollback)
          assert.equal(facts.systemdInitrd, false, `${host}: systemd in the initrd refuses the option`);
        else if (scripts.length > 0) assert.equal(facts.systemdInitrd, true, host);
        return [
          host,
          facts.fileSystems['/']?.fsType,
          scripts.join('\n').match(/bcachefs subvolume create|btrfs subvolume|zfs rollback/)?.[0] ?? null,
        ];
      });
      assert.deepEqual(seen, [
        ['anvil', 'bcachefs', 'bcachefs subvolume create'],
        ['beacon', 'btrfs', 'btrfs subvolume'],
        ['harbor', 'btrfs', 'btrfs subvolume'],
        ['portal', 'btrfs', 'btrfs subvolume'],
        ['relay', 'tmpfs', null],
        ['tank', 'zfs', 'zfs rollback'],
        ['vault', 'ext4', null],
      ]);
      assert.match(Object.values(hosts['tank']?.rollback ?? {}).join(), /^zfs rollback -r rpool\/local\/root@blank$/m);
    });
  });

  test('the places in EXPECTED.md hold what they are said to hold', () => {
    const findings = expectedFindings();
    assert.equal(findings.length, 6);
    for (const { code, file, line } of findings) {
      const expected = code === 'missing-critical-state' ? /(persistence\.)?("[/a-z]+"|\$\{storage\}) = \{/ : /\benable = true;/;
      assert.match(lineOf(file, line), expected, `${file}:${line}`);
    }
    for (const { path, file, line } of keptPaths()) {
      const text = lineOf(file, line);
      const parents = path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
      const names = path === 'ssh host keys' ? ['/etc/ssh'] : [...parents.filter((parent) => parent.length > 4), '"machine-id"'];
      assert.ok(
        names.some((name) => text.includes(name)),
        `${file}:${line} says nothing of ${path}: ${text}`,
      );
    }
  });

  test('there is one kind of mistake in one place', () => {
    const places = expectedFindings().map(({ file, line }) => `${file}:${line}`);
    assert.equal(new Set(places).size, places.length);
  });

  test('addresses are those set aside for documentation and private use, and names end in example.org', () => {
    for (const file of nixFiles()) {
      const text = readFileSync(join(fleet, file), 'utf8');
      for (const address of text.match(/\b\d{1,3}(\.\d{1,3}){3}\b/g) ?? []) {
        assert.match(address, /^(192\.0\.2|198\.51\.100|203\.0\.113|127\.0\.0|0\.0\.0|100\.64\.0)\.\d+$/, `${file}: ${address}`);
      }
      for (const url of text.match(/https?:\/\/[^/\s"$]+/g) ?? []) {
        assert.match(url, /^https?:\/\/([a-z]+\.)?(example\.org|127\.0\.0\.1(:\d*)?)$/, `${file}: ${url}`);
      }
    }
  });
});
