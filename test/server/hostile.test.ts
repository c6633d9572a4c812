import assert from 'node:assert/strict';
import {
  CodeLensRequest,
  CompletionRequest,
  CompletionResolveRequest,
  DocumentSymbolRequest,
  HoverRequest,
  InlayHintRequest,
  type CompletionList,
  type DocumentSymbol,
  type MarkupContent,
} from 'vscode-languageserver/node';
import { VSCODE } from './editor.ts';
import { useOpenFile } from './openFile.ts';

/** What would be a link that runs a command, a picture, or hidden, were it shown as it is. */
const ODD = '[x](command:evil) <img src=x> ![y](https://x.example/y) `z` \u202e\u0007';
const NIX = ODD.replaceAll('"', String.raw`\"`);
const STATE = {
  id: 'our-app',
  title: `Title ${ODD}`,
  options: ['services.ourApp.enable'],
  paths: [
    { path: '/var/lib/our-app', kind: 'directory', user: ODD, mode: '0700' },
    { path: '/var/lib/our-queue', kind: 'directory', user: ODD, mode: '0700' },
  ],
  severity: 'data',
  scope: 'system',
  loss: `Loss ${ODD}`,
  note: `Note ${ODD}`,
  source: 'ours',
  verified: true,
};
const WEB = `{ mystery, config, ... }: {
  services.ourApp.enable = true;
  environment.persistence."/persist ${NIX}" = {
    directories = [
      "/var/lib/our-app"
    ] ++ (if mystery.x == "${NIX}" then [ "/srv/${NIX}" ] else [ ]);
    users."${NIX}".directories = [ "odd" ];
  };
  users.users."${NIX}".home = "/home/${NIX}";
}
`;
const HOST = `web ${ODD}`;
const FLAKE = `{ outputs = { nixpkgs, ... }: {
  nixosConfigurations."${NIX.replace(/^/, 'web ')}" = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; };
}; }
`;

/** Nothing but what we write ourselves is markup: outside of code, only links to files. */
function assertHarmless(markup: MarkupContent): void {
  assert.equal(markup.kind, 'markdown');
  const bare = markup.value
    .replaceAll(/(`+)[^`](?:.*?[^`])?\1(?!`)/g, '')
    .replaceAll(/\\[!-/:-@[-`{-~]/g, '')
    .replaceAll(/\[[^\][]*\]\(<file:[^<>\s]*>\)/g, '');
  assert.doesNotMatch(bare, /command:|\]\(|<|!\[|https?:|`/, markup.value);
  assertPlain(markup.value);
}

function assertPlain(text: string): void {
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/, JSON.stringify(text));
}

suite('server: hostile names and texts', () => {
  const open = useOpenFile(WEB, { 'flake.nix': FLAKE, 'keepsake.json': JSON.stringify({ state: [STATE] }) });
  const settings = { 'keepsake.inlayHints.resolvedPaths': true };
  const at = (text: string) => {
    const before = WEB.slice(0, WEB.indexOf(text)).split('\n');
    return { textDocument: { uri: open.uri }, position: { line: before.length - 1, character: (before.at(-1)?.length ?? 0) + 2 } };
  };

  test('are text in every hover', async () => {
    await open.start();
    await open.editor.until('the host', () => open.editor.hosts.length === 1);
    let told = 0;
    for (const place of ['services.ourApp', '"/persist', '"/var/lib/our-app"', '"/srv', '"odd"']) {
      const hover = await open.editor.connection.sendRequest(HoverRequest.type, at(place));
      if (!hover) continue;
      told++;
      assertHarmless(hover.contents as MarkupContent);
    }
    assert.ok(told >= 4, `${told} places had something to tell`);
  });

  test('are text in completion, its documentation, lenses, symbols and hints', async () => {
    await open.start({ settings, capabilities: VSCODE });
    await open.editor.until('the host', () => open.editor.hosts.length === 1);
    await open.editor.change(open.uri, WEB.replace('"/var/lib/our-app"\n', '"\n'));
    const list = (await open.editor.connection.sendRequest(CompletionRequest.type, {
      textDocument: { uri: open.uri },
      position: { line: 4, character: 7 },
    })) as CompletionList;
    const item = list.items.find(({ label }) => label === '/var/lib/our-queue') ?? assert.fail('our own state is not offered');
    for (const { label, detail } of list.items) assertPlain(`${label} ${detail ?? ''}`);
    const resolved = await open.editor.connection.sendRequest(CompletionResolveRequest.type, item);
    assertHarmless(resolved.documentation as MarkupContent);
    await open.editor.change(open.uri, WEB);
    const lenses = (await open.editor.connection.sendRequest(CodeLensRequest.type, { textDocument: { uri: open.uri } })) ?? [];
    assert.ok(lenses.length > 0);
    for (const { command } of lenses) assertPlain(command?.title ?? '');
    const symbols = (await open.editor.connection.sendRequest(DocumentSymbolRequest.type, {
      textDocument: { uri: open.uri },
    })) as DocumentSymbol[];
    assert.ok(symbols.length > 0);
    for (const each of symbols.flatMap((storage) => [storage, ...(storage.children ?? [])])) {
      assert.notEqual(each.name, '');
      assertPlain(`${each.name} ${each.detail ?? ''}`);
    }
    const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const hints = (await open.editor.connection.sendRequest(InlayHintRequest.type, { textDocument: { uri: open.uri }, range })) ?? [];
    assert.ok(hints.length > 0);
    for (const { label } of hints) assertPlain(JSON.stringify(label));
  });

  test('are text in findings, and a host keeps its name', async () => {
    await open.start();
    await open.editor.until('the host', () => open.editor.hosts.length === 1);
    assert.deepEqual(
      open.editor.hosts.map(({ name }) => name),
      [HOST],
    );
    const found = [...open.editor.diagnostics.values()].flatMap(({ diagnostics }) => diagnostics);
    assert.ok(found.length > 0);
    for (const { message, relatedInformation = [] } of found)
      for (const text of [message, ...relatedInformation.map((each) => each.message)])
        assertPlain(typeof text === 'string' ? text : JSON.stringify(text));
  });
});
