import assert from 'node:assert/strict';
import { CodeLensRequest, HoverRequest, type MarkupContent, type Position } from 'vscode-languageserver/node';
import { ReadingRequests, type UnreadDto } from '../../server/src/protocol/reading.ts';
import { Editor, folderWith } from './editor.ts';

const FILES = {
  'flake.nix': `{
  inputs.home-manager.url = "github:nix-community/home-manager";
  outputs = { nixpkgs, home-manager, ... }: {
    nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; };
    homeConfigurations."ann@laptop" = home-manager.lib.homeManagerConfiguration { modules = [ ./ann.nix ]; };
  };
}
`,
  'web.nix': '{ imports = [ ./shared.nix ]; containers.db.config.imports = [ ./shared.nix ./db.nix ]; }\n',
  'shared.nix': '{ environment.persistence."/persist".directories = [ "/var/log" ]; }\n',
  'db.nix': '{ services.postgresql.enable = true; environment.persistence."/persist".directories = [ "/srv/db" ]; }\n',
  'ann.nix': '{\n  imports = [ ./missing.nix ];\n  home.username = "ann";\n  home.persistence."/persist".directories = [ ".ssh" ];\n}\n',
} as const;

suite('server: guests and homes', () => {
  let editor: Editor;
  let folder: ReturnType<typeof folderWith>;
  setup(async () => {
    folder = folderWith(FILES);
    editor = await Editor.start({ folders: [folder.path] });
  });
  teardown(async () => {
    await editor.end();
    folder.remove();
  });

  const opened = async (file: keyof typeof FILES): Promise<string> => {
    const uri = folder.uri(file);
    await editor.open(uri, FILES[file]);
    await editor.connection.sendRequest(ReadingRequests.unread, null);
    return uri;
  };
  const hover = async (uri: string, position: Position): Promise<string> => {
    const found = await editor.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position });
    return (found?.contents as MarkupContent | undefined)?.value ?? '';
  };
  const lenses = async (uri: string): Promise<readonly (string | undefined)[]> => {
    const found = await editor.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } });
    return (found ?? []).map(({ command }) => command?.title);
  };

  test('an entry of a home says whose it is', async () => {
    const uri = await opened('ann.nix');
    assert.match(await hover(uri, { line: 3, character: 48 }), /\n- Host\\: ann\\@laptop \\\(home\\\)\n/);
    assert.deepEqual(await lenses(uri), ['ann@laptop (home): 1 entry']);
  });

  test('an entry of a guest does, and one that the host has as well', async () => {
    const db = await opened('db.nix');
    assert.match(await hover(db, { line: 0, character: 92 }), /\n- Host\\: web\/db$/);
    assert.deepEqual(await lenses(db), ['web/db: 2 entries']);
    // What a guest should keep can't be told: nothing is said of its options.
    assert.equal(await hover(db, { line: 0, character: 8 }), '');
    const shared = await opened('shared.nix');
    assert.match(await hover(shared, { line: 0, character: 58 }), /\n- Hosts\\: web, web\/db\n/);
  });

  test('what could not be read of them is listed', async () => {
    const unread = await editor.connection.sendRequest<readonly UnreadDto[]>(ReadingRequests.unread, null);
    assert.deepEqual(
      unread.map(({ reason, hosts }) => [reason, hosts]),
      [['the file does not exist', ['ann@laptop (home)']]],
    );
  });
});
