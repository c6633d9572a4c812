import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validator, type Schema } from '@cfworker/json-schema';
import { cli, writeFiles } from './support.ts';

const schema = JSON.parse(readFileSync(new URL('../../fixtures/sarif/sarif-2.1.0-rtm.5.json', import.meta.url), 'utf8')) as Schema;
const sarif = new Validator(schema, '4', false);

/** Of a name that would end an annotation, begin another, or be a link. */
const ODD = 'a,b:c%25\\n::error::x[y](z){0}';

function flake(host: string): string {
  return `{ outputs = { nixpkgs, ... }: { nixosConfigurations."${host}" = nixpkgs.lib.nixosSystem { modules = [ (./. + "/a,b.nix") ]; }; }; }\n`;
}

const FILES = {
  'flake.nix': `{ outputs = { nixpkgs, ... }: { nixosConfigurations.web = nixpkgs.lib.nixosSystem { modules = [ ./sub/web.nix ]; }; }; }\n`,
  'sub/web.nix': `{
  services.openssh.enable = true;
  environment.persistence."/persist" = {
    directories = [ "/var/lib" "/var/log" ];
    files = [ "/etc/machine-id" ];
  };
}
`,
};

interface Log {
  readonly runs: readonly {
    readonly tool: {
      readonly driver: { readonly version?: string; readonly semanticVersion: string; readonly rules: readonly { readonly id: string }[] };
    };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: object };
      }[];
      readonly fixes?: readonly {
        readonly artifactChanges: readonly { readonly replacements: readonly { readonly insertedContent: { readonly text: string } }[] }[];
      }[];
      readonly partialFingerprints: object;
    }[];
  }[];
}

suite('formats of check', () => {
  let directory: string;
  setup(() => {
    directory = mkdtempSync(join(tmpdir(), 'keepsake-formats-'));
  });
  teardown(() => rmSync(directory, { recursive: true, force: true }));

  async function log(): Promise<Log> {
    const run = await cli(['check', directory, '--format', 'sarif']);
    const value = run.json();
    const { valid, errors } = sarif.validate(value);
    assert.ok(valid, JSON.stringify(errors, null, 2));
    return value as Log;
  }

  test('SARIF with what is found, where, and the edits that mend it', async () => {
    writeFiles(directory, FILES);
    const [run] = (await log()).runs;
    assert.equal(run?.tool.driver.semanticVersion, '1.2.3');
    assert.equal(run.results.length, 1);
    const [result] = run.results;
    assert.ok(result);
    assert.equal(result.level, 'error');
    assert.equal(run.tool.driver.rules[result.ruleIndex]?.id, result.ruleId);
    assert.deepEqual(result.locations[0]?.physicalLocation, {
      artifactLocation: { uri: 'sub/web.nix', uriBaseId: '%SRCROOT%' },
      region: { startLine: 2, startColumn: 3, endLine: 2, endColumn: 33 },
    });
    const inserted = result.fixes?.[0]?.artifactChanges[0]?.replacements.map(({ insertedContent }) => insertedContent.text).join('');
    assert.match(inserted ?? '', /"\/etc\/ssh\/ssh_host_ed25519_key"/);
  });

  test('SARIF of nothing, and of the same findings on other lines: their fingerprints stay', async () => {
    writeFiles(directory, FILES);
    const before = (await log()).runs[0]?.results[0]?.partialFingerprints;
    writeFiles(directory, { 'sub/web.nix': `\n\n${FILES['sub/web.nix']}` });
    assert.deepEqual((await log()).runs[0]?.results[0]?.partialFingerprints, before);
    writeFiles(directory, { 'sub/web.nix': FILES['sub/web.nix'].replace('true', 'false') });
    assert.deepEqual((await log()).runs[0]?.results, []);
  });

  test('SARIF with odd names: nothing is filled in, no link is made, addresses are escaped', async () => {
    writeFiles(directory, { 'flake.nix': flake(ODD), 'a,b.nix': FILES['sub/web.nix'] });
    const result = (await log()).runs[0]?.results[0];
    assert.equal(result?.locations[0]?.physicalLocation.artifactLocation.uri, 'a%2Cb.nix');
    assert.match(result.message.text, /\{\{0\}\}/);
    assert.doesNotMatch(result.message.text, /\]\(/);
  });

  test('GitHub annotations', async () => {
    writeFiles(directory, FILES);
    const { status, lines } = await cli(['check', directory, '--format', 'github']);
    assert.equal(status, 1);
    assert.equal(lines.length, 1);
    assert.match(
      lines[0] ?? '',
      /^::error file=sub\/web\.nix,line=2,endLine=2,col=3,endColumn=33,title=keepsake%3A missing-service-state::web: the SSH host keys .*%0Asub\/web\.nix:3:27: web keeps/,
    );
  });

  test('GitHub annotations of odd names are one command all the same', async () => {
    writeFiles(directory, { 'flake.nix': flake(ODD), 'a,b.nix': FILES['sub/web.nix'] });
    const { lines } = await cli(['check', directory, '--format', 'github']);
    assert.equal(lines.length, 1);
    const [line = ''] = lines;
    assert.match(line, /file=a%2Cb\.nix,line=2,/);
    assert.match(line, /a,b:c%2525/, 'a percent sign is escaped once more');
    assert.doesNotMatch(line, /[\x00-\x1f]/);
    assert.ok(line.startsWith('::error '));
  });
});
