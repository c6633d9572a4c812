import assert from 'node:assert/strict';
import type { RealFiles } from '../../../server/src/host/entryAttributes.ts';
import type { Document, Inlines } from '../../../server/src/assist/document.ts';
import { hover } from '../../../server/src/assist/hover.ts';
import { definitions, references } from '../../../server/src/assist/links.ts';
import { outline, resolvedPaths, storageSummaries } from '../../../server/src/assist/outline.ts';
import { builtInCatalogue } from '../../../server/src/catalogue/load.ts';
import { indexState } from '../../../server/src/catalogue/stateIndex.ts';
import type { Location } from '../../../server/src/syntax/source.ts';
import { assistIn } from '../../support/assist.ts';

const { state } = builtInCatalogue();
const known = indexState(state);

/** Two hosts that share a storage; only one of them runs PostgreSQL. */
const FLEET = `#- /web.nix host=web
{
  imports = [ ./persist.nix ];
  services.postgresql.enable = true;
  services.headscale.enable = true;
  fileSystems."/persist" = { device = "rpool/safe"; fsType = "zfs"; };
  fileSystems."/var/lib/headscale" = { device = "rpool/headscale"; fsType = "zfs"; };
}
#- /db.nix host=db
{ config, ... }: {
  imports = [ ./persist.nix ];
  services = {
    jellyfin.enable = true;
  };
  users.users.alice = { isNormalUser = true; home = "/srv/alice"; };
}
#- /persist.nix
{ lib, config, ... }: {
  environment.persistence."/persist" = {
    directories = [
      "/var/lib/postgresql"
      "/var/log"
    ] ++ lib.optional config.my.switch "/srv/more";
    files = [ "/etc/machine-id" { file = "/etc/x"; method = "symlink"; } ];
    users.alice.directories = [ { directory = ".ssh"; mode = "0700"; } ];
  };
}
`;

/** The fixture with the cursor inside the only place where `what` stands. */
function cursorIn(what: string, fixture = FLEET): string {
  assert.equal(fixture.split(what).length, 2, `${what} stands once`);
  return fixture.replace(what, `${what.slice(0, 2)}¦${what.slice(2)}`);
}

const lineOf = (inlines: Inlines): string =>
  inlines
    .map((inline) => {
      if (typeof inline === 'string') return inline;
      return 'code' in inline ? `\`${inline.code}\`` : `<${inline.place.file.replace('/fleet/', '')}>`;
    })
    .join('');
const linesOf = (document: Document): readonly string[] =>
  document.flatMap((block) => (block.kind === 'list' ? block.items.map((each) => `- ${lineOf(each)}`) : [lineOf(block.text)]));

async function told(what: string, fixture = FLEET, live: RealFiles = () => undefined) {
  const { file, text, offset, hosts } = await assistIn(cursorIn(what, fixture));
  const found = hover({ file, text, offset, hosts, known, live });
  return found && { at: text.slice(found.location.start, found.location.end), lines: linesOf(found.document) };
}

async function linked(what: string, fixture = FLEET) {
  const { file, offset, hosts, workspace } = await assistIn(cursorIn(what, fixture));
  const textOf = ({ file: of, start, end }: Location): string => {
    const source = workspace.currentSource(of);
    return typeof source === 'string' ? source : `${of.replace('/fleet/', '')}: ${source.text.slice(start, end)}`;
  };
  const question = { file, offset, hosts, known };
  return { definitions: definitions(question)?.to.map(textOf) ?? null, references: references(question).map(textOf) };
}

suite('hover', () => {
  test('of an entry: what writes it, what its loss means, where it is kept, when it is mounted, which hosts', async () => {
    const found = await told('"/var/lib/postgresql"');
    assert.equal(found?.at, '"/var/lib/postgresql"');
    const [title, kind, loss, ...rest] = found?.lines ?? [];
    assert.equal(title, '`/var/lib/postgresql` (directory)');
    assert.match(kind ?? '', /PostgreSQL/);
    assert.match(loss ?? '', /^(Critical|Data): ./);
    assert.deepEqual(
      rest.filter((line) => line.startsWith('- ')),
      [
        '- Written because of `services.postgresql.enable` in <web.nix>',
        '- Kept in `/persist/var/lib/postgresql`',
        '- Bind-mounted after the initrd, before local-fs.target.',
        '- Hosts: web, db',
      ],
    );
  });

  test('knows what is mounted early, linked, and conditional', async () => {
    assert.ok((await told('"/var/log"'))?.lines.includes('- Bind-mounted in the initrd already, before the second boot stage.'));
    assert.ok((await told('"/etc/x"'))?.lines.includes('- Linked after the initrd, when the system is activated.'));
    assert.ok((await told('"/srv/more"'))?.lines.includes('- Hosts: web if `config.my.switch`, db if `config.my.switch`'));
  });

  test('of a user’s entry names the path of each host’s home', async () => {
    assert.equal((await told('".ssh"'))?.lines[0], '`/home/alice/.ssh`, `/srv/alice/.ssh` (directory)');
  });

  test('of an entry on a host that is connected to: what is there, or that nothing is', async () => {
    const log = { kind: 'file', mode: '0640', user: 'root', group: 'adm', uid: 0, gid: 4, size: 12_345, modified: 1_700_000_000 } as const;
    const lines = (await told('"/var/log"', FLEET, (host) => (host === 'web' ? log : null)))?.lines ?? [];
    assert.ok(lines.includes('- On web: a file, 12,345 bytes, root:adm 0640, last changed 2023-11-14 22:13 UTC.'), lines.join('\n'));
    assert.ok(lines.includes('- On db it is not there.'));
    assert.ok(!(await told('"/var/log"'))?.lines.some((line) => line.startsWith('- On ')));
  });

  test('of preservation says when', async () => {
    const text = '{ preservation.preserveAt."/p".files = [ { file = "/etc/machine-id"; inInitrd = true; how = "symlink"; } "/etc/y" ]; }';
    assert.ok((await told('"/etc/machine-id"', text))?.lines.includes('- Linked in the initrd (initrd-preservation.target).'));
    assert.ok((await told('"/etc/y"', text))?.lines.includes('- Bind-mounted after the initrd (preservation.target).'));
  });

  test('of an option: what it implies, and whether that is kept, by host', async () => {
    const kept = await told('services.postgresql.enable');
    assert.equal(kept?.at, 'services.postgresql.enable = true');
    assert.ok(kept?.lines.includes('- web: `/var/lib/postgresql` is kept in `/persist`: <persist.nix>'));
    assert.ok(
      (await told('services.headscale.enable'))?.lines.includes(
        '- web: `/var/lib/headscale` is on a filesystem of its own, `/var/lib/headscale`',
      ),
    );
    const lost = await told('jellyfin.enable');
    assert.ok(lost?.lines.includes('- db: `/var/lib/jellyfin` is not kept'), lost?.lines.join('\n'));
  });

  test('is unsure where the configuration could not be read', async () => {
    const text = '{ services.jellyfin.enable = true; environment.persistence."/p".directories = import ./gone.nix; }';
    const found = await told('services.jellyfin', text);
    assert.ok(found?.lines.some((line) => line.includes('no entry was found; parts of the configuration could not be read')));
    const none = await told('services.jellyfin', '{ services.jellyfin.enable = true; }');
    assert.ok(none?.lines.includes('- web: `/var/lib/jellyfin`: no storage is declared'));
  });

  test('of a storage: mechanism, entries and filesystem of each host', async () => {
    const found = await told('"/persist" = {\n    dir');
    assert.deepEqual(found?.lines, [
      'Storage `/persist`',
      'Declared with impermanence (environment.persistence).',
      '- web: 6 entries, on the filesystem `/persist` (`zfs, rpool/safe`)',
      '- db: 6 entries',
    ]);
  });

  test('of what a change does not matter to is the same, at its new place', async () => {
    const { workspace, file, text } = await assistIn(cursorIn('services.postgresql.enable'));
    const causes = (): readonly string[] =>
      workspace
        .analysis()
        .hosts.flatMap((host) =>
          workspace.data
            .of(host)
            .implied.flatMap((implied) => implied.causes.map(({ location }) => now.slice(location.start, location.end))),
        );
    let now = text;
    const before = causes();
    assert.ok(before.includes('services.postgresql.enable = true'));
    now = `# first\n${text}`;
    workspace.openText(file, now, 2);
    assert.deepEqual(
      causes().filter((each) => each.startsWith('services.')),
      before.filter((each) => each.startsWith('services.')),
    );
  });

  test('says nothing of anything else', async () => {
    assert.equal(await told('imports = [ ./persist.nix ];\n  services.p'), null);
    assert.equal(await told('services = {'), null);
  });
});

suite('links', () => {
  test('lead from an entry to the option, and back', async () => {
    const entry = await linked('"/var/lib/postgresql"');
    assert.deepEqual(entry.definitions, ['web.nix: services.postgresql.enable = true']);
    assert.deepEqual(entry.references, ['web.nix: services.postgresql.enable = true', 'persist.nix: "/var/lib/postgresql"']);
    const option = await linked('services.postgresql.enable');
    assert.deepEqual(option.definitions, ['persist.nix: "/var/lib/postgresql"']);
    assert.deepEqual(option.references, ['persist.nix: "/var/lib/postgresql"', 'web.nix: services.postgresql.enable = true']);
  });

  test('of what nothing implies or keeps lead nowhere', async () => {
    assert.deepEqual((await linked('"/etc/x"')).definitions, []);
    assert.deepEqual((await linked('jellyfin.enable')).definitions, []);
    assert.deepEqual(await linked('imports = [ ./persist.nix ];\n  services.p'), { definitions: null, references: [] });
  });
});

suite('outline', () => {
  test('has storages with their entries, and those of forwarded lists beside', async () => {
    const { hosts, file } = await assistIn(cursorIn('"/var/log"'));
    const [storage, ...others] = outline(file, hosts);
    assert.deepEqual(others, []);
    assert.equal(storage?.name, '/persist');
    assert.equal(storage?.detail, 'web, db');
    assert.deepEqual(
      storage?.children.map(({ name, kind, detail }) => `${kind} ${name} ${detail}`.trim()),
      [
        'directory /var/lib/postgresql',
        'directory /var/log',
        'directory /srv/more',
        'file /etc/machine-id',
        'file /etc/x',
        'directory .ssh alice',
      ],
    );
  });

  test('a storage tells its hosts, its entries and what is missing', async () => {
    const { hosts, file, analysis } = await assistIn(cursorIn('"/var/log"'));
    const [summary, ...others] = storageSummaries(file, hosts, analysis.findings);
    assert.deepEqual(others, []);
    const missing = new Set(
      analysis.findings.filter(({ code }) => code.startsWith('missing-')).map(({ code, subject }) => `${code} ${subject}`),
    );
    assert.ok(missing.size > 0);
    assert.equal(summary?.title, `web, db: 6 entries, ${missing.size} missing`);
    assert.ok((summary?.places.length ?? 0) > 6);
  });

  test('paths that are written otherwise are told whole', async () => {
    const { hosts, file, text } = await assistIn(cursorIn('".ssh"'));
    const found = resolvedPaths(file, hosts).map(({ location, text: path }) => `${text.slice(location.start, location.end)} ${path}`);
    assert.deepEqual(found, ['".ssh" /home/alice/.ssh, /srv/alice/.ssh']);
  });
});
