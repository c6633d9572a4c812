import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The text of every source file by its path from the project's root. */
type Files = ReadonlyMap<string, string>;

const root = fileURLToPath(new URL('../..', import.meta.url));
const MAX_LINES = 400;

/** Rooms of the server, lowest first; a room may use those that it is given here, and itself. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  // What a text may be, wherever it is shown or sent: all rooms may ask it.
  text: [],
  catalogue: [],
  syntax: [],
  nix: ['syntax'],
  module: ['nix', 'syntax'],
  persistence: ['module', 'nix', 'syntax'],
  host: ['persistence', 'module', 'nix', 'syntax'],
  findings: ['host', 'persistence', 'module', 'nix', 'syntax', 'catalogue'],
  edits: ['syntax'],
  assist: ['edits', 'host', 'persistence', 'module', 'nix', 'syntax', 'catalogue', 'findings'],
  // What a path really is on a host is asked by remote, in host's words.
  remote: ['catalogue', 'host (types)'],
  // What a host keeps is handed to the live side as a function, whose type is remote's.
  workspace: ['assist', 'findings', 'edits', 'host', 'persistence', 'module', 'nix', 'syntax', 'catalogue', 'remote (types)'],
  lsp: ['workspace', 'assist', 'findings', 'edits', 'remote', 'host', 'persistence', 'module', 'nix', 'syntax', 'catalogue', 'protocol'],
  cli: ['workspace', 'findings', 'edits', 'remote', 'host', 'persistence', 'module', 'nix', 'syntax', 'catalogue', 'protocol'],
  main: ['lsp', 'workspace', 'syntax', 'remote'],
  // Says how the server's two sides speak: remote answers with its shapes.
  protocol: [],
};

/** Rooms that may import the shapes that travel, which import nothing themselves. */
const SPEAKS_PROTOCOL = new Set(['remote', 'lsp', 'main']);

/** Rooms of the server that the client sees. */
const SEEN_BY_CLIENT = new Set(['protocol', 'text']);

/** Packages with the only places where they may be seen. */
const PACKAGES: readonly (readonly [pattern: RegExp, places: RegExp])[] = [
  [/^vscode$/, /^client\//],
  [/^vscode-languageclient/, /^client\//],
  [/^vscode-languageserver(?!-textdocument)/, /^server\/src\/(lsp\/|main\.ts)/],
  [/^vscode-languageserver-textdocument/, /^server\/src\/lsp\//],
  [/^vscode-uri/, /^server\/src\/lsp\//],
  [/^web-tree-sitter/, /^server\/src\/syntax\//],
  [
    /^(node:)?(fs|fs\/promises|child_process|net|http|https|dgram|tls|worker_threads)$/,
    /^server\/src\/(workspace\/fileSystem\.ts|remote\/|cli\/|lsp\/|main\.ts)|^client\//,
  ],
  [
    /^(node:)?(fs|fs\/promises)$/,
    /^server\/src\/(workspace\/fileSystem\.ts|remote\/(capture|askpass|ownFolder)\.ts|cli\/|lsp\/|main\.ts)|^client\//,
  ],
];

interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
  readonly reExport: boolean;
}

/** All static imports and re-exports of a module, and dynamic ones with a literal. Comments and strings of other kinds are no imports. */
function importsOf(text: string): readonly Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found: Import[] = [];
  for (const match of code.matchAll(/^\s*(import|export)\s+(type\s+)?([^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm)) {
    const [, keyword, type, from, specifier] = match;
    if (keyword === 'export' && from === undefined) continue;
    // `import { type A, type B }` says the same as `import type { A, B }`.
    const names =
      /\{([^}]*)\}/
        .exec(from ?? '')?.[1]
        ?.split(',')
        .filter((name) => name.trim() !== '') ?? [];
    const allTypes = names.length > 0 && /^\s*\{/.test(from ?? '') && names.every((name) => /^\s*type\s/.test(name));
    found.push({ specifier: specifier ?? '', typeOnly: type !== undefined || allTypes, reExport: keyword === 'export' });
  }
  for (const match of code.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g))
    found.push({ specifier: match[1] ?? '', typeOnly: false, reExport: false });
  return found;
}

function roomOf(file: string): string {
  const [side = '', , room = ''] = file.split('/');
  return side === 'server' ? room.replace(/\.ts$/, '') : 'client';
}

/** One sentence for each arrow that points the wrong way. */
function wrongArrows(files: Files): readonly string[] {
  const problems: string[] = [];
  for (const [file, text] of files)
    for (const { specifier, typeOnly } of importsOf(text)) {
      if (!specifier.startsWith('.')) {
        for (const [pattern, places] of PACKAGES)
          if (pattern.test(specifier) && !places.test(file)) problems.push(`${file} must not see ${specifier}`);
        continue;
      }
      const target = posix.normalize(posix.join(posix.dirname(file), specifier));
      if (!target.endsWith('.json') && !files.has(target))
        problems.push(`${file} imports ${specifier}, which is not there or not written with .ts`);
      const from = roomOf(file);
      const to = target === 'package.json' ? 'package.json' : roomOf(target);
      if (from === to || to === 'package.json') continue;
      if (from === 'client') {
        if (!SEEN_BY_CLIENT.has(to))
          problems.push(`${file} must not import ${target}: of the server the client sees ${[...SEEN_BY_CLIENT].join(' and ')} only`);
        continue;
      }
      const may = ROOMS[from];
      const allowed =
        (to === 'text' && from !== 'protocol') ||
        may?.includes(to) === true ||
        (typeOnly && may?.includes(`${to} (types)`) === true) ||
        (to === 'protocol' && SPEAKS_PROTOCOL.has(from));
      if (!allowed) problems.push(`${file} must not import ${target}: ${from} does not stand above ${to}`);
    }
  return problems;
}

/** Each circle of imports once, as the files it goes through. Circles of types only count too: they say that two files are one. */
function cycles(files: Files): readonly string[] {
  const edges = new Map<string, readonly string[]>();
  for (const [file, text] of files) {
    const targets = importsOf(text).flatMap(({ specifier }) => {
      const target = posix.normalize(posix.join(posix.dirname(file), specifier));
      return specifier.startsWith('.') && files.has(target) ? [target] : [];
    });
    edges.set(file, targets);
  }
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file].join(' -> '));
    if (at >= 0 || done.has(file)) return;
    for (const target of edges.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  return found;
}

/** What a file must not hold, whatever it imports. */
function badHabits(files: Files): readonly string[] {
  const problems: string[] = [];
  for (const [file, text] of files) {
    const lines = text.split('\n');
    if (lines.length - 1 > MAX_LINES) problems.push(`${file} has ${lines.length - 1} lines`);
    if (/^export default\b/m.test(text) || /^export \{[^}]*\bas default\b/m.test(text)) problems.push(`${file} has a default export`);
    if (/^export \*/m.test(text)) problems.push(`${file} exports everything of another file`);
    const code = text
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/^\s*\/\/.*$/gm, '')
      .trim();
    const statements = code.replace(/^\s*(import|export)\s[^;]*?from\s+['"][^'"]+['"];?/gm, '').trim();
    if (statements === '' && importsOf(text).some(({ reExport }) => reExport)) problems.push(`${file} only exports what others have`);
    for (const [index, line] of lines.entries())
      if (/^(export )?(let|var)\b/.test(line)) problems.push(`${file}:${index + 1} keeps state in a module: ${line}`);
  }
  return problems;
}

function sources(): Files {
  const files = new Map<string, string>();
  for (const side of ['client/src', 'server/src'])
    for (const entry of readdirSync(join(root, side), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && entry.name.endsWith('.ts')) files.set(relative(root, path), readFileSync(path, 'utf8'));
    }
  return files;
}

/** A small project with one more file. */
const made = (file: string, text: string): Files =>
  new Map([
    ['server/src/protocol.ts', ''],
    ['server/src/syntax/ast.ts', ''],
    ['server/src/nix/value.ts', ''],
    ['server/src/host/hostModel.ts', ''],
    ['server/src/remote/coverage.ts', ''],
    ['client/src/text.ts', ''],
    [file, text],
  ]);

suite('architecture', () => {
  const files = sources();

  test('all sources are looked at', () => {
    assert.ok(files.size > 100);
    for (const room of Object.keys(ROOMS))
      assert.ok(
        [...files.keys()].some((file) => roomOf(file) === room),
        room,
      );
    for (const file of files.keys()) assert.ok(file.startsWith('client/') || roomOf(file) in ROOMS, `${file} is in no room`);
    const imports = [...files.values()].flatMap((text) => importsOf(text));
    const written = [...files.values()].flatMap((text) => text.match(/^\s*(?:import|export)\b[^;]*?from '/gm) ?? []);
    assert.ok(imports.length >= written.length, `${imports.length} of ${written.length} imports are seen`);
  });

  test('dependencies point one way', () => {
    assert.deepEqual(wrongArrows(files), []);
  });

  test('no imports in circles', () => {
    assert.deepEqual(cycles(files), []);
  });

  test('no default exports, barrels, long files or state in modules', () => {
    assert.deepEqual(badHabits(files), []);
  });

  suite('can fail', () => {
    for (const [file, text, expected] of [
      ['server/src/syntax/a.ts', "import { x } from '../nix/value.ts';", /syntax does not stand above nix/],
      ['server/src/syntax/a.ts', "import type { X } from '../nix/value.ts';", /syntax does not stand above nix/],
      ['server/src/syntax/a.ts', "export { x } from '../nix/value.ts';", /syntax does not stand above nix/],
      ['server/src/syntax/a.ts', "import {\n  x,\n  y,\n} from '../nix/value.ts';", /syntax does not stand above nix/],
      ['server/src/syntax/a.ts', "import '../nix/value.ts';", /syntax does not stand above nix/],
      ['server/src/syntax/a.ts', "const x = await import('../nix/value.ts');", /syntax does not stand above nix/],
      ['server/src/edits/a.ts', "import { x } from '../nix/value.ts';", /edits does not stand above nix/],
      ['server/src/remote/a.ts', "import { x } from '../host/hostModel.ts';", /remote does not stand above host/],
      ['server/src/catalogue/a.ts', "import type { X } from '../syntax/ast.ts';", /catalogue does not stand above syntax/],
      ['server/src/workspace/a.ts', "import { x } from '../remote/coverage.ts';", /workspace does not stand above remote/],
      ['server/src/workspace/a.ts', "import { x, type Y } from '../remote/coverage.ts';", /workspace does not stand above remote/],
      ['server/src/nix/a.ts', "import type { X } from '../protocol.ts';", /nix does not stand above protocol/],
      ['server/src/lsp/a.ts', "import { x } from '../../../client/src/text.ts';", /lsp does not stand above client/],
      ['client/src/a.ts', "import type { X } from '../../server/src/syntax/ast.ts';", /sees protocol and text only/],
      ['server/src/nix/a.ts', "import { readFileSync } from 'node:fs';", /must not see node:fs/],
      ['server/src/remote/a.ts', "import { readFileSync } from 'node:fs';", /must not see node:fs/],
      ['server/src/host/a.ts', "import { spawn } from 'child_process';", /must not see child_process/],
      ['server/src/cli/a.ts', "import { x } from 'vscode-languageserver/node';", /must not see vscode-languageserver/],
      ['server/src/lsp/a.ts', "import * as vscode from 'vscode';", /must not see vscode/],
      ['server/src/nix/a.ts', "import { Parser } from 'web-tree-sitter';", /must not see web-tree-sitter/],
      ['server/src/nix/a.ts', "import { x } from './gone.ts';", /is not there/],
      ['server/src/nix/a.ts', "import { x } from './value';", /not written with \.ts/],
    ] as const)
      test(`${file}: ${text.replace(/\n\s*/g, ' ')}`, () => {
        assert.match(wrongArrows(made(file, text)).join('\n'), expected);
      });

    for (const [file, text] of [
      ['server/src/nix/a.ts', "import { x } from '../syntax/ast.ts';\nimport { y } from './value.ts';"],
      ['server/src/workspace/a.ts', "import type { X } from '../remote/coverage.ts';"],
      ['server/src/workspace/a.ts', "import { type X, type Y } from '../remote/coverage.ts';"],
      ['server/src/workspace/fileSystem.ts', "import { readFileSync } from 'node:fs';"],
      ['server/src/nix/a.ts', "// import { x } from '../host/hostModel.ts';\n/* import '../host/hostModel.ts'; */"],
      ['client/src/a.ts', "import * as vscode from 'vscode';\nimport { Requests } from '../../server/src/protocol.ts';"],
    ] as const)
      test(`allowed: ${text.replace(/\n/g, ' ')}`, () => {
        assert.deepEqual(wrongArrows(made(file, text)), []);
      });

    test('circles', () => {
      const ring = new Map([
        ['server/src/nix/a.ts', "import { b } from './b.ts';"],
        ['server/src/nix/b.ts', "import type { C } from './c.ts';"],
        ['server/src/nix/c.ts', "export { a } from './a.ts';"],
        ['server/src/nix/d.ts', "import { a } from './a.ts';"],
        ['server/src/nix/e.ts', "import { e } from './e.ts';"],
      ]);
      assert.deepEqual(cycles(ring), [
        'server/src/nix/a.ts -> server/src/nix/b.ts -> server/src/nix/c.ts -> server/src/nix/a.ts',
        'server/src/nix/e.ts -> server/src/nix/e.ts',
      ]);
      ring.set('server/src/nix/c.ts', '');
      ring.delete('server/src/nix/e.ts');
      assert.deepEqual(cycles(ring), []);
    });

    for (const [text, expected] of [
      ['export default function f() {}', /default export/],
      ['const f = 1;\nexport { f as default };', /default export/],
      ["export * from './b.ts';", /exports everything/],
      ["export * as b from './b.ts';", /exports everything/],
      ["export { b } from './b.ts';\nexport type { C } from './c.ts';", /only exports what others have/],
      ['let count = 0;', /keeps state/],
      ['export let count = 0;', /keeps state/],
      ['var count = 0;', /keeps state/],
      ['// x\n'.repeat(401), /has 401 lines/],
    ] as const)
      test(text.slice(0, 60).replace(/\n/g, ' '), () => {
        assert.match(badHabits(new Map([['server/src/nix/a.ts', text]])).join('\n'), expected);
      });

    test('what is fine is let pass', () => {
      const text = "export { b } from './b.ts';\nexport const x = 1;\nfunction f() {\n  let y = 1;\n  return y;\n}\n";
      assert.deepEqual(badHabits(new Map([['server/src/nix/a.ts', text]])), []);
    });
  });
});
