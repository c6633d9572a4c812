import assert from 'node:assert/strict';
import type { ClientCapabilities, CodeAction, Range } from 'vscode-languageserver/node';
import { TargetNotifications, type TargetsDto } from '../../server/src/protocol/targets.ts';
import { Editor, folderWith, VSCODE } from './editor.ts';

const ALL: Range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
const FILES = {
  'flake.nix': `{
  outputs = { nixpkgs, ... }: {
    nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ./a.nix ./b.nix ]; };
  };
}
`,
  'web.nix': '{\n  services.openssh.enable = true;\n}\n',
  'a.nix': '{ environment.persistence."/persist".directories = [ "/srv/a" ]; }\n',
  'b.nix': '{ environment.persistence."/persist".directories = [ "/srv/b" ]; }\n',
};
const CHOICES = ['Keep the SSH host keys in /persist, in a.nix', 'Keep the SSH host keys in /persist, in b.nix'];
const CHOSEN = ['Keep the SSH host keys in /persist'];

suite('server: the file that new entries go to', () => {
  let folder: ReturnType<typeof folderWith>;
  let editor: Editor;
  /** What the editor is told to keep, one after the other. */
  let kept: TargetsDto[];

  setup(() => {
    folder = folderWith(FILES);
    kept = [];
  });
  teardown(async () => {
    assert.deepEqual(editor.errors, []);
    await editor.end();
    folder.remove();
  });

  async function start(targets?: unknown, capabilities: ClientCapabilities = VSCODE): Promise<void> {
    const options = targets === undefined ? {} : { targets: targets as TargetsDto };
    editor = await Editor.start({ folders: [folder.path], options, capabilities });
    editor.connection.onNotification(TargetNotifications.changed, (all: TargetsDto) => {
      kept.push(all);
    });
    await editor.findings(folder.uri('web.nix'), (found) => found.length > 0);
  }
  const offered = async (): Promise<readonly CodeAction[]> =>
    (await editor.actions(folder.uri('web.nix'), ALL)).filter(({ title }) => title.includes('SSH host keys'));
  const titles = async (): Promise<readonly string[]> => (await offered()).map(({ title }) => title);
  const filesOf = async (action: CodeAction | undefined): Promise<readonly unknown[]> =>
    ((await editor.resolve(action ?? assert.fail())).edit?.documentChanges ?? []).map(
      (change) => 'textDocument' in change && change.textDocument.uri,
    );

  test('is told to the editor when it is chosen, and taken by the next server', async () => {
    await start();
    assert.deepEqual(await titles(), CHOICES);
    assert.deepEqual(await filesOf((await offered())[1]), [folder.uri('b.nix')]);
    // Asked behind it, so that it was told before.
    assert.deepEqual(await titles(), CHOSEN);
    assert.deepEqual(kept, [{ web: folder.uri('b.nix') }]);
    await editor.end();
    await start(kept[0]);
    assert.deepEqual(await titles(), CHOSEN);
    assert.deepEqual(await filesOf((await offered())[0]), [folder.uri('b.nix')]);
    assert.equal(kept.length, 1, 'nothing new was chosen');
  });

  test('is not what an editor was merely offered that gets all edits at once', async () => {
    const codeAction = { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } };
    await start(undefined, { ...VSCODE, textDocument: { ...VSCODE.textDocument, codeAction } });
    for (let times = 0; times < 2; times++) assert.deepEqual(await titles(), CHOICES);
    assert.deepEqual(kept, []);
  });

  test('is asked for again when the user wants that', async () => {
    await start({ web: folder.uri('b.nix') });
    assert.deepEqual(await titles(), CHOSEN);
    await editor.connection.sendNotification(TargetNotifications.forget, null);
    assert.deepEqual(await titles(), CHOICES);
    assert.deepEqual(kept, [{}]);
  });

  test('is asked for where what was kept is no longer there, or is none', async () => {
    for (const targets of [
      { web: folder.uri('gone.nix') },
      { web: 7 },
      { web: 'https://x.example/a.nix' },
      { db: folder.uri('b.nix') },
      'x',
    ]) {
      await start(targets);
      assert.deepEqual(await titles(), CHOICES, JSON.stringify(targets));
      await editor.end();
    }
    await start(null);
    assert.deepEqual(await titles(), CHOICES);
  });
});
