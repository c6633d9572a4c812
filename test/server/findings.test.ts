import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileChangeType, DidChangeWorkspaceFoldersNotification, type Diagnostic } from 'vscode-languageserver/node';
import { Requests } from '../../server/src/protocol.ts';
import { applied, Editor, folderWith, VSCODE } from './editor.ts';
import { FLAKE, WEB } from './fixture.ts';

suite('server: findings and fixes', () => {
  let folder: ReturnType<typeof folderWith>;
  let editor: Editor;
  let web: string;

  setup(async () => {
    folder = folderWith({ 'flake.nix': FLAKE, 'web.nix': WEB });
    web = folder.uri('web.nix');
    editor = await Editor.start({ folders: [folder.path] });
  });
  teardown(async () => {
    assert.deepEqual(editor.errors, []);
    await editor.end();
    folder.remove();
  });

  test('are published for files that nobody opened', async () => {
    const [finding, ...others] = await editor.findings(web, (found) => found.length > 0);
    assert.deepEqual(others, []);
    assert.equal(finding?.source, 'keepsake');
    assert.equal(finding?.code, 'missing-critical-state');
    assert.equal(finding?.codeDescription?.href, 'file:///manual/rules/missing-critical-state.md');
    assert.match(messageOf(finding), /^web: \/var\/log /);
    assert.deepEqual(finding?.range, { start: { line: 2, character: 26 }, end: { line: 2, character: 36 } });
  });

  test('follow each edit, with the version they are for', async () => {
    await editor.open(web, WEB);
    await editor.findings(web, (found, version) => found.length === 1 && version === 1);
    const version = await editor.change(web, '"/var/log" ', { start: { line: 4, character: 6 }, end: { line: 4, character: 6 } });
    await editor.findings(web, (found, of) => found.length === 0 && of === version);
    const next = await editor.change(web, WEB);
    await editor.findings(web, (found, of) => found.length === 1 && of === next);
  });

  test('of an open keepsake.json are left to an editor that validates it, and told when it is closed', async () => {
    const json = folder.uri('keepsake.json');
    const text = '{ "severities": { "no-such-rule": "off" } }';
    writeFileSync(join(folder.path, 'keepsake.json'), text);
    const open = async (validatesJson: boolean): Promise<void> => {
      await editor.end();
      editor = await Editor.start({ folders: [folder.path], options: { validatesJson } });
      await editor.findings(json, (found) => found.length === 1);
      await editor.open(json, text, 'json');
    };
    await open(true);
    await editor.findings(json, (found) => found.length === 0);
    await editor.close(json);
    await editor.findings(json, (found) => found.length === 1);
    await open(false);
    await editor.findings(json, (found, version) => found.length === 1 && version === 1);
  });

  test('of a burst of edits are published once, for the last', async () => {
    await editor.open(web, WEB);
    await editor.findings(web, (_, version) => version === 1);
    const before = editor.published.get(web) ?? 0;
    const edits = Array.from({ length: 40 }, (_, index) => editor.change(web, `${WEB}# ${index}\n`));
    const versions = await Promise.all(edits);
    await editor.findings(web, (_, version) => version === versions.at(-1));
    const times = (editor.published.get(web) ?? 0) - before;
    assert.ok(times <= 2, `${times} times`);
  });

  test('are mended by their fix', async () => {
    await editor.open(web, WEB);
    const [finding] = await editor.findings(web, (found, version) => found.length === 1 && version === 1);
    assert.ok(finding);
    const [fix, ...others] = await editor.fixes(web, finding);
    assert.ok(fix);
    assert.deepEqual(others, []);
    assert.equal(fix.title, 'Keep /var/log in /persist');
    assert.equal(fix.isPreferred, true);
    assert.equal(fix.edit, undefined, 'made only when it is chosen');
    assert.equal(fix.diagnostics?.[0]?.code, finding.code);
    const { edit } = await editor.resolve(fix);
    assert.ok(edit);
    const text = applied(WEB, edit, web);
    assert.equal(text, WEB.replace('      "/var/lib/nixos"\n', '      "/var/lib/nixos"\n      "/var/log"\n'));
    const version = await editor.change(web, text);
    await editor.findings(web, (found, of) => found.length === 0 && of === version);
  });

  test('have a fix that is made from the text as it is when it is chosen', async () => {
    await editor.open(web, WEB);
    const [finding] = await editor.findings(web, (found, version) => found.length === 1 && version === 1);
    assert.ok(finding);
    const [fix] = await editor.fixes(web, finding);
    assert.ok(fix);
    const longer = `# a new first line\n${WEB}`;
    await editor.change(web, longer);
    const { edit } = await editor.resolve(fix);
    assert.ok(edit);
    assert.equal(applied(longer, edit, web), longer.replace('      "/var/lib/nixos"\n', '      "/var/lib/nixos"\n      "/var/log"\n'));
  });

  test('have a fix that is refused, and says so, when the text no longer needs it', async () => {
    await editor.open(web, WEB);
    const [finding] = await editor.findings(web, (found, version) => found.length === 1 && version === 1);
    assert.ok(finding);
    const [fix] = await editor.fixes(web, finding);
    assert.ok(fix);
    await editor.change(web, WEB.replace('"/var/lib/nixos"', '"/var/lib/nixos" "/var/log"'));
    assert.equal((await editor.resolve(fix)).edit, undefined);
    await editor.until('the refusal', () => editor.messages.find((message) => message.startsWith('Nothing was written: ')));
  });

  test('stand while the text is broken, without fixes, and follow it when it is whole again', async () => {
    await editor.open(web, WEB);
    const [finding] = await editor.findings(web, (found, version) => found.length === 1 && version === 1);
    assert.ok(finding);
    const [fix] = await editor.fixes(web, finding);
    assert.ok(fix);
    const before = editor.published.get(web);
    const broken = WEB.replace('files = [', 'files = [ "');
    await editor.change(web, broken);
    assert.deepEqual(await editor.fixes(web, finding), []);
    assert.equal((await editor.resolve(fix)).edit, undefined, 'a fix offered before is refused too');
    await editor.until('the refusal', () => editor.messages.length > 0);
    assert.equal(editor.published.get(web), before, 'nothing is published for a broken text');
    const version = await editor.change(web, `${WEB}\n`);
    await editor.findings(web, (found, of) => found.length === 1 && of === version);
  });

  test('follow what is unsaved in another file', async () => {
    await editor.findings(web, (found) => found.length === 1);
    const flake = folder.uri('flake.nix');
    await editor.open(
      flake,
      FLAKE.replace('[ ./web.nix ]', '[ ./web.nix { environment.persistence."/persist".directories = [ "/var/log" ]; } ]'),
    );
    await editor.findings(web, (found) => found.length === 0);
    await editor.close(flake);
    await editor.findings(web, (found) => found.length === 1);
  });

  test('go back to the file on disk when the text is closed', async () => {
    await editor.open(web, WEB.replace('"/var/lib/nixos"', '"/var/lib/nixos" "/var/log"'));
    await editor.findings(web, (found, version) => found.length === 0 && version === 1);
    await editor.close(web);
    await editor.findings(web, (found) => found.length === 1);
  });

  test('follow files that change, go and come on disk', async () => {
    await editor.findings(web, (found) => found.length === 1);
    await editor.until('the watcher', () =>
      editor.registrations.some(({ registrations }) => registrations.some(({ method }) => method === 'workspace/didChangeWatchedFiles')),
    );
    writeFileSync(join(folder.path, 'web.nix'), WEB.replace('"/var/lib/nixos"', '"/var/lib/nixos" "/var/log"'));
    await editor.filesChanged([{ uri: web, type: FileChangeType.Changed }]);
    await editor.findings(web, (found) => found.length === 0);
    writeFileSync(join(folder.path, 'web.nix'), WEB);
    await editor.filesChanged([{ uri: web, type: FileChangeType.Changed }]);
    await editor.findings(web, (found) => found.length === 1);
    rmSync(join(folder.path, 'web.nix'));
    await editor.filesChanged([{ uri: web, type: FileChangeType.Deleted }]);
    await editor.findings(web, (found) => found.length === 0);
    writeFileSync(join(folder.path, 'web.nix'), WEB);
    await editor.filesChanged([{ uri: web, type: FileChangeType.Created }]);
    await editor.findings(web, (found) => found.length === 1);
  });

  test('follow folders that go and come, also one that is called like a file', async () => {
    const flake = join(folder.path, 'flake.nix');
    for (const name of ['machine', 'web.example.org']) {
      const inside = join(folder.path, name, 'web.nix');
      mkdirSync(join(folder.path, name));
      writeFileSync(inside, WEB);
      writeFileSync(flake, FLAKE.replace('./web.nix', `./${name}/web.nix`));
      await editor.filesChanged([{ uri: folder.uri('flake.nix'), type: FileChangeType.Changed }]);
      await editor.findings(folder.uri(`${name}/web.nix`), (found) => found.length === 1);
      renameSync(join(folder.path, name), join(folder.path, 'away'));
      await editor.filesChanged([{ uri: folder.uri(name), type: FileChangeType.Deleted }]);
      await editor.findings(folder.uri(`${name}/web.nix`), (found) => found.length === 0);
      renameSync(join(folder.path, 'away'), join(folder.path, name));
      await editor.filesChanged([{ uri: folder.uri(name), type: FileChangeType.Created }]);
      await editor.findings(folder.uri(`${name}/web.nix`), (found) => found.length === 1);
    }
  });

  test('are cleared for a text that is closed after its file was deleted', async () => {
    await editor.open(web, WEB);
    await editor.findings(web, (found) => found.length === 1);
    rmSync(join(folder.path, 'web.nix'));
    await editor.filesChanged([{ uri: web, type: FileChangeType.Deleted }]);
    await editor.close(web);
    await editor.findings(web, (found) => found.length === 0);
  });

  test('come and go with folders; equal host names are told apart', async () => {
    const other = folderWith({ 'flake.nix': FLAKE, 'web.nix': WEB });
    try {
      await editor.findings(web, (found) => found.length === 1);
      const event = { added: [{ uri: other.uri(''), name: 'other' }], removed: [] };
      await editor.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, { event });
      const [finding] = await editor.findings(other.uri('web.nix'), (found) => found.length === 1);
      assert.ok(finding);
      const hosts = await editor.request(Requests.hosts, null);
      assert.equal(new Set(hosts.map(({ name }) => name)).size, 2);
      for (const uri of [other.uri('web.nix'), web]) {
        const [fix] = await editor.fixes(uri, finding);
        assert.ok(fix);
        const { edit } = await editor.resolve(fix);
        assert.ok(edit);
        assert.match(applied(WEB, edit, uri), /"\/var\/log"/);
      }
      const gone = { added: [], removed: [{ uri: other.uri(''), name: 'other' }] };
      await editor.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, { event: gone });
      await editor.findings(other.uri('web.nix'), (found) => found.length === 0);
      assert.equal((await editor.request(Requests.hosts, null)).length, 1);
    } finally {
      other.remove();
    }
  });

  test('ask before they touch more hosts than one', async () => {
    const flake = folder.uri('flake.nix');
    const two = FLAKE.replace(
      '    nixosConfigurations.web',
      '    nixosConfigurations.nas = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; };\n    nixosConfigurations.web',
    );
    await editor.open(flake, two);
    const [finding, ...others] = await editor.findings(web, (found) => messageOf(found[0]).startsWith('nas, web: '));
    assert.deepEqual(others, []);
    assert.ok(finding);
    const [fix] = await editor.fixes(web, finding);
    assert.ok(fix);
    const { edit } = await editor.resolve(fix);
    const [annotation] = Object.values(edit?.changeAnnotations ?? {});
    assert.equal(annotation?.needsConfirmation, true);
    assert.equal(annotation?.description, 'applies to nas, web');
  });

  test('are looked for with a progress that ends', async () => {
    await editor.until('the end of the progress', () => editor.progress.at(-1) === 'end');
    assert.deepEqual(
      editor.progress.filter((kind) => kind !== 'report'),
      ['begin', 'end'],
    );
  });

  test('tell the editor which hosts there are', async () => {
    await editor.until('the hosts', () => editor.hosts.length > 0);
    const hosts = await editor.request(Requests.hosts, null);
    assert.deepEqual(hosts, editor.hosts);
    const [host] = hosts;
    assert.equal(host?.name, 'web');
    assert.equal(host?.rootFilesystem, 'tmpfs');
    assert.equal(host?.location.uri, folder.uri('flake.nix'));
    assert.deepEqual(
      host?.storages.map(({ path, location }) => [path, location.uri, location.range.start.line]),
      [['/persist', web, 2]],
    );
  });

  test('are not looked for in texts that are no Nix files', async () => {
    await editor.open('git:/web.nix?ref', WEB);
    await editor.open('untitled:Untitled-1', WEB);
    await editor.open(folder.uri('notes.md'), 'text', 'markdown');
    await editor.open('file://elsewhere/share/web.nix', WEB);
    await editor.open(web, WEB);
    await editor.findings(web, (_, version) => version === 1);
    for (const uri of ['git:/web.nix?ref', folder.uri('notes.md'), 'file://elsewhere/share/web.nix'])
      assert.equal(editor.diagnostics.get(uri), undefined, uri);
    assert.deepEqual(editor.diagnostics.get('untitled:Untitled-1')?.diagnostics ?? [], []);
  });

  test('survive empty, huge, encrypted and unparsable texts', async () => {
    const texts = ['', '\u0000GITCRYPT\u0000abc', 'x'.repeat(3_000_000), '{'.repeat(20_000), '))))', '\ud800'];
    for (const text of texts) {
      writeFileSync(join(folder.path, 'odd.nix'), text);
      await editor.filesChanged([{ uri: folder.uri('odd.nix'), type: FileChangeType.Created }]);
      await editor.open(folder.uri('odd.nix'), text);
      await editor.close(folder.uri('odd.nix'));
    }
    await editor.open(web, WEB);
    await editor.findings(web, (found, version) => found.length === 1 && version === 1);
  });
});

suite('server: other editors', () => {
  test('without lazy edits get them at once, without versions in plain changes', async () => {
    const folder = folderWith({ 'flake.nix': FLAKE, 'web.nix': WEB });
    const editor = await Editor.start({
      folders: [folder.path],
      capabilities: { textDocument: { codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } } } } },
    });
    try {
      const web = folder.uri('web.nix');
      await editor.open(web, WEB);
      const [finding] = await editor.findings(web, (found) => found.length === 1);
      assert.ok(finding);
      assert.equal(finding.relatedInformation, undefined);
      const [fix] = await editor.fixes(web, { ...finding, data: undefined });
      assert.ok(fix?.edit);
      assert.equal(fix.edit.documentChanges, undefined);
      assert.match(applied(WEB, fix.edit, web), /"\/var\/log"/);
    } finally {
      await editor.end();
      folder.remove();
    }
  });

  test('that refuse a progress and to tell of changes are told what is found', async () => {
    const folder = folderWith({ 'flake.nix': FLAKE, 'web.nix': WEB });
    const editor = await Editor.start({ folders: [folder.path], refuses: true });
    try {
      await editor.findings(folder.uri('web.nix'), (found) => found.length === 1);
      assert.deepEqual(editor.progress, []);
      assert.equal(editor.errors.length, 2, 'that they are not told is said in the log');
    } finally {
      await editor.end();
      folder.remove();
    }
  });

  test('keep their own spelling of a URI', async () => {
    const folder = folderWith({ 'flake.nix': FLAKE, 'web.nix': WEB });
    const editor = await Editor.start({ folders: [folder.path], capabilities: VSCODE });
    try {
      const odd = folder.uri('web.nix').replace('web.nix', 'web%2Enix');
      await editor.open(odd, WEB);
      await editor.findings(odd, (found) => found.length === 1);
    } finally {
      await editor.end();
      folder.remove();
    }
  });
});

function messageOf(diagnostic: Diagnostic | undefined): string {
  return typeof diagnostic?.message === 'string' ? diagnostic.message : '';
}
