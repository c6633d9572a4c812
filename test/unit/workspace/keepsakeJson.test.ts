import assert from 'node:assert/strict';
import { MemoryFiles } from '../../support/coreFiles.ts';
import { grammarOnce } from '../../support/coreGrammar.ts';
import { Workspace } from '../../../server/src/workspace/workspace.ts';

const FLAKE = `{ outputs = { nixpkgs, ... }: { nixosConfigurations = {
  web = nixpkgs.lib.nixosSystem { modules = [ ./web.nix ]; };
  mail = nixpkgs.lib.nixosSystem { modules = [ ./mail.nix ]; };
}; }; }`;
const WEB = `{
  services.our-app.enable = true;
  services.grafana.enable = true;
  environment.persistence."/persist".directories = [ "/var/lib/nixos" ];
  environment.persistence."/persist".files = [ "/etc/machine-id" ];
}
`;

async function workspaceWith(json: string | null): Promise<{ workspace: Workspace; disk: MemoryFiles }> {
  const files: [string, string][] = [
    ['/w/flake.nix', FLAKE],
    ['/w/web.nix', WEB],
    ['/w/mail.nix', WEB],
  ];
  if (json !== null) files.push(['/w/keepsake.json', json]);
  const disk = new MemoryFiles(files);
  return { workspace: new Workspace({ grammar: await grammarOnce, fileSystem: disk, roots: ['/w'] }), disk };
}

/** Findings as `severity subject hosts`. */
async function told(json: string | null): Promise<readonly string[]> {
  const { workspace } = await workspaceWith(json);
  return tell(workspace);
}

function tell(workspace: Workspace): readonly string[] {
  return workspace
    .analysis()
    .findings.map(({ code, severity, subject, hosts }) =>
      hosts.length > 0 ? `${severity} ${subject} ${hosts.join(' ')}` : `${severity} ${code}`,
    );
}

/** What is told of the file itself, each with the text that it stands at. */
async function problems(json: string): Promise<readonly string[]> {
  const { workspace } = await workspaceWith(json);
  return workspace
    .analysis()
    .findings.filter(({ location }) => location.file === '/w/keepsake.json')
    .map(({ location, message }) => `${json.slice(location.start, location.end)} | ${message}`);
}

const silence = (rest: string): string => `{ "silence": [ { "code": "missing-service-state", "reason": "x"${rest} } ] }`;

const entry = (id: string, option: string): string =>
  `{ "id": "${id}", "title": "Ours", "options": ["${option}"], "paths": [{ "path": "/var/lib/our-app", "kind": "directory" }],
         "severity": "critical", "scope": "system", "loss": "Gone.", "source": "here", "verified": true }`;

const ALL = ['warning grafana mail', 'information journal-logs mail', 'warning grafana web', 'information journal-logs web'];

suite('keepsake.json', () => {
  test('without one, and with an empty one, everything is told', async () => {
    for (const json of [null, '', '{}', '{ /* nothing */ }']) assert.deepEqual(await told(json), ALL, String(json));
  });

  test('severities hold, and off is not at all', async () => {
    assert.deepEqual(await told('{ "severities": { "missing-critical-state": "off", "missing-service-state": "error" } }'), [
      'error grafana mail',
      'error grafana web',
    ]);
  });

  test('paths that may be lost are not told to be missing, on all hosts or on one', async () => {
    assert.deepEqual(await told('{ "ignore": ["/var/log/**", "/var/lib/gra*"], }'), []);
    assert.deepEqual(await told('{ "hosts": { "web": { "ignore": ["/var/l*/**"] } } }'), ALL.slice(0, 2));
    assert.deepEqual(await told('{ "ignore": ["/var/lib/grafana/x", "/var"] }'), ALL);
  });

  test('findings are silenced by code, host, path and file', async () => {
    assert.deepEqual(await told(silence('')), [ALL[1], ALL[3]]);
    assert.deepEqual(await told(silence(', "host": "mail"')), ALL.slice(1));
    assert.deepEqual(await told(silence(', "path": "/var/lib/grafana"')), [ALL[1], ALL[3]]);
    assert.deepEqual(await told(silence(', "path": "/var/lib/other"')), ALL);
    assert.deepEqual(await told(silence(', "file": "web.nix"')), [ALL[0], ALL[1], ALL[3]]);
    assert.deepEqual(await told(silence(', "file": "we"')), ALL);
  });

  test("state of one's own is told like the catalogue's, and replaces an entry of the same id", async () => {
    const own = await told(`{ "state": [ ${entry('our-app', 'services.our-app.enable')} ] }`);
    assert.deepEqual(own, ['error our-app mail', ...ALL.slice(0, 2), 'error our-app web', ...ALL.slice(2)]);
    assert.deepEqual(await told(`{ "state": [ ${entry('grafana', 'services.nothing.enable')} ] }`), [ALL[1], ALL[3]]);
  });

  test('patterns of what is made anew are known', async () => {
    const { workspace, disk } = await workspaceWith(
      '{ "ephemeral": [ { "pattern": "/var/lib/nixos", "reason": "Ours.", "safe": true } ] }',
    );
    assert.ok(disk.files.has('/w/keepsake.json'));
    const [host] = workspace.analysis().hosts;
    assert.ok(host);
    assert.equal(workspace.checks.knowledgeOf(host).ephemeral.paths.lookup('/var/lib/nixos')?.value.reason, 'Ours.');
  });

  test('what a team says of hosts is there for whoever connects', async () => {
    const { workspace } = await workspaceWith('{ "ignore": ["/a"], "hosts": { "web": { "ssh": "root@web", "ignore": ["/b"] } } }');
    const host = workspace.analysis().hosts.find(({ name }) => name === 'web');
    assert.ok(host);
    assert.equal(workspace.checks.settingsOf(host).ssh, 'root@web');
    assert.deepEqual(workspace.checks.ignoredPaths(host), ['/a', '/b']);
  });

  for (const [name, json, expected] of [
    ['an unknown key', '{ "severity": {} }', /^"severity" \| keepsake\.json: "severity" means nothing here; known are /],
    ['an unknown rule', '{ "severities": { "missing-stat": "off" } }', /^"missing-stat" \| .* means nothing here/],
    [
      'an unknown severity',
      '{ "severities": { "many-mounts": "never" } }',
      /^"never" \| .*one of "error", "warning", "information", "hint", "off"/,
    ],
    ['a list for an object', '{ "hosts": [] }', /^\[\] \| .*an object is wanted here, not a list/],
    ['a text for a list', '{ "ignore": "/var" }', /^"\/var" \| .*a list is wanted here, not a text/],
    ['a pattern that is none', '{ "ignore": ["var/cache"] }', /^"var\/cache" \| .*has to match/],
    ['a part that is missing', '{ "silence": [ { "code": "many-mounts" } ] }', /^\{ \| .*reason is missing here/],
    ['a key twice', '{ "ignore": [], "ignore": [] }', /^"ignore" \| .*is there twice/],
    ['another kind of value', '[]', /^\[\] \| .*an object is wanted here/],
    ['no JSON', '{ "ignore": [ }', /^\} \| .*this is no JSON/],
  ] as const)
    test(`told at its place: ${name}`, async () => {
      const [first = '', ...more] = await problems(json);
      assert.match(first, new RegExp(expected));
      assert.ok(more.length <= 1, more.join('\n'));
    });

  test('the sound parts of a file with a mistake hold', async () => {
    const json = '{ "severity": 1, "ignore": ["/var/log/**", 3], "severities": { "missing-service-state": "off", "x": "off" } }';
    assert.deepEqual(await told(json), ['warning keepsake-json', 'warning keepsake-json', 'warning keepsake-json']);
  });

  test('while the text is broken, what it said before stays; a changed file is read again, a deleted one forgotten', async () => {
    const { workspace, disk } = await workspaceWith('{ "ignore": ["/var/**"] }');
    assert.deepEqual(tell(workspace), []);
    workspace.openText('/w/keepsake.json', '{ "ignore": ["/var/**" }', 1);
    assert.deepEqual(tell(workspace), ['error keepsake-json']);
    workspace.openText('/w/keepsake.json', '{ "ignore": [] }', 2);
    assert.deepEqual(tell(workspace), ALL);
    workspace.closeText('/w/keepsake.json');
    assert.deepEqual(tell(workspace), []);
    disk.files.delete('/w/keepsake.json');
    workspace.structureChanged();
    assert.deepEqual(tell(workspace), ALL);
  });

  test('names that objects have anyway are names like others', async () => {
    const json = '{ "hosts": { "__proto__": { "ssh": "x" }, "constructor": { "ssh": "y" } }, "severities": { "toString": "off" } }';
    const [first = '', ...more] = await problems(json);
    assert.match(first, /^"toString" \| .*means nothing here/);
    assert.deepEqual(more, []);
  });
});
