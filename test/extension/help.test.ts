import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from '../vscode-host/until.ts';
import { finding, open, restoreFleet, rewrite } from './editing.ts';

const STORAGE = 'hosts/tank/persistence.nix';
const CAUSE = 'hosts/tank/configuration.nix';

/** The place behind the only text that is `what` and begins with it. */
function behind(document: vscode.TextDocument, what: string): vscode.Position {
  const at = document.getText().indexOf(what);
  assert.ok(at >= 0 && !document.getText().includes(what, at + 1), `${what} stands once`);
  return document.positionAt(at + what.length);
}

/** What VS Code shows when the pointer rests at a place, of all that tell something. */
async function hoverText(document: vscode.TextDocument, at: vscode.Position): Promise<string> {
  const found = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, at);
  const contents = found.flatMap((each) => each.contents as vscode.MarkdownString[]);
  for (const each of contents) assert.ok(each.isTrusted !== true && each.supportHtml !== true, 'no commands and no HTML');
  return contents.map(({ value }) => value).join('\n');
}

async function completionsAt(document: vscode.TextDocument, at: vscode.Position, resolve = 0): Promise<vscode.CompletionItem[]> {
  const list = await vscode.commands.executeCommand<vscode.CompletionList>(
    'vscode.executeCompletionItemProvider',
    document.uri,
    at,
    undefined,
    resolve,
  );
  return list.items.filter(({ detail }) => detail !== undefined);
}

async function definition(of: vscode.TextDocument, at: vscode.Position): Promise<(vscode.Location | vscode.LocationLink)[]> {
  return await vscode.commands.executeCommand('vscode.executeDefinitionProvider', of.uri, at);
}

const labelOf = ({ label }: vscode.CompletionItem): string => (typeof label === 'string' ? label : label.label);

suite('help while writing', () => {
  setup(async () => {
    await restoreFleet();
    // When there are findings, the fleet is read.
    await finding((await open(STORAGE)).document, 'missing-critical-state', /\/var\/log/);
  });
  teardown(restoreFleet);

  test('a list is completed with what the host lacks first, and its documentation', async () => {
    const { document } = await open(STORAGE);
    await rewrite(document, '      "/var/lib/postgresql"\n', '      "/var/lib/postgresql"\n      ""\n');
    const items = await completionsAt(document, behind(document, '"/var/lib/postgresql"\n      "'), 5);
    const [first] = items.toSorted((a, b) => ((a.sortText ?? '') < (b.sortText ?? '') ? -1 : 1));
    assert.match(first?.detail ?? '', /: not kept$/);
    const log = items.find((item) => labelOf(item) === '/var/log');
    assert.match(log?.detail ?? '', /: not kept$/);
    assert.ok(items.some((item) => labelOf(item) === '/var/lib/jellyfin'));
    assert.ok(!items.some((item) => labelOf(item) === '/var/lib/nixos'), 'it is there already');
    const documentation = (first?.documentation as vscode.MarkdownString | undefined)?.value;
    assert.match(documentation ?? '', /^\*\*/);
  });

  test('a completion is taken as it is typed, in a text that does not parse', async () => {
    const editor = await open(STORAGE);
    const { document } = editor;
    await rewrite(document, '      "/var/lib/postgresql"\n', '      "/var/lib/postgresql"\n      "/var/lo\n');
    const at = behind(document, '"/var/lo');
    editor.selection = new vscode.Selection(at, at);
    const before = document.getText();
    await vscode.commands.executeCommand('editor.action.triggerSuggest');
    await until('a completion to be taken', async () => {
      await vscode.commands.executeCommand('acceptSelectedSuggestion');
      return document.getText() !== before;
    });
    assert.match(document.getText(), /^ {6}"\/var\/lib\/postgresql"\n {6}"\/var\/log"\n {4}\];$/m);
  });

  test('an entry tells what writes it, and the option what it implies', async () => {
    const { document } = await open(STORAGE);
    const entry = await hoverText(document, behind(document, '"/var/lib/postg'));
    assert.match(entry, /PostgreSQL/);
    assert.match(entry, /configuration\\?\.nix/);
    assert.match(entry, /Host\\?: tank/);
    const cause = (await open(CAUSE)).document;
    assert.match(await hoverText(cause, behind(cause, 'services.openssh.ena')), /host keys/i);
  });

  test('definition leads from an entry to the option and back', async () => {
    const { document } = await open(STORAGE);
    const [option] = await definition(document, behind(document, '"/var/lib/postg'));
    assert.ok(option && 'targetUri' in option);
    assert.match(option.targetUri.path, /configuration\.nix$/);
    const cause = await vscode.workspace.openTextDocument(option.targetUri);
    assert.match(cause.getText(option.targetRange), /enable = true/);
    const [entry] = await definition(cause, option.targetRange.start);
    assert.ok(entry && 'targetUri' in entry);
    assert.equal(document.getText(entry.targetRange), '"/var/lib/postgresql"');
  });

  test('a lens counts, and shows the places it counts', async () => {
    const { document } = await open(STORAGE);
    const [lens] = await until('the lens', async () => {
      const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 10);
      return found.length > 0 && found;
    });
    assert.match(lens?.command?.title ?? '', /^tank: 3 entries, \d+ missing$/);
    assert.equal(lens?.command?.command, 'keepsake.showPlaces');
    await vscode.commands.executeCommand('keepsake.showPlaces', ...(lens?.command?.arguments ?? []));
  });

  test('the outline has the storage with its entries', async () => {
    const { document } = await open(STORAGE);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', document.uri);
    const storage = symbols.find(({ name }) => name === '/persist');
    assert.deepEqual(
      storage?.children.map(({ name }) => name),
      ['/var/lib/nixos', '/var/lib/postgresql', '/etc/machine-id'],
    );
  });

  test('colours Nix where nothing else does', async () => {
    const { document } = await open(STORAGE);
    const legend = await vscode.commands.executeCommand<vscode.SemanticTokensLegend | undefined>(
      'vscode.provideDocumentSemanticTokensLegend',
      document.uri,
    );
    assert.ok(legend?.tokenTypes.includes('property'));
    const tokens = await vscode.commands.executeCommand<vscode.SemanticTokens>('vscode.provideDocumentSemanticTokens', document.uri);
    assert.ok(tokens.data.length > 0);
  });

  test('hints are off until they are switched on', async () => {
    const { document } = await open('hosts/anvil/persistence.nix');
    const all = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = async (): Promise<readonly vscode.InlayHint[]> =>
      await vscode.commands.executeCommand<vscode.InlayHint[]>('vscode.executeInlayHintProvider', document.uri, all);
    assert.deepEqual(await hints(), []);
    const settings = vscode.workspace.getConfiguration('keepsake');
    await settings.update('inlayHints.resolvedPaths', true, vscode.ConfigurationTarget.Global);
    try {
      const [hint] = await until('hints', async () => {
        const found = await hints();
        return found.length > 0 && found;
      });
      assert.ok(typeof hint?.label === 'string' && hint.label.startsWith('= /home/'));
    } finally {
      await settings.update('inlayHints.resolvedPaths', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
