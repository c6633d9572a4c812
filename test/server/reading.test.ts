import assert from 'node:assert/strict';
import { HoverRequest, WorkDoneProgressCancelNotification, type Hover } from 'vscode-languageserver/node';
import { Editor, folderWith } from './editor.ts';
import { WEB } from './fixture.ts';

const HOSTS = 12;

/** A flake of a dozen hosts that share a file. */
const FLAKE = `{
  outputs = { nixpkgs, ... }: {
    nixosConfigurations = nixpkgs.lib.genAttrs [ ${Array.from({ length: HOSTS }, (_, i) => `"h${i}"`).join(' ')} ] (name:
      nixpkgs.lib.nixosSystem { modules = [ ./web.nix { networking.hostName = name; } ]; });
  };
}
`;
const CUT = WEB.replace('"/var/lib/nixos"', '');

suite('reading a workspace', () => {
  let editor: Editor;
  const folders: ReturnType<typeof folderWith>[] = [];
  const folder = (files: Readonly<Record<string, string>>): ReturnType<typeof folderWith> => {
    const made = folderWith(files);
    folders.push(made);
    return made;
  };
  teardown(async () => {
    await editor.end();
    for (const each of folders.splice(0)) each.remove();
  });

  test('says how far it is, a host at a time', async () => {
    const made = folder({ 'flake.nix': FLAKE, 'web.nix': WEB });
    editor = await Editor.start({ folders: [made.path], slice: 0 });
    await editor.findings(made.uri('web.nix'), (all) => all.length > 0);
    // Each is read first, then the rules are asked about each.
    assert.deepEqual(editor.progress, ['begin', ...Array.from({ length: 2 * HOSTS }, () => 'report'), 'end']);
    await editor.until('the hosts', () => editor.hosts.length === HOSTS);
  });

  test('answers in between, and reads a text that changes meanwhile', async () => {
    const made = folder({ 'flake.nix': FLAKE, 'web.nix': WEB });
    const asked: Promise<Hover | null>[] = [];
    let answeredAfter = 0;
    let changed = false;
    editor = await Editor.start({
      folders: [made.path],
      slice: 0,
      onProgress: (connection, _token, kind) => {
        if (kind !== 'report' || changed) return;
        changed = true;
        const hover = connection.sendRequest(HoverRequest.type, {
          textDocument: { uri: made.uri('web.nix') },
          position: { line: 0, character: 0 },
        });
        asked.push(hover);
        void hover.then(() => (answeredAfter = editor.progress.length));
        void editor.open(made.uri('web.nix'), CUT);
      },
    });
    // The findings are of the text as it is in the editor, and told once.
    const found = await editor.findings(made.uri('web.nix'), (_, version) => version === 1);
    assert.ok(found.some(({ message }) => JSON.stringify(message).includes('/var/lib/nixos')));
    await Promise.all(asked);
    assert.ok(answeredAfter < HOSTS, `answered after ${answeredAfter} steps`);
  });

  test('can be cancelled, and goes on with the next change', async () => {
    const made = folder({ 'flake.nix': FLAKE, 'web.nix': CUT });
    let reports = 0;
    editor = await Editor.start({
      folders: [made.path],
      slice: 0,
      onProgress: (connection, token, kind) => {
        if (kind === 'report' && ++reports === 2) void connection.sendNotification(WorkDoneProgressCancelNotification.type, { token });
      },
    });
    await editor.until('the end of the progress', () => editor.progress.at(-1) === 'end');
    assert.ok(reports < HOSTS, `${reports} hosts were read`);
    assert.equal(editor.published.size, 0);
    assert.deepEqual(await editor.request('keepsake/hosts', null), []);
    await editor.open(made.uri('web.nix'), `${CUT}\n`);
    const found = await editor.findings(made.uri('web.nix'), (all) => all.length > 0);
    assert.ok(found.length > 0);
    await editor.until('the hosts', () => editor.hosts.length === HOSTS);
  });

  test('tells what could not be read when it is asked, with the hosts, and never by itself', async () => {
    const text = '{ pkgs, mystery, ... }: { imports = [ mystery.module ]; }\n';
    const made = folder({ 'flake.nix': FLAKE, 'web.nix': text });
    editor = await Editor.start({ folders: [made.path] });
    await editor.until('the hosts', () => editor.hosts.length === HOSTS);
    const places = await editor.request('keepsake/unread', null);
    const [place] = places;
    assert.ok(place && places.length === 1, JSON.stringify(places));
    assert.equal(place.hosts.length, HOSTS);
    assert.equal(place.location.uri, made.uri('web.nix'));
    assert.match(place.reason, /mystery/);
    const { start } = place.location.range;
    const hover = await editor.connection.sendRequest(HoverRequest.type, { textDocument: { uri: made.uri('web.nix') }, position: start });
    assert.match(JSON.stringify(hover?.contents), /could not read this.*mystery/);
    assert.deepEqual(
      [...editor.diagnostics.values()].flatMap(({ diagnostics }) => diagnostics),
      [],
    );
  });
});
