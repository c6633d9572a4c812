import assert from 'node:assert/strict';
import type { ClientCapabilities, CodeAction, Range } from 'vscode-languageserver/node';
import { notice } from '../../server/src/text/printable.ts';
import { applied, Editor, folderWith, VSCODE } from './editor.ts';

const FLAKE = `{
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ./persist.nix ]; };
    nixosConfigurations.db = nixpkgs.lib.nixosSystem { modules = [ ./persist.nix ]; };
  };
}
`;

/** Neither /var/log nor the machine id is kept. */
const PERSIST = `{
  environment.persistence."/persist" = {
    directories = [
      "/var/lib/nixos"
    ];
  };
}
`;

const WEB = `{
  services.openssh.enable = true;
}
`;

const ALL: Range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };

function storageOf(path: string): string {
  return `{ environment.persistence."/persist".directories = [ "${path}" ]; }\n`;
}

suite('server: fixes of many, and comments that ignore', () => {
  let folder: ReturnType<typeof folderWith>;
  let editor: Editor;
  let persist: string;

  async function start(capabilities?: ClientCapabilities): Promise<void> {
    editor = await Editor.start({ folders: [folder.path], ...(capabilities ? { capabilities } : {}) });
    await editor.open(persist, PERSIST);
    await editor.findings(persist, (found, version) => found.length === 2 && version === 1);
  }

  setup(() => {
    folder = folderWith({ 'flake.nix': FLAKE, 'persist.nix': PERSIST, 'web.nix': WEB });
    persist = folder.uri('persist.nix');
  });
  teardown(async () => {
    assert.deepEqual(editor.errors, []);
    await editor.end();
    folder.remove();
  });

  async function action(title: RegExp, only?: string[]): Promise<CodeAction> {
    const found = await editor.actions(persist, ALL, only);
    return found.find((each) => title.test(each.title)) ?? assert.fail(found.map((each) => each.title).join('\n'));
  }

  test('the menu has each fix, all of a kind, and one comment for what stands at one place', async () => {
    await start();
    const titles = (await editor.actions(persist, ALL, ['quickfix'])).map(({ title }) => title);
    assert.deepEqual(titles, [
      'Keep /var/log in /persist',
      'Keep /etc/machine-id in /persist',
      'Keep all 6 paths that web is missing',
      'Fix all 2 missing-critical-state in this file',
      'Ignore missing-critical-state here, with a comment',
    ]);
  });

  test('all of a kind in one edit, of the version that it is for, with the hosts that it changes', async () => {
    await start();
    const chosen = await action(/^Fix all 2 /);
    assert.equal(chosen.edit, undefined, 'made only when it is chosen');
    const { edit } = await editor.resolve(chosen);
    assert.ok(edit);
    const [change, ...others] = edit.documentChanges ?? [];
    assert.ok(change && 'textDocument' in change && others.length === 0);
    assert.deepEqual(change.textDocument, { uri: persist, version: 1 });
    const [annotation] = Object.values(edit.changeAnnotations ?? {});
    assert.match(annotation?.description ?? '', /applies to (web, db|db, web)/);
    assert.equal(annotation?.needsConfirmation, true);
    const text = applied(PERSIST, edit, persist);
    assert.match(text, /"\/var\/lib\/nixos"\n {6}"\/var\/log"\n {4}\];\n {4}files = \[\n {6}"\/etc\/machine-id"\n {4}\];/);
    const version = await editor.change(persist, text);
    await editor.findings(persist, (found, of) => found.length === 0 && of === version);
  });

  test('made of the text as it is when it is chosen; nothing when it is no longer found', async () => {
    await start();
    const chosen = await action(/^Fix all 2 /);
    await editor.change(persist, `# above\n${PERSIST}`);
    const { edit } = await editor.resolve(chosen);
    assert.ok(edit && applied(`# above\n${PERSIST}`, edit, persist).startsWith('# above\n{\n'));
    await editor.change(persist, '{ }\n');
    assert.equal((await editor.resolve(chosen)).edit, undefined);
    await editor.until('the refusal', () => editor.messages.find((message) => message.startsWith('Nothing was written: ')));
  });

  test('texts are the same after an edit was made as before', async () => {
    await start();
    const times = editor.published.get(persist);
    await editor.resolve(await action(/^Fix all 2 /));
    await editor.resolve(await action(/^Fix all 2 /));
    assert.equal((await editor.actions(persist, ALL, ['quickfix'])).length, 5);
    assert.equal(editor.published.get(persist), times, 'nothing was published of what was only tried');
  });

  test('what is safe, when the file is saved: only where it is asked for, and without asking back', async () => {
    await start();
    assert.ok((await editor.actions(persist, ALL)).every(({ kind }) => kind === 'quickfix' || kind === 'refactor.rewrite'));
    for (const only of [['source.fixAll.keepsake'], ['source.fixAll'], ['source']]) {
      const [fixAll, ...others] = await editor.actions(persist, ALL, only);
      assert.ok(fixAll && others.length === 0);
      assert.equal(fixAll.kind, 'source.fixAll.keepsake');
      const { edit } = await editor.resolve(fixAll);
      assert.ok(edit);
      assert.equal(edit.changeAnnotations, undefined);
      assert.match(applied(PERSIST, edit, persist), /"\/var\/log"/);
    }
    assert.deepEqual(await editor.actions(persist, ALL, ['source.organizeImports']), []);
    assert.deepEqual(editor.initialized.capabilities.codeActionProvider, {
      codeActionKinds: ['quickfix', 'refactor.rewrite', 'source.fixAll.keepsake'],
      resolveProvider: true,
    });
  });

  test('a comment that ignores, its reason to be written over', async () => {
    await start();
    const { edit } = await editor.resolve(await action(/^Ignore /));
    const [change] = edit?.documentChanges ?? [];
    assert.ok(change && 'edits' in change);
    assert.deepEqual(change.edits, [
      {
        range: { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } },
        snippet: { kind: 'snippet', value: '  # keepsake: ignore missing-critical-state ${1:reason}\n' },
      },
    ]);
  });

  test('a comment that ignores, for an editor without snippets: what it silences is gone', async () => {
    await start({ ...VSCODE, workspace: { ...VSCODE.workspace, workspaceEdit: { documentChanges: true } } });
    const { edit } = await editor.resolve(await action(/^Ignore /));
    assert.ok(edit);
    const text = applied(PERSIST, edit, persist);
    assert.equal(text, PERSIST.replace('  environment', '  # keepsake: ignore missing-critical-state reason\n  environment'));
    const version = await editor.change(persist, text);
    await editor.findings(persist, (found, of) => found.length === 0 && of === version);
  });

  test('an editor that does not come back for the edit gets it at once, by URI where it knows no versions', async () => {
    await start({
      textDocument: {
        publishDiagnostics: { versionSupport: true },
        codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } },
      },
    });
    const found = await editor.actions(persist, ALL, ['quickfix']);
    assert.equal(found.length, 5);
    for (const each of found) {
      assert.equal(each.data, undefined);
      assert.deepEqual(Object.keys(each.edit?.changes ?? {}), [persist], each.title);
    }
  });

  test('where the editor can not ask, the title says which other hosts are changed', async () => {
    const web = folder.uri('web.nix');
    await start({ ...VSCODE, workspace: { workspaceEdit: { documentChanges: true } } });
    await editor.findings(web, (found) => found.length > 0);
    const [fix] = await editor.actions(web, ALL);
    assert.equal(fix?.title, 'Keep the SSH host keys in /persist (also for db)');
  });

  test('everything that a host is missing, in one step', async () => {
    await start();
    await editor.findings(folder.uri('web.nix'), (found) => found.length > 0);
    const { edit } = await editor.resolve(await action(/^Keep all \d+ paths that web is missing$/));
    assert.ok(edit);
    const version = await editor.change(persist, applied(PERSIST, edit, persist));
    await editor.findings(persist, (found, of) => found.length === 0 && of === version);
    await editor.findings(folder.uri('web.nix'), (found) => found.length === 0);
  });

  test('where several files would do as well, each is a choice, which is remembered', async () => {
    const flake = FLAKE.replace('./web.nix ./persist.nix', './web.nix ./a.nix ./b.nix').replace('./persist.nix', './web.nix');
    folder.remove();
    folder = folderWith({ 'flake.nix': flake, 'a.nix': storageOf('/srv/a'), 'b.nix': storageOf('/srv/b'), 'web.nix': WEB });
    persist = folder.uri('a.nix');
    editor = await Editor.start({ folders: [folder.path] });
    const web = folder.uri('web.nix');
    await editor.findings(web, (found) => found.length > 0);
    const titles = async (): Promise<readonly string[]> =>
      (await editor.actions(web, ALL)).map(({ title }) => title).filter((title) => title.includes('SSH'));
    assert.deepEqual(await titles(), ['Keep the SSH host keys in /persist, in a.nix', 'Keep the SSH host keys in /persist, in b.nix']);
    const [, second] = (await editor.actions(web, ALL)).filter(({ title }) => title.includes('SSH'));
    const { edit } = await editor.resolve(second ?? assert.fail());
    assert.deepEqual(
      (edit?.documentChanges ?? []).map((change) => 'textDocument' in change && change.textDocument.uri),
      [folder.uri('b.nix')],
    );
    assert.deepEqual(await titles(), ['Keep the SSH host keys in /persist']);
  });

  test('what may be wanted although nothing is wrong: at the entry, and at the storage', async () => {
    await start();
    const at = (text: string): Range => {
      const before = PERSIST.slice(0, PERSIST.indexOf(text)).split('\n');
      const place = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
      return { start: place, end: place };
    };
    const offered = async (text: string) => await editor.actions(persist, at(text), ['refactor']);
    assert.deepEqual(
      (await offered('"/var/lib/nixos"')).map(({ title, kind }) => `${kind}: ${title}`),
      ['refactor.rewrite: Write /var/lib/nixos as a set with a mode', 'refactor.rewrite: Sort the list and drop what is in it twice'],
    );
    const [convert] = await offered('"/persist"');
    assert.equal(convert?.title, 'Convert /persist to preservation');
    await editor.change(persist, `# above\n${PERSIST}`);
    const { edit } = await editor.resolve(convert);
    assert.match(
      applied(`# above\n${PERSIST}`, edit ?? assert.fail(), persist),
      /preservation\.preserveAt\."\/persist" = \{[^]*inInitrd = true;/,
    );
    const [set] = await offered('"/var/lib/nixos"').then(
      async () => await editor.actions(persist, { start: { line: 4, character: 8 }, end: { line: 4, character: 8 } }, ['refactor']),
    );
    assert.match(
      applied(`# above\n${PERSIST}`, (await editor.resolve(set ?? assert.fail())).edit ?? assert.fail(), persist),
      /directory = "\/var\/lib\/nixos";/,
    );
  });

  test('names that would do something where they are shown do nothing', async () => {
    const odd = 'a[b](command:evil)\u202e\u0007';
    folder.remove();
    folder = folderWith({
      'flake.nix': FLAKE.replaceAll('nixosConfigurations.web', `nixosConfigurations."${odd}"`),
      'persist.nix': PERSIST,
      'web.nix': WEB,
    });
    persist = folder.uri('persist.nix');
    await start();
    const [finding] = await editor.findings(persist, (found) => found.length > 0);
    const actions = await editor.actions(persist, ALL);
    const shown = [typeof finding?.message === 'string' ? finding.message : assert.fail(), ...actions.map(({ title }) => title)];
    for (const text of shown) assert.doesNotMatch(text, /[\u0000-\u001f\u202e]/);
    assert.match(shown.join('\n'), /\\u202e\\x07/);
    await editor.change(persist, '{ }\n');
    assert.equal((await editor.resolve(actions[0] ?? assert.fail())).edit, undefined);
    await editor.until('the refusal', () => editor.messages.length > 0);
    for (const message of editor.messages) assert.doesNotMatch(message, /\]\(/);
    assert.equal(notice(`no ${odd}`), 'no a[b] (command:evil)\\u202e\\x07');
  });

  test('data that is nothing of ours is given back as it came', async () => {
    await start();
    for (const data of [
      null,
      7,
      {},
      { kind: 'all' },
      { kind: 'all', uri: persist, code: 3 },
      { kind: 'refactor', uri: persist, host: 'web', title: 'x', change: { kind: 'insert', entries: [] } },
      { kind: 'refactor', uri: persist, host: 'web', title: 'x', change: { kind: 'tidy-list', entry: null } },
      { kind: 'fix', uri: persist, finding: { code: 'x' }, fix: 0 },
      { kind: 'erase', uri: persist, finding: { code: 'a', host: 'b', subject: 'c' } },
    ]) {
      const sent = { title: 'x', data };
      assert.deepEqual(await editor.resolve(sent), sent);
    }
    assert.deepEqual(editor.messages, []);
  });
});
