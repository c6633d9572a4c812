import assert from 'node:assert/strict';
import {
  CodeLensRequest,
  DefinitionRequest,
  DidChangeConfigurationNotification,
  DocumentSymbolRequest,
  HoverRequest,
  InlayHintRequest,
  ReferencesRequest,
  SemanticTokensRequest,
  type DocumentSymbol,
  type LocationLink,
  type MarkupContent,
  type Position,
  type SymbolInformation,
} from 'vscode-languageserver/node';
import { codeSpan, escapeMarkdown } from '../../server/src/lsp/markup.ts';
import { VSCODE } from './editor.ts';
import { useOpenFile } from './openFile.ts';

const HOSTILE = '/srv/[x](command:evil) <img src=x> `y` www.x.example';
const WEB = `{ config, ... }: {
  services.postgresql.enable = true;
  users.users.alice.isNormalUser = true;
  environment.persistence."/persist" = {
    directories = [
      "/var/lib/postgresql"
      ${JSON.stringify(HOSTILE)}
    ];
    files = [ "/etc/machine-id" ];
    users.alice.directories = [ ".ssh" ];
  };
}
`;
const STORAGE: Position = { line: 3, character: 28 };
const ENTRY: Position = { line: 5, character: 10 };
const HOSTILE_ENTRY: Position = { line: 6, character: 10 };
const OPTION: Position = { line: 1, character: 10 };

suite('server: help while writing', () => {
  const open = useOpenFile(WEB);
  const hover = async (position: Position, uri = open.uri) => {
    const found = await open.editor.connection.sendRequest(HoverRequest.type, { textDocument: { uri }, position });
    return found && { range: found.range, ...(found.contents as MarkupContent) };
  };
  const at = (position: Position) => ({ textDocument: { uri: open.uri }, position });

  test('hover tells of an entry in Markdown', async () => {
    await open.start();
    const found = await hover(ENTRY);
    assert.equal(found?.kind, 'markdown');
    assert.deepEqual(found?.range, { start: { line: 5, character: 6 }, end: { line: 5, character: 27 } });
    assert.match(found?.value ?? '', /^\*\*`\/var\/lib\/postgresql` \\\(directory\\\)\*\*\n\n/);
    assert.match(found?.value ?? '', /\n- Kept in `\/persist\/var\/lib\/postgresql`\n/);
    assert.match(found?.value ?? '', /because of `services\.postgresql\.enable` in \[web\\\.nix\\:2\]\(<file:.*#L2>\)/);
    assert.match((await hover(OPTION))?.value ?? '', /^\*\*PostgreSQL/);
    assert.match((await hover(STORAGE))?.value ?? '', /^\*\*Storage `\/persist`\*\*/);
    assert.equal(await hover({ line: 2, character: 4 }), null);
  });

  test('what a path says is never markup', async () => {
    await open.start();
    const { value } = (await hover(HOSTILE_ENTRY)) ?? assert.fail();
    // A code span whose fence is longer than the backticks in it: nothing inside is read as Markdown.
    assert.ok(value.startsWith(`**\`\`${HOSTILE}\`\``), value);
    const outside = value.replaceAll(/(`+)[^`](?:.*?[^`])?\1(?!`)/g, '');
    assert.doesNotMatch(outside, /command:|<img|www\.x/);
  });

  test('nor is what a catalogue says', () => {
    for (const text of [
      '[a](command:b)',
      '<b>',
      '![](http://x)',
      'https://x.example',
      'www.x.example',
      'a@b.example',
      '# a',
      '- a',
      '1. a',
      '`a`',
      '*a* _a_ ~~a~~ | a',
    ])
      assert.doesNotMatch(escapeMarkdown(text).replace(/\\[!-/:-@[-`{-~]/g, ''), /[[\]()<>!`*_~|#@:]|^[-+]|\bwww\.|^\d+\./, text);
    assert.equal(escapeMarkdown('a\n\n# b\u202e'), String.raw`a\\x0a\\x0a\# b\\u202e`);
    assert.equal(codeSpan('a``b`'), '``` a``b` ```');
    assert.equal(codeSpan('a\nb'), '`a\\x0ab`');
    assert.equal(codeSpan(''), '');
  });

  test('hover is plain text for an editor that shows no Markdown', async () => {
    await open.start({ capabilities: { ...VSCODE, textDocument: { ...VSCODE.textDocument, hover: { contentFormat: ['plaintext'] } } } });
    const found = await hover(ENTRY);
    assert.equal(found?.kind, 'plaintext');
    assert.doesNotMatch(found?.value ?? '', /[*`\\]/);
    assert.match(found?.value ?? '', /because of services\.postgresql\.enable in web\.nix:2$/m);
  });

  test('a file that belongs to no host is told of on its own', async () => {
    await open.start();
    const uri = open.folder.uri('loose.nix');
    await open.editor.open(uri, WEB);
    assert.match((await hover(ENTRY, uri))?.value ?? '', /This file belongs to no host that was found/);
    assert.match((await hover(OPTION, uri))?.value ?? '', /is kept in `\/persist`/);
    const [lens] = (await open.editor.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri } })) ?? [];
    assert.equal(lens?.command?.title, '4 entries');
  });

  test('places follow a text that does not parse', async () => {
    await open.start();
    await open.editor.change(open.uri, '\n\n  # new\n  x = [ ;\n', { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } });
    const found = await hover({ line: ENTRY.line + 4, character: ENTRY.character });
    assert.deepEqual(found?.range?.start, { line: 9, character: 6 });
    assert.match(found?.value ?? '', /web\\\.nix\\:6\]\(<file:.*#L6>/);
    assert.equal(await hover({ line: 4, character: 3 }), null);
  });

  test('definition and references lead from an entry to the option and back', async () => {
    await open.start();
    const links = (await open.editor.connection.sendRequest(DefinitionRequest.type, at(ENTRY))) as LocationLink[];
    assert.deepEqual(
      links.map(({ originSelectionRange, targetUri, targetRange }) => [
        originSelectionRange?.start.line,
        targetUri,
        targetRange.start.line,
      ]),
      [[ENTRY.line, open.uri, OPTION.line]],
    );
    const [back] = (await open.editor.connection.sendRequest(DefinitionRequest.type, at(OPTION))) as LocationLink[];
    assert.equal(back?.targetRange.start.line, ENTRY.line);
    const context = { includeDeclaration: true };
    const references = await open.editor.connection.sendRequest(ReferencesRequest.type, { ...at(ENTRY), context });
    assert.deepEqual(
      references?.map(({ range }) => range.start.line),
      [OPTION.line, ENTRY.line],
    );
    assert.equal(await open.editor.connection.sendRequest(DefinitionRequest.type, at({ line: 2, character: 4 })), null);
  });

  test('symbols are storages with entries, or a list of both', async () => {
    await open.start();
    const symbols = (await open.editor.connection.sendRequest(DocumentSymbolRequest.type, {
      textDocument: { uri: open.uri },
    })) as DocumentSymbol[];
    assert.deepEqual(
      symbols.map(({ name, children }) => [name, children?.map((each) => each.name)]),
      [['/persist', ['/var/lib/postgresql', HOSTILE, '/etc/machine-id', '.ssh']]],
    );
    await open.editor.end();
    await open.start({ capabilities: { ...VSCODE, textDocument: { ...VSCODE.textDocument, documentSymbol: {} } } });
    const flat = (await open.editor.connection.sendRequest(DocumentSymbolRequest.type, {
      textDocument: { uri: open.uri },
    })) as SymbolInformation[];
    assert.deepEqual(flat.map(({ name, location }) => [name, location.range.start.line]).slice(0, 2), [
      ['/persist', STORAGE.line],
      ['/var/lib/postgresql', ENTRY.line],
    ]);
  });

  test('a lens over the storage counts entries and what is missing, and leads there where the editor can', async () => {
    await open.start({ options: { commands: ['keepsake.showPlaces'] } });
    const [lens, ...others] = (await open.editor.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri: open.uri } })) ?? [];
    assert.deepEqual(others, []);
    const missing = (open.editor.diagnostics.get(open.uri)?.diagnostics ?? []).filter(({ code }) =>
      String(code).startsWith('missing-'),
    ).length;
    assert.ok(missing > 0);
    assert.equal(lens?.command?.title, `web: 4 entries, ${missing} missing`);
    assert.deepEqual(lens?.range.start, { line: STORAGE.line, character: 26 });
    assert.equal(lens?.command?.command, 'keepsake.showPlaces');
    const places: unknown = lens?.command?.arguments?.[2];
    assert.ok(Array.isArray(places) && places.length > 4);
    await open.editor.end();
    await open.start();
    const [text] = (await open.editor.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri: open.uri } })) ?? [];
    assert.deepEqual([text?.command?.command, text?.command?.arguments], ['', []]);
  });

  test('lenses are asked for again when a model is a new one', async () => {
    await open.start();
    await open.editor.until('the first', () => open.editor.refreshed.includes('lenses'));
    open.editor.refreshed.length = 0;
    await open.editor.change(open.uri, ' "/var/log"', { start: { line: 5, character: 27 }, end: { line: 5, character: 27 } });
    await open.editor.until('another', () => open.editor.refreshed.includes('lenses'));
    const [lens] = (await open.editor.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri: open.uri } })) ?? [];
    assert.match(lens?.command?.title ?? '', /^web: 5 entries/);
  });

  test('hints are off, and tell whole paths when they are switched on', async () => {
    const params = { textDocument: { uri: open.uri }, range: { start: { line: 0, character: 0 }, end: { line: 12, character: 0 } } };
    await open.start();
    assert.equal(await open.editor.connection.sendRequest(InlayHintRequest.type, params), null);
    await open.editor.end();
    await open.start({ settings: { 'keepsake.inlayHints.resolvedPaths': true } });
    const hints = await open.editor.connection.sendRequest(InlayHintRequest.type, params);
    assert.deepEqual(
      hints?.map(({ label, position }) => [label, position.line]),
      [['= /home/alice/.ssh', 9]],
    );
    assert.deepEqual(
      await open.editor.connection.sendRequest(InlayHintRequest.type, { ...params, range: { start: ENTRY, end: ENTRY } }),
      [],
    );
    open.editor.refreshed.length = 0;
    await open.editor.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
    await open.editor.until('hints are asked for again', () => open.editor.refreshed.includes('hints'));
  });

  test('colours are given only to an editor that asks for them', async () => {
    await open.start();
    assert.equal(open.editor.initialized.capabilities.semanticTokensProvider, undefined);
    await open.editor.end();
    await open.start({ options: { colourNix: true } });
    assert.ok(open.editor.initialized.capabilities.semanticTokensProvider);
    const tokens = await open.editor.connection.sendRequest(SemanticTokensRequest.type, { textDocument: { uri: open.uri } });
    // `config`, the first token: line, column, length, a parameter.
    assert.deepEqual(tokens?.data.slice(0, 4), [0, 2, 6, 6]);
  });
});
