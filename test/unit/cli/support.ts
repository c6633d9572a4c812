import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCli } from '../../../server/src/cli/run.ts';

export interface CliRun {
  readonly status: number;
  readonly lines: readonly string[];
  readonly notes: readonly string[];
  /** Standard output as JSON. */
  json(): unknown;
}

/** Runs a command line in this process. */
export async function cli(argv: readonly string[], colour = false): Promise<CliRun> {
  const lines: string[] = [];
  const notes: string[] = [];
  const status = await runCli(argv, {
    io: { line: (text) => lines.push(text), note: (text) => notes.push(text), colour },
    grammar: {
      runtime: createRequire(import.meta.url).resolve('web-tree-sitter/web-tree-sitter.wasm'),
      grammar: fileURLToPath(new URL('../../../syntaxes/tree-sitter-nix.wasm', import.meta.url)),
    },
    version: '1.2.3',
  });
  return { status, lines, notes, json: () => JSON.parse(lines.join('\n')) as unknown };
}

/** Writes files below a directory. */
export function writeFiles(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
