/**
 * What a whole workspace costs: its cold model and memory beside merely parsing its Nix files with the same parser and with
 * `nix-instantiate --parse`, and one-character edits all over it to new findings.
 * `node --expose-gc --import tsx test/bench/workspace.ts [DIRECTORY]`, or KEEPSAKE_BENCH_DIR; without it a workspace of 300 files is made.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadNixGrammar, type NixGrammar } from '../../server/src/syntax/grammar.ts';
import { diskFileSystem } from '../../server/src/workspace/fileSystem.ts';
import { Workspace } from '../../server/src/workspace/workspace.ts';
import { generatedFleet } from '../support/generatedFleet.ts';

const repository = join(import.meta.dirname, '../..');
const HOSTS = 12;
const MODULES = 300;
const EDITED_FILES = 20;
/** No further edit is begun after this many milliseconds: a bench that takes minutes is not run. */
const MAX_EDITING = 30_000;

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
const megabytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

function makeWorkspace(root: string): void {
  for (const [name, text] of generatedFleet(HOSTS, MODULES)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}

async function main(): Promise<void> {
  const given = process.argv[2] ?? process.env['KEEPSAKE_BENCH_DIR'];
  const root = given ?? mkdtempSync(join(tmpdir(), 'keepsake-bench-'));
  try {
    if (given === undefined) makeWorkspace(root);
    const runtime = join(repository, 'node_modules/web-tree-sitter/web-tree-sitter.wasm');
    measure(await loadNixGrammar({ runtime, grammar: join(repository, 'syntaxes/tree-sitter-nix.wasm') }), root);
  } finally {
    if (given === undefined) rmSync(root, { recursive: true, force: true });
  }
}

function measure(grammar: NixGrammar, root: string): void {
  const files = diskFileSystem.nixFiles(root);
  const parse = (): number => {
    const start = performance.now();
    for (const file of files) {
      const read = diskFileSystem.read(file);
      if (typeof read !== 'string') grammar.parse(file, read.text);
    }
    return performance.now() - start;
  };
  // The first time the parser is not compiled yet, which is nobody's business here.
  parse();
  const parsing = parse();
  const start = performance.now();
  const workspace = new Workspace({ grammar, fileSystem: diskFileSystem, roots: [root] });
  const { hosts } = workspace.analysis();
  const cold = performance.now() - start;
  const entries = hosts.reduce((sum, host) => sum + host.entries.length, 0);
  const read = [...new Set(hosts.flatMap((host) => host.files))];
  console.log(`${files.length} Nix files, ${hosts.length} hosts, ${entries} entries, made of ${read.length} files`);
  console.log(
    `cold model: ${cold.toFixed(0)} ms, ${(cold / parsing).toFixed(2)} of parsing all files with the same parser (${parsing.toFixed(0)} ms)`,
  );
  const asked = performance.now();
  const { error } = spawnSync('nix-instantiate', ['--parse', ...files], { stdio: 'ignore' });
  if (error) console.log('nix-instantiate is not here to compare with');
  else console.log(`${(cold / (performance.now() - asked)).toFixed(2)} of nix-instantiate --parse of them, one process for all`);
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  console.log(`memory: ${megabytes(rss)} MB in all, ${megabytes(heapUsed)} MB of it in use`);
  edits(workspace, read);
}

/** A letter more in a string of each of many files, to new findings. */
function edits(workspace: Workspace, files: readonly string[]): void {
  const times: number[] = [];
  const begin = performance.now();
  for (let i = 0; i < Math.min(EDITED_FILES, files.length) && performance.now() - begin < MAX_EDITING; i++) {
    const file = files[Math.floor((i * files.length) / EDITED_FILES) % files.length] ?? '';
    const text = readFileSync(file, 'utf8');
    const strings = [...text.matchAll(/"[a-z/][^"$\n]*"/g)];
    const at = strings[i % Math.max(1, strings.length)]?.index;
    if (at === undefined) continue;
    workspace.openText(file, text, 1);
    workspace.analysis();
    const start = performance.now();
    workspace.openText(file, `${text.slice(0, at + 2)}x${text.slice(at + 2)}`, 2);
    workspace.analysis();
    times.push(performance.now() - start);
  }
  const sorted = times.toSorted((a, b) => a - b);
  const late = sorted[Math.floor((sorted.length - 1) * 0.95)] ?? 0;
  console.log(
    `${times.length} edits in as many files to findings: median ${median(times).toFixed(1)} ms, 95th percentile ${late.toFixed(1)} ms`,
  );
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
