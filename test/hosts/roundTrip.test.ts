import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Requests, type TextEditDto } from '../../server/src/protocol.ts';
import { LiveRequests, type SessionDto } from '../../server/src/protocol/live.ts';
import type { RowDto, Verdict } from '../../server/src/protocol/rows.ts';
import { PanelRequests, type PanelRequestTypes } from '../../server/src/protocol/panel.ts';
import { Editor, folderWith } from '../server/editor.ts';
import { skip } from '../support/skip.ts';
import { layouts } from './roots/layout.ts';
import type { RootLayout } from './roots/layout.ts';
import { until } from './until.ts';
import { scenario } from './zfs/scenario.ts';
import { startZfsMachine, zfsMachineMissing } from './zfsMachine.ts';
import type { ZfsMachine } from './zfsMachine.ts';

const FLAKE = `{
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.tank = nixpkgs.lib.nixosSystem { modules = [ ./tank.nix ]; };
  };
}
`;
/** As the machine of the scenario was switched to last. */
const tank = ({ configuration }: RootLayout): string => `{${configuration}
  environment.persistence."/persist" = {
    directories = [
      "/var/lib/nixos"
      "/var/lib/postgresql"
    ];
    files = [ "/etc/machine-id" ];
  };
}
`;
const ALL: readonly Verdict[] = ['lost', 'kept', 'declared', 'mounted', 'noise'];
const KEY = '/etc/NetworkManager/system-connections/Home.nmconnection';
const DIRECTORY = '/var/lib/headscale';
/** In a home, which is lost where homes are erased with the root. */
const HOME = '/home/alice/.ssh/id_ed25519';

/** The mounts that a switch to the new configuration makes, and every boot after it. */
const MOUNTS = `set -e
for d in /var/lib/nixos /var/lib/postgresql ${DIRECTORY}; do mkdir -p "$d"; mount --bind "/persist$d" "$d"; done
for f in /etc/machine-id ${KEY}; do mkdir -p "\${f%/*}"; [ -e "$f" ] || : >"$f"; mount --bind "/persist$f" "$f"; done`;

/** Every file of the machine that somebody wrote, with a checksum of its content; what is on no disk is left out. */
function filesBut(elsewhere: readonly string[]): string {
  const pruned = ['/proc', '/sys', '/dev', '/run', '/nix', '/persist', '/srv/share', ...elsewhere].map((path) => `-path ${path}`);
  return String.raw`find / \( ${pruned.join(' -o ')} \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum --`;
}

/** Whether a path is one of these, or below one. */
function within(paths: readonly string[], path: string): boolean {
  return paths.some((each) => path === each || path.startsWith(`${each}/`));
}

function applied(text: string, edits: readonly TextEditDto[]): string {
  return TextDocument.applyEdits(TextDocument.create('file:///tank.nix', 'nix', 1, text), [...edits]);
}

for (const layout of layouts)
  suite(`from a change to a kept path, on a real machine with a root on ${layout.name}`, function () {
    this.timeout(900_000);
    let machine: ZfsMachine;
    let folder: ReturnType<typeof folderWith>;
    let editor: Editor;
    const text = tank(layout);

    suiteSetup(async function () {
      const missing = zfsMachineMissing();
      if (missing !== null) skip(this, missing);
      machine = await startZfsMachine();
      if (layout.setUp !== null) {
        const set = await machine.exec(layout.setUp);
        assert.equal(set.status, 0, set.stderr);
        await machine.reboot();
        assert.equal((await machine.exec('findmnt -no FSTYPE /')).stdout, `${layout.name}\n`);
      }
      const written = await machine.exec(scenario());
      assert.equal(written.status, 0, written.stderr);
      folder = folderWith({ 'flake.nix': FLAKE, 'tank.nix': text });
      editor = await Editor.start({ folders: [folder.path] });
      await editor.until('the hosts', () => editor.hosts.length > 0);
      await editor.open(folder.uri('tank.nix'), text);
    });
    suiteTeardown(async () => {
      await editor?.end();
      folder?.remove();
      await machine?.stop();
    });

    const ask = <M extends keyof PanelRequestTypes>(
      method: M,
      params: PanelRequestTypes[M]['params'],
    ): Promise<PanelRequestTypes[M]['result']> => editor.connection.sendRequest(method, params);
    const list = async (): Promise<SessionDto> => {
      const heard = editor.sessions.length;
      await editor.request(LiveRequests.startDiff, {
        host: 'tank',
        source: {
          kind: 'ssh',
          destination: machine.host,
          dataset: layout.dataset,
          snapshot: layout.snapshot,
          sudo: false,
          sshPath: 'ssh',
          sshArguments: ['-F', machine.sshConfig],
          connectTimeoutSeconds: 60,
          runTimeoutSeconds: 400,
        },
      });
      const ended = (): SessionDto | undefined =>
        editor.sessions.slice(heard).findLast(({ state }) => state === 'done' || state === 'failed');
      const session = await until('the listing', 400, () => ended() ?? false);
      assert.deepEqual([session.state, session.problem, session.partial], ['done', null, false]);
      assert.deepEqual(session.listedBy, { backend: 'walk', baseline: layout.baseline });
      // What the initrd has just made is no root that was not erased.
      assert.ok(!session.notes.some(({ code }) => code === 'root-not-erased'));
      return session;
    };
    /** All rows by path, those of every verdict. */
    const rowsOf = async (run: number): Promise<ReadonlyMap<string, RowDto>> => {
      const found = new Map<string, RowDto>();
      const visit = async (parent: number | null): Promise<void> => {
        const { rows } = await editor.request(LiveRequests.children, { host: 'tank', run, parent, offset: 0, limit: 5000, verdicts: ALL });
        for (const row of rows) {
          found.set(row.path, row);
          if (row.hasChildren) await visit(row.id);
        }
      };
      await visit(null);
      return found;
    };
    const checksums = async (): Promise<ReadonlyMap<string, string>> => {
      const { stdout } = await machine.exec(filesBut(layout.elsewhere));
      return new Map(
        stdout
          .trimEnd()
          .split('\n')
          .map((line): [string, string] => [line.slice(66), line.slice(0, 64)]),
      );
    };

    test('Persist writes entries with the real owner and mode; the commands copy; mounted, they are kept; a reboot loses the rest', async () => {
      const prepared = await machine.exec(
        `chown -R alice ${DIRECTORY} && chmod 0750 ${DIRECTORY} && setfattr -n user.keepsake -v yes ${DIRECTORY} &&
        mkdir -p ${dirname(HOME)} && echo key >${HOME} && chown -R alice: ${dirname(HOME)}`,
      );
      assert.equal(prepared.status, 0, prepared.stderr);

      // Persist
      const first = await list();
      const rows = await rowsOf(first.run);
      const idOf = (path: string): number => rows.get(path)?.id ?? assert.fail(path);
      assert.equal(rows.get(KEY)?.verdict, 'lost');
      assert.equal(rows.get(HOME)?.verdict, layout.elsewhere.includes('/home') ? undefined : 'lost');
      const answer = await editor.request(Requests.persist, {
        host: 'tank',
        run: first.run,
        rows: [idOf(KEY), idOf(`${DIRECTORY}/db.sqlite`)],
      });
      assert.equal(answer.problem, null);
      const whole = await editor.request(LiveRequests.children, {
        host: 'tank',
        run: first.run,
        parent: null,
        offset: 0,
        limit: 500,
        verdicts: ['lost'],
        arrangement: 'list',
        filter: DIRECTORY,
      });
      const place = whole.rows.find(({ path }) => path === DIRECTORY) ?? assert.fail('no place');
      const both = await editor.request(Requests.persist, { host: 'tank', run: first.run, rows: [idOf(KEY), place.id] });
      assert.equal(both.problem, null);
      const edited = applied(text, both.files[0]?.edits ?? []);
      assert.match(edited, /\{\s*directory = "\/var\/lib\/headscale";\s*user = "alice";[^}]*mode = "0750";\s*\}/);
      assert.match(edited, new RegExp(`"${KEY}"`));
      await editor.change(folder.uri('tank.nix'), edited);
      await editor.until('the new verdicts', () => (editor.sessions.at(-1)?.counts.declared ?? 0) >= 3);

      // Not safe yet: storage is empty.
      const before = await ask(PanelRequests.reboot, { host: 'tank' });
      assert.equal(before.safe, false);
      assert.ok(before.reasons.find(({ kind }) => kind === 'not-active')?.paths.includes(DIRECTORY));
      const { entries: waiting } = await ask(PanelRequests.declared, { host: 'tank' });
      const standing = (entries: typeof waiting, path: string): string | undefined =>
        entries.find((entry) => entry.path === path)?.standing;
      assert.deepEqual([standing(waiting, '/var/lib/nixos'), standing(waiting, DIRECTORY)], ['mounted', 'not-active']);

      // Move what is there, and make the mounts that the switch makes.
      const plan = await ask(PanelRequests.copyPlan, { host: 'tank', run: first.run, rows: [] });
      assert.equal(plan.problem, null);
      const copied = await machine.exec(plan.text);
      assert.deepEqual([copied.status, copied.stderr], [0, '']);
      assert.match(copied.stdout, /All copied/);
      const there = await machine.exec(
        `stat -c '%U %a' /persist${DIRECTORY}; getfattr -n user.keepsake --only-values --absolute-names /persist${DIRECTORY}`,
      );
      assert.equal(there.stdout, 'alice 750\nyes');
      const mounted = await machine.exec(`umount /var/lib/nixos /var/lib/postgresql /etc/machine-id\n${MOUNTS}`);
      assert.equal(mounted.status, 0, mounted.stderr);

      // Kept
      const second = await list();
      const kept = await rowsOf(second.run);
      for (const path of [KEY, DIRECTORY, '/etc/machine-id', '/var/lib/nixos']) assert.equal(kept.get(path)?.verdict, 'kept', path);
      assert.equal(second.counts.declared, 0);
      const { entries } = await ask(PanelRequests.declared, { host: 'tank' });
      assert.equal(standing(entries, DIRECTORY), 'mounted');

      // Orphans: what the scenario keeps and the configuration does not declare.
      const { orphans, problem } = await ask(PanelRequests.orphans, { host: 'tank' });
      assert.equal(problem, null);
      const tailscale = orphans.find(({ original }) => original === '/var/lib/tailscale') ?? assert.fail(JSON.stringify(orphans));
      assert.deepEqual(
        [tailscale.path, tailscale.removal, (tailscale.size ?? 0) > 0],
        ['/persist/var/lib/tailscale', 'rm -r -- /persist/var/lib/tailscale', true],
      );
      assert.ok(!orphans.some(({ original }) => original.startsWith('/var/lib/nixos') || original === '/var' || original === DIRECTORY));

      // Look, now and in the blank snapshot.
      const look = (path: string, from: 'now' | 'blank', secrets = false) =>
        ask(PanelRequests.look, { host: 'tank', run: second.run, row: kept.get(path)?.id ?? assert.fail(path), from, secrets });
      assert.equal((await look('/etc/.clean', 'blank')).size, null, 'the blank snapshot has nothing');
      assert.equal((await look('/etc/.clean', 'now')).size, 200);
      const key = [...kept.keys()].find((path) => path.endsWith('/noise_private.key') || path.endsWith('rsa_key.pem')) ?? assert.fail();
      assert.deepEqual(await look(key, 'now'), { text: null, size: null, cut: false, secret: true, problem: null });
      assert.ok(((await look(key, 'now', true)).size ?? 0) > 0);

      // A real reboot with the rollback.
      const lost = [...kept.values()].filter(({ verdict }) => verdict === 'lost').map(({ path }) => path);
      const noise = [...kept.values()].filter(({ verdict }) => verdict === 'noise').map(({ path }) => path);
      const files = await checksums();
      assert.ok(lost.length > 10);
      await machine.reboot();
      const remounted = await machine.exec(MOUNTS);
      assert.equal(remounted.status, 0, remounted.stderr);
      const after = await checksums();
      for (const path of lost) assert.ok(!after.has(path), `${path} was to be lost`);
      // Mounted by hand in the scenario, declared by nothing: not mounted by the boot.
      const undeclared = ['/var/lib/tailscale'];
      const gone = [...files.keys()].filter((path) => after.get(path) !== files.get(path));
      assert.deepEqual(
        gone.filter((path) => !within([...lost, ...noise, ...undeclared], path)),
        [],
        'nothing else was lost',
      );
      for (const path of [KEY, `${DIRECTORY}/db.sqlite`, '/etc/machine-id', '/var/lib/nixos/uid-map']) {
        assert.ok(files.has(path), path);
        assert.equal(after.get(path), files.get(path), `${path} was kept`);
      }
      assert.deepEqual(editor.errors, []);
    });
  });
