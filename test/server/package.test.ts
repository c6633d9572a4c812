import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { skip } from '../support/skip.ts';
import { RULES } from '../../server/src/findings/rules.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const MOST_BYTES = 2.5 * 1024 * 1024;

/** All that may be in the package: what runs, what VS Code reads, and the papers. */
const ALLOWED = [
  /^extension\.vsixmanifest$/,
  /^\[Content_Types\]\.xml$/,
  /^extension\/(package\.json|readme\.md|changelog\.md|LICENSE\.txt)$/,
  /^extension\/dist\/(client|server|cli)\.js$/,
  /^extension\/dist\/[\w-]+\.wasm$/,
  /^extension\/dist\/THIRD-PARTY-LICENSES\.txt$/,
  /^extension\/media\/[\w-]+\.(svg|png)$/,
  /^extension\/syntaxes\/[\w.-]+\.json$/,
  /^extension\/syntaxes\/tree-sitter-nix\/LICENSE$/,
  /^extension\/schemas\/[\w.-]+\.json$/,
  /^extension\/docs\/(rules\/[\w-]+|keepsake-json|catalogue|CONTINUOUS-INTEGRATION)\.md$/,
  /^extension\/docs\/pictures\/[\w-]+\.png$/,
];

interface Manifest {
  readonly main: string;
  readonly bin: Record<string, string>;
  readonly contributes: {
    readonly grammars: readonly { readonly path: string }[];
    readonly jsonValidation: readonly { readonly url: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly { readonly media: { readonly image?: string; readonly markdown?: string } }[];
    }[];
    readonly viewsContainers: { readonly activitybar: readonly { readonly icon: string }[] };
  };
}

suite('package', () => {
  let directory: string;
  let file: string;
  let names: readonly string[];

  suiteSetup(async function () {
    this.timeout(300_000);
    for (const built of ['client.js', 'server.js', 'cli.js']) {
      if (!existsSync(join(root, 'dist', built))) skip(this, `dist/${built} is not built (npm run build)`);
    }
    directory = mkdtempSync(join(tmpdir(), 'keepsake-vsix-'));
    file = join(directory, 'keepsake.vsix');
    const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', file];
    await promisify(execFile)(process.execPath, [join(root, 'scripts/notices.mjs')], { cwd: root });
    await promisify(execFile)(process.execPath, [join(root, 'node_modules/@vscode/vsce/vsce'), 'package', ...options], { cwd: root });
    names = namesInZip(readFileSync(file));
  });
  suiteTeardown(() => {
    if (directory) rmSync(directory, { recursive: true, force: true });
  });

  test('is small', () => {
    const { size } = statSync(file);
    assert.ok(size < MOST_BYTES, `${size} bytes`);
  });

  test('holds only what runs', () => {
    assert.ok(names.length > 10);
    assert.deepEqual(
      names.filter((name) => !ALLOWED.some((pattern) => pattern.test(name))),
      [],
    );
  });

  test('holds the licences of what is bundled', () => {
    assert.ok(names.includes('extension/dist/THIRD-PARTY-LICENSES.txt'));
    const notices = readFileSync(join(root, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
    for (const name of Object.keys(dependencies)) assert.match(notices, new RegExp(`^${name} \\d`, 'm'));
    assert.match(notices, /Permission is hereby granted/);
  });

  test('holds everything that its manifest and its programs name', () => {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
    const { grammars, jsonValidation, viewsContainers, walkthroughs } = manifest.contributes;
    const media = walkthroughs.flatMap(({ steps }) => steps.map((step) => step.media.image ?? step.media.markdown ?? ''));
    // The link of each finding's code leads there.
    const pages = RULES.map(({ code }) => `docs/rules/${code}.md`);
    const icons = viewsContainers.activitybar.map(({ icon }) => icon);
    const named = [
      manifest.main,
      ...Object.values(manifest.bin),
      ...grammars.map(({ path }) => path),
      ...icons,
      ...media,
      ...pages,
      ...jsonValidation.map(({ url }) => url),
    ];
    const wasm = ['dist/web-tree-sitter.wasm', 'dist/tree-sitter-nix.wasm', 'dist/server.js'];
    for (const path of [...named, ...wasm]) assert.ok(names.includes(`extension/${path.replace(/^\.\//, '')}`), path);
  });
});

/** Names of the files in a zip archive, from its central directory (APPNOTE 4.3.12). */
function namesInZip(zip: Buffer): readonly string[] {
  const names: string[] = [];
  const entry = Buffer.from('PK\u0001\u0002', 'latin1');
  const end = zip.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  let at = zip.readUInt32LE(end + 16);
  while (zip.subarray(at, at + 4).equals(entry)) {
    const [name, extra, comment] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)];
    names.push(zip.toString('utf8', at + 46, at + 46 + name));
    at += 46 + name + extra + comment;
  }
  return names;
}
