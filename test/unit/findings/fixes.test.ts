import assert from 'node:assert/strict';
import { applyEdits } from '../../../server/src/edits/textEdit.ts';
import type { Finding, NewEntry } from '../../../server/src/findings/finding.ts';
import type { HostModel } from '../../../server/src/host/hostModel.ts';
import { fixEdit } from '../../../server/src/workspace/fixEdit.ts';
import { keepPaths, type KeepEdit } from '../../../server/src/workspace/keep.ts';
import type { Workspace } from '../../../server/src/workspace/workspace.ts';
import type { MemoryFiles } from '../../support/coreFiles.ts';
import { fixtureWorkspace, readFixture, readFixtures } from '../../support/fixture.ts';

const fixtures = readFixtures(new URL('../../fixtures/findings/', import.meta.url));

/** The edit of a finding's fix for the first of its hosts; fails when there is none. */
function editOf(workspace: Workspace, finding: Finding): KeepEdit {
  const [fix] = finding.fixes;
  const host = workspace.analysis().hosts.find(({ name }) => name === finding.hosts[0]);
  assert.ok(fix && host);
  const edit = fixEdit(workspace, host, fix);
  assert.ok(!('problem' in edit), 'problem' in edit ? `${finding.message}: ${edit.problem}` : '');
  return edit;
}

/** What the first fix of a finding inserts. */
function entriesOf({ fixes: [fix] }: Finding): readonly NewEntry[] {
  return fix?.change.kind === 'insert' ? fix.change.entries : [];
}

/** Writes an edit to the files, as an editor would save it. */
function write(workspace: Workspace, disk: MemoryFiles, edit: KeepEdit): void {
  for (const { file, edits } of edit.files) {
    const text = disk.files.get(file);
    assert.ok(typeof text === 'string');
    disk.files.set(file, applyEdits(text, edits));
  }
  workspace.filesChanged(edit.files.map(({ file }) => file));
}

const key = ({ code, subject, location }: Finding): string => `${code} ${subject} ${location.file}`;

/** Where the path stands in the text already: without effect, or for another host. What a careful person would do there is no insertion. */
const DECIDE_THERE: ReadonlyMap<string, RegExp> = new Map([
  ['logs: missing, the condition does not hold', /only where `config\.services\.nginx\.enable` holds/],
  ['machineId: missing, under mkIf false', /only where `false` holds/],
  ['hosts: two hosts share the storage, one keeps it elsewhere', /shared\.nix is shared with a, which keeps \/var\/lib\/nixos already/],
  // Below mkDefault, which mkForce beside it overrides.
  ['machineId: missing, the weaker definition loses', /written in .* already/],
]);

/** Every path that a host keeps, as `host path`. */
function keptPaths(workspace: Workspace): readonly string[] {
  return workspace.analysis().hosts.flatMap((host) => host.entries.map(({ path }) => `${host.name} ${path}`));
}

suite('fixes', () => {
  for (const fixture of fixtures.filter(({ name, markers }) => markers.some(({ fix }) => fix) && !DECIDE_THERE.has(name)))
    test(`applied, the finding goes and none comes: ${fixture.name}`, async () => {
      const { workspace, disk } = await fixtureWorkspace(fixture);
      const fixable = (): readonly Finding[] => workspace.analysis().findings.filter(({ fixes }) => fixes.length > 0);
      let findings = fixable();
      let inserts = true;
      const expected = new Set(keptPaths(workspace));
      // A finding of several hosts may need the fix once for each of them.
      for (let round = 0; findings.length > 0; round++) {
        assert.ok(round < 10, `still there: ${findings.map(({ message }) => message).join('\n')}`);
        const [finding] = findings;
        assert.ok(finding);
        const edit = editOf(workspace, finding);
        inserts &&= finding.fixes[0]?.change.kind === 'insert';
        assert.notEqual(edit.files.length, 0, finding.message);
        assert.ok(edit.hosts.includes(finding.hosts[0] ?? ''));
        write(workspace, disk, edit);
        for (const host of edit.hosts) for (const { path } of entriesOf(finding)) expected.add(`${host} ${path}`);
        const after = fixable();
        for (const { file } of edit.files) {
          const source = workspace.currentSource(file);
          assert.ok(typeof source !== 'string' && !source.broken, file);
        }
        const gone = after.find((other) => key(other) === key(finding));
        assert.ok(
          !gone || gone.hosts.length < finding.hosts.length,
          `it is still there:\n${disk.files.get(edit.files[0]?.file ?? '') as string}`,
        );
        assert.ok(after.length <= findings.length, 'a finding has come');
        findings = after;
      }
      if (inserts) assert.deepEqual(keptPaths(workspace).toSorted(), [...expected].toSorted(), 'only what was asked for is added');
    });

  for (const [name, sentence] of DECIDE_THERE)
    test(`nothing is written: ${name}`, async () => {
      const fixture = fixtures.find((each) => each.name === name);
      assert.ok(fixture);
      const { workspace } = await fixtureWorkspace(fixture);
      const { hosts, findings } = workspace.analysis();
      const edit = keepPaths(
        workspace,
        hosts.find((host) => host.name === findings[0]?.hosts[0]) as HostModel,
        findings[0] ? entriesOf(findings[0]) : [],
      );
      assert.match('problem' in edit ? edit.problem : '', sentence);
    });

  test('what it says and what it writes', async () => {
    const fixture = readFixture(`#- /hosts/web.nix  host=web
{
  imports = [ ../persist.nix ];
  services.openssh.enable = true;
  boot.initrd.postResumeCommands = "zfs rollback -r rpool/local/root@blank";
}
#- /persist.nix
{
  environment.persistence."/persist" = {
    directories = [
      "/var/lib/nixos"
      "/var/spool"
    ];
    files = [ "/etc/machine-id" ];
  };
}`);
    const { workspace, disk } = await fixtureWorkspace(fixture);
    const { findings } = workspace.analysis();
    const described = findings.map(({ code, severity, hosts, location, message, related, fixes }) => ({
      place: `${location.file}: ${(disk.files.get(location.file) as string).slice(location.start, location.end)}`,
      is: `${severity} ${code} ${hosts.join(' ')}`,
      message: message.slice(0, message.indexOf('. ')),
      related: related.map(
        (each) => `${(disk.files.get(each.location.file) as string).slice(each.location.start, each.location.end)}: ${each.message}`,
      ),
      fixes: fixes.map(({ title, safe }) => `${title}${safe ? ' (safe)' : ''}`),
    }));
    assert.deepEqual(described, [
      {
        place: '/fleet/hosts/web.nix: services.openssh.enable = true',
        is: 'error missing-service-state web',
        message: 'web: the SSH host keys (/etc/ssh/ssh_host_*) are lost at every boot',
        related: ['"/persist": web keeps its state here, without the host keys.'],
        fixes: ['Keep the SSH host keys in /persist (safe)'],
      },
      {
        place: '/fleet/persist.nix: "/persist"',
        is: 'information missing-critical-state web',
        message: 'web: /var/log is lost at every boot',
        related: ['boot.initrd.postResumeCommands = "zfs rollback -r rpool/local/root@blank": The root of web is rolled back here.'],
        fixes: ['Keep /var/log in /persist (safe)'],
      },
    ]);
    for (const finding of findings) {
      const edit = editOf(workspace, finding);
      assert.match(edit.title, /^Keep \/.* in \/persist \(persist\.nix\)$/);
      write(workspace, disk, edit);
    }
    assert.equal(
      disk.files.get('/fleet/persist.nix'),
      `{
  environment.persistence."/persist" = {
    directories = [
      "/var/lib/nixos"
      "/var/log"
      "/var/spool"
    ];
    files = [
      "/etc/machine-id"
      "/etc/ssh/ssh_host_ed25519_key"
      "/etc/ssh/ssh_host_ed25519_key.pub"
      "/etc/ssh/ssh_host_rsa_key"
      "/etc/ssh/ssh_host_rsa_key.pub"
    ];
  };
}
`,
    );
    assert.deepEqual(workspace.analysis().findings, []);
  });

  test('a fix goes to the host that asks, not to the file that all share', async () => {
    const fixture = readFixture(`#- /a.nix  host=a
{ environment.persistence."/persist".directories = [ "/var/lib" ]; }
#- /b.nix  host=b
{ }
#- /shared.nix  host=a,b
{ environment.persistence."/persist".directories = [ "/var/log" ]; environment.etc.machine-id.text = "x"; services.openssh.enable = true; }`);
    const { workspace } = await fixtureWorkspace(fixture);
    const keys = workspace.analysis().findings.find(({ subject }) => subject === 'openssh-host-keys');
    assert.deepEqual(keys?.hosts, ['a', 'b']);
    const edits = workspace.analysis().hosts.map((host) => keepPaths(workspace, host, entriesOf(keys)));
    assert.deepEqual(
      edits.map((edit) => ('problem' in edit ? edit.problem : { hosts: edit.hosts, files: edit.files.map(({ file }) => file) })),
      [
        { hosts: ['a'], files: ['/fleet/a.nix'] },
        { hosts: ['a', 'b'], files: ['/fleet/shared.nix'] },
      ],
    );
  });

  test('a host without storage gets no edit but a sentence', async () => {
    const { workspace } = await fixtureWorkspace(readFixture('{ services.openssh.enable = true; }'));
    const [host] = workspace.analysis().hosts;
    assert.ok(host);
    const edit = keepPaths(workspace, host, [{ kind: 'directory', path: '/var/log' }]);
    assert.ok('problem' in edit && /declares no storage/.test(edit.problem));
  });

  test('what is kept already is not written twice', async () => {
    const { workspace } = await fixtureWorkspace(readFixture('{ environment.persistence."/persist".directories = [ "/var/log/" ]; }'));
    const [host] = workspace.analysis().hosts;
    assert.ok(host);
    const edit = keepPaths(workspace, host, [{ kind: 'directory', path: '/var/log' }]);
    assert.match('problem' in edit ? edit.problem : '', /written in .* already/);
  });
});
