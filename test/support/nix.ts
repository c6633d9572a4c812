import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'mocha';
import { skip } from './skip.ts';

/** Skips the running test, or the suite of the running hook, where the real Nix is not installed. */
export function needNix(context: Context): void {
  if (spawnSync('nix-instantiate', ['--version']).error) skip(context, 'nix-instantiate is not installed (Debian: nix-bin)');
}

/**
 * Evaluates expressions with the real Nix, all in one process. In: texts of whole expressions; out: their values, as JSON has them,
 * in the same order. `wrap` is a function in Nix that each value goes through. Throws with Nix's own words and the expression when one
 * of them fails.
 */
export function evaluateNix(expressions: readonly string[], wrap = 'x: x'): readonly unknown[] {
  return withFiles(expressions, (files) => {
    try {
      return JSON.parse(evaluate(mapOver(wrap, files))) as unknown[];
    } catch (error) {
      for (const [index, file] of files.entries()) {
        try {
          evaluate(mapOver(wrap, [file]));
        } catch (cause) {
          throw new Error(`Nix refuses:\n${expressions[index]}\n${String((cause as { stderr?: unknown }).stderr)}`, { cause });
        }
      }
      throw error;
    }
  });
}

/** Parses texts with the real Nix, without evaluating them. Throws with Nix's own words and the text when one is refused. */
export function parseNix(texts: readonly string[]): void {
  withFiles(texts, (files) => {
    if (run(['--parse', ...files]).ok) return;
    for (const [index, file] of files.entries()) {
      const { ok, stderr } = run(['--parse', file]);
      if (!ok) throw new Error(`Nix can't parse:\n${texts[index]}\n${stderr}`);
    }
  });
}

function mapOver(wrap: string, files: readonly string[]): string {
  return `map (${wrap}) [ ${files.map((file) => `(import ${file})`).join(' ')} ]`;
}

function evaluate(expression: string): string {
  return execFileSync('nix-instantiate', ['--eval', '--strict', '--json', '-'], {
    input: expression,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

function run(args: readonly string[]): { readonly ok: boolean; readonly stderr: string } {
  const { status, stderr } = spawnSync('nix-instantiate', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  return { ok: status === 0, stderr };
}

function withFiles<T>(texts: readonly string[], use: (files: readonly string[]) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'keepsake-nix-'));
  try {
    const files = texts.map((text, index) => {
      const file = join(directory, `${index}.nix`);
      writeFileSync(file, text);
      return file;
    });
    return use(files);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
