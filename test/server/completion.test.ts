import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CancellationTokenSource,
  CompletionRequest,
  CompletionResolveRequest,
  DocumentSymbolRequest,
  HoverRequest,
  InsertReplaceEdit,
  LSPErrorCodes,
  ResponseError,
  TextEdit,
  type CompletionItem,
  type CompletionList,
  type MarkupContent,
  type Position,
} from 'vscode-languageserver/node';
import { LiveRequests } from '../../server/src/protocol/live.ts';
import { Editor, folderWith, VSCODE, type EditorOptions } from './editor.ts';
import { FLAKE, WEB } from './fixture.ts';

const POSTGRES = WEB.replace('{\n', '{\n  services.postgresql.enable = true;\n');
/** Where an element of the list of directories is typed. */
const LINE = 5;
const AT: Position = { line: LINE, character: '      "/var/lib/nixos"'.length };

suite('server: completion', () => {
  let folder: ReturnType<typeof folderWith>;
  let editor: Editor;
  let web: string;

  setup(() => {
    folder = folderWith({
      'flake.nix': FLAKE,
      'web.nix': POSTGRES,
      'captures/web.zfsdiff': '+\t/\t/srv\n+\t/\t/srv/game\n+\tF\t/srv/game/save\n',
    });
    web = folder.uri('web.nix');
  });
  teardown(() => {
    assert.deepEqual(editor.errors, []);
    editor.dispose();
    folder.remove();
  });

  const start = async (options: Partial<EditorOptions> = {}): Promise<void> => {
    editor = await Editor.start({ folders: [folder.path], ...options });
    await editor.open(web, POSTGRES);
    await editor.findings(web, (_, version) => version === 1);
  };
  /** Types into the list and asks there. */
  const typing = async (typed: string): Promise<CompletionList> => {
    const range = { start: AT, end: AT };
    await editor.change(web, typed, range);
    const position = { line: LINE, character: AT.character + typed.length };
    const list = await editor.connection.sendRequest(CompletionRequest.type, { textDocument: { uri: web }, position });
    assert.ok(list && 'items' in list);
    return list;
  };

  test('is offered where a path, a name or a directory begins', async () => {
    await start();
    assert.deepEqual(editor.initialized.capabilities.completionProvider, { triggerCharacters: ['"', '/', '.'], resolveProvider: true });
  });

  test('comes while the text is broken by typing, what is missing first, its documentation when it is looked at', async () => {
    await start();
    const list = await typing(' "/var/lib/po');
    const [first] = list.items.toSorted((a, b) => ((a.sortText ?? '') < (b.sortText ?? '') ? -1 : 1));
    const item = named(list, '/var/lib/postgresql');
    assert.ok(list.items.indexOf(item) < 4);
    assert.match(first?.detail ?? '', /: not kept$/);
    assert.equal(item.documentation, undefined);
    assert.ok(TextEdit.is(item.textEdit));
    assert.equal(item.textEdit.newText, '{ directory = "/var/lib/postgresql"; user = "postgres"; group = "postgres"; mode = "0750"; }');
    assert.deepEqual(item.textEdit.range, {
      start: { line: LINE, character: AT.character + 1 },
      end: { line: LINE, character: AT.character + 13 },
    });
    const resolved = await editor.connection.sendRequest(CompletionResolveRequest.type, item);
    const { kind, value } = resolved.documentation as MarkupContent;
    assert.equal(kind, 'markdown');
    assert.match(value, /^\*\*PostgreSQL/);
    assert.match(value, /`services\.postgresql\.enable` in \[web\\\.nix\\:2\]\(<file:\/\/\/.*\/web\.nix#L2>\)/);
  });

  test('within a word can be inserted or replace', async () => {
    await start();
    await editor.change(web, ' { directory = "/x"; user = "y"; }', { start: AT, end: AT });
    const position = { line: LINE, character: AT.character + ' { directory = "/x"; us'.length };
    const list = await editor.connection.sendRequest(CompletionRequest.type, { textDocument: { uri: web }, position });
    assert.ok(list && 'items' in list);
    const { textEdit } = named(list, 'group');
    assert.ok(textEdit && InsertReplaceEdit.is(textEdit));
    const word = { line: LINE, character: position.character - 2 };
    const replace = { start: word, end: { line: LINE, character: position.character + 2 } };
    assert.deepEqual(textEdit, { newText: 'group', insert: { start: word, end: position }, replace });
  });

  test('for an editor that can do less: plain text, one range, documentation at once', async () => {
    await start({ capabilities: { ...VSCODE, textDocument: { ...VSCODE.textDocument, completion: {} } } });
    const list = await typing(' { directory = "/x"; mo');
    const key = named(list, 'mode');
    assert.equal(key.insertTextFormat, undefined);
    assert.ok(TextEdit.is(key.textEdit) && key.textEdit.newText === 'mode = "";');
    await editor.change(web, POSTGRES);
    const { documentation } = named(await typing(' '), '/var/lib/postgresql');
    assert.deepEqual((documentation as MarkupContent).kind, 'plaintext');
    assert.match((documentation as MarkupContent).value, /^PostgreSQL[^*`\\]*$/m);
  });

  test('nothing is said where others are asked', async () => {
    await start();
    const position = { line: 1, character: 12 };
    assert.equal(await editor.connection.sendRequest(CompletionRequest.type, { textDocument: { uri: web }, position }), null);
    const other = { textDocument: { uri: folder.uri('gone.nix') }, position };
    assert.equal(await editor.connection.sendRequest(CompletionRequest.type, other), null);
  });

  test('state of the team’s own is in it, and the file that names it is no Nix', async () => {
    const own = { id: 'our-app', title: 'Our app', options: ['services.postgresql.enable'], severity: 'data', scope: 'system' };
    const paths = [{ path: '/var/lib/our-app', kind: 'directory' }];
    const text = JSON.stringify({ state: [{ ...own, paths, loss: 'Orders are gone.', source: 'ours', verified: true }] });
    const json = folder.uri('keepsake.json');
    writeFileSync(join(folder.path, 'keepsake.json'), text);
    await start();
    const item = named(await typing(' '), '/var/lib/our-app');
    assert.equal(item.detail, 'Our app: not kept');
    const resolved = await editor.connection.sendRequest(CompletionResolveRequest.type, item);
    assert.match((resolved.documentation as MarkupContent).value, /Orders are gone/);
    await editor.open(json, text, 'json');
    const asked = { textDocument: { uri: json }, position: { line: 0, character: 4 } };
    assert.equal(await editor.connection.sendRequest(CompletionRequest.type, asked), null);
    assert.equal(await editor.connection.sendRequest(HoverRequest.type, asked), null);
    assert.equal(await editor.connection.sendRequest(DocumentSymbolRequest.type, asked), null);
  });

  test('what the host has now is in it once it was listed', async () => {
    await start();
    await editor.request(LiveRequests.startDiff, { host: 'web', source: { kind: 'capture', uri: folder.uri('captures/web.zfsdiff') } });
    await editor.until('the listing', () => editor.sessions.some(({ state }) => state === 'done'));
    const list = await typing(' "/srv/');
    assert.equal(list.isIncomplete, true);
    assert.match(named(list, '/srv/game').detail ?? '', /^there now, not kept/);
  });

  test('a request that is called off is not answered', async () => {
    await start();
    const source = new CancellationTokenSource();
    // Sent together, so that the server reads the cancellation before it turns to the request.
    const asked = editor.connection.sendRequest(CompletionRequest.type, { textDocument: { uri: web }, position: AT }, source.token);
    source.cancel();
    await assert.rejects(asked, (error) => error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled);
  });
});

function named({ items }: CompletionList, label: string): CompletionItem {
  return items.find((item) => item.label === label) ?? assert.fail(label);
}
