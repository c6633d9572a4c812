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
import { VSCODE } from './editor.ts';
import { WEB } from './fixture.ts';
import { useOpenFile } from './openFile.ts';

const POSTGRES = WEB.replace('{\n', '{\n  services.postgresql.enable = true;\n');
/** Where an element of the list of directories is typed. */
const LINE = 5;
const AT: Position = { line: LINE, character: '      "/var/lib/nixos"'.length };

suite('server: completion', () => {
  const open = useOpenFile(POSTGRES, { 'captures/web.zfsdiff': '+\t/\t/srv\n+\t/\t/srv/game\n+\tF\t/srv/game/save\n' });
  /** Types into the list and asks there. */
  const typing = async (typed: string): Promise<CompletionList> => {
    const range = { start: AT, end: AT };
    await open.editor.change(open.uri, typed, range);
    const position = { line: LINE, character: AT.character + typed.length };
    const list = await open.editor.connection.sendRequest(CompletionRequest.type, { textDocument: { uri: open.uri }, position });
    assert.ok(list && 'items' in list);
    return list;
  };

  test('is offered where a path, a name or a directory begins', async () => {
    await open.start();
    assert.deepEqual(open.editor.initialized.capabilities.completionProvider, {
      triggerCharacters: ['"', '/', '.'],
      resolveProvider: true,
    });
  });

  test('comes while the text is broken by typing, what is missing first, its documentation when it is looked at', async () => {
    await open.start();
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
    const resolved = await open.editor.connection.sendRequest(CompletionResolveRequest.type, item);
    const { kind, value } = resolved.documentation as MarkupContent;
    assert.equal(kind, 'markdown');
    assert.match(value, /^\*\*PostgreSQL/);
    assert.match(value, /`services\.postgresql\.enable` in \[web\\\.nix\\:2\]\(<file:\/\/\/.*\/web\.nix#L2>\)/);
  });

  test('within a word can be inserted or replace', async () => {
    await open.start();
    await open.editor.change(open.uri, ' { directory = "/x"; user = "y"; }', { start: AT, end: AT });
    const position = { line: LINE, character: AT.character + ' { directory = "/x"; us'.length };
    const list = await open.editor.connection.sendRequest(CompletionRequest.type, { textDocument: { uri: open.uri }, position });
    assert.ok(list && 'items' in list);
    const { textEdit } = named(list, 'group');
    assert.ok(textEdit && InsertReplaceEdit.is(textEdit));
    const word = { line: LINE, character: position.character - 2 };
    const replace = { start: word, end: { line: LINE, character: position.character + 2 } };
    assert.deepEqual(textEdit, { newText: 'group', insert: { start: word, end: position }, replace });
  });

  test('for an editor that can do less: plain text, one range, documentation at once', async () => {
    await open.start({ capabilities: { ...VSCODE, textDocument: { ...VSCODE.textDocument, completion: {} } } });
    const list = await typing(' { directory = "/x"; mo');
    const key = named(list, 'mode');
    assert.equal(key.insertTextFormat, undefined);
    assert.ok(TextEdit.is(key.textEdit) && key.textEdit.newText === 'mode = "";');
    await open.editor.change(open.uri, POSTGRES);
    const { documentation } = named(await typing(' '), '/var/lib/postgresql');
    assert.deepEqual((documentation as MarkupContent).kind, 'plaintext');
    assert.match((documentation as MarkupContent).value, /^PostgreSQL[^*`\\]*$/m);
  });

  test('nothing is said where others are asked', async () => {
    await open.start();
    const position = { line: 1, character: 12 };
    assert.equal(await open.editor.connection.sendRequest(CompletionRequest.type, { textDocument: { uri: open.uri }, position }), null);
    const other = { textDocument: { uri: open.folder.uri('gone.nix') }, position };
    assert.equal(await open.editor.connection.sendRequest(CompletionRequest.type, other), null);
  });

  test('state of the team’s own is in it, and the file that names it is no Nix', async () => {
    const own = { id: 'our-app', title: 'Our app', options: ['services.postgresql.enable'], severity: 'data', scope: 'system' };
    const paths = [{ path: '/var/lib/our-app', kind: 'directory' }];
    const text = JSON.stringify({ state: [{ ...own, paths, loss: 'Orders are gone.', source: 'ours', verified: true }] });
    const json = open.folder.uri('keepsake.json');
    writeFileSync(join(open.folder.path, 'keepsake.json'), text);
    await open.start();
    const item = named(await typing(' '), '/var/lib/our-app');
    assert.equal(item.detail, 'Our app: not kept');
    const resolved = await open.editor.connection.sendRequest(CompletionResolveRequest.type, item);
    assert.match((resolved.documentation as MarkupContent).value, /Orders are gone/);
    await open.editor.open(json, text, 'json');
    const asked = { textDocument: { uri: json }, position: { line: 0, character: 4 } };
    assert.equal(await open.editor.connection.sendRequest(CompletionRequest.type, asked), null);
    assert.equal(await open.editor.connection.sendRequest(HoverRequest.type, asked), null);
    assert.equal(await open.editor.connection.sendRequest(DocumentSymbolRequest.type, asked), null);
  });

  test('follows what is written: an entry that is there now, and state that the team adds', async () => {
    await open.start();
    const before = await typing(' "/var/lib/');
    assert.match(named(before, '/var/lib/postgresql').detail ?? '', /not kept/);
    const kept = POSTGRES.replace('"/var/lib/nixos"', '"/var/lib/nixos" "/var/lib/postgresql"');
    const version = await open.editor.change(open.uri, kept);
    await open.editor.findings(open.uri, (_, of) => of === version);
    const state = [
      {
        id: 'our-app',
        title: 'Our app',
        options: ['services.postgresql.enable'],
        paths: [{ path: '/var/lib/our-app', kind: 'directory' }],
        severity: 'data',
        scope: 'system',
        loss: 'Orders are gone.',
        source: 'ours',
        verified: true,
      },
    ];
    await open.editor.open(open.folder.uri('keepsake.json'), JSON.stringify({ state }), 'json');
    await open.editor.findings(open.uri, (found) => found.some(({ message }) => JSON.stringify(message).includes('our-app')));
    const after = await typing(' "/var/lib/');
    assert.ok(!after.items.some(({ label }) => label === '/var/lib/postgresql'));
    assert.equal(named(after, '/var/lib/our-app').detail, 'Our app: not kept');
  });

  test('what the host has now is in it once it was listed', async () => {
    await open.start();
    await open.editor.request(LiveRequests.startDiff, {
      host: 'web',
      source: { kind: 'capture', uri: open.folder.uri('captures/web.zfsdiff') },
    });
    await open.editor.until('the listing', () => open.editor.sessions.some(({ state }) => state === 'done'));
    const list = await typing(' "/srv/');
    assert.equal(list.isIncomplete, true);
    assert.match(named(list, '/srv/game').detail ?? '', /^there now, not kept/);
  });

  test('a request that is called off is not answered', async () => {
    await open.start();
    const source = new CancellationTokenSource();
    // Sent together, so that the server reads the cancellation before it turns to the request.
    const asked = open.editor.connection.sendRequest(
      CompletionRequest.type,
      { textDocument: { uri: open.uri }, position: AT },
      source.token,
    );
    source.cancel();
    await assert.rejects(asked, (error) => error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled);
  });
});

function named({ items }: CompletionList, label: string): CompletionItem {
  return items.find((item) => item.label === label) ?? assert.fail(label);
}
