import { posix } from 'node:path';
import type { ProblemDto } from '../protocol.ts';
import { readHost, type HostAccess } from './hostRead.ts';
import { quotePosix } from './quotePosix.ts';

/** What is declared to lie in a storage: absolute paths within it. */
export interface StoredDeclaration {
  readonly storage: string;
  readonly paths: readonly string[];
}

export interface Orphan {
  readonly path: string;
  readonly storage: string;
  readonly kind: 'directory' | 'file';
  /** Bytes on disk; null when they could not be counted. */
  readonly size: number | null;
  readonly removal: string;
}

/** More than anybody looks through. */
const mostOrphans = 500;
const mostBytes = 16 << 20;

/** What is in directories, one level deep: type letter, path, NUL. Directories that are not there say nothing. */
const listScript = `for d do [ -d "$d" ] && [ ! -L "$d" ] && find "$d" -mindepth 1 -maxdepth 1 -printf '%y%p\\0'; done; :`;
/** Bytes on disk of each, in order; a line each. */
const sizeScript = `for p do s=$(du -sxk -- "$p" 2>/dev/null) && echo "\${s%%[!0-9]*}" || echo -; done`;

/** Names that no entry declares and that are nobody's data. */
const ownNames = new Set(['lost+found', '.zfs', '.snapshots', '.Trash-0']);

/**
 * What lies in storages and is declared by nothing: only directories on the way to something declared are looked into, so that what is
 * found is as large as it can be. Nothing is looked for in a storage that holds nothing declared: it may have another purpose.
 */
export async function findOrphans(
  access: HostAccess,
  declarations: readonly StoredDeclaration[],
  signal: AbortSignal,
): Promise<{ readonly orphans: readonly Orphan[]; readonly cut: boolean } | { readonly problem: ProblemDto }> {
  const found: Omit<Orphan, 'size'>[] = [];
  for (const { storage, paths } of declarations) {
    if (paths.length === 0) continue;
    const { inside, declared } = waysTo(storage, paths);
    const answer = await readHost(access, listScript, inside, mostBytes, signal);
    if ('problem' in answer) return answer;
    for (const record of answer.bytes.toString('utf8').split('\0')) {
      const path = record.slice(1);
      if (path === '' || path.includes('\u{fffd}') || declared.has(path) || inside.includes(path)) continue;
      if (ownNames.has(posix.basename(path))) continue;
      const kind = record.startsWith('d') ? 'directory' : 'file';
      found.push({ path, storage, kind, removal: `rm ${kind === 'directory' ? '-r ' : ''}-- ${quotePosix(path)}` });
    }
  }
  const kept = found.toSorted((a, b) => (a.path < b.path ? -1 : 1)).slice(0, mostOrphans);
  const sizes = await sizesOf(access, kept, signal);
  if ('problem' in sizes) return sizes;
  return { orphans: kept.map((orphan, index) => ({ ...orphan, size: sizes[index] ?? null })), cut: found.length > kept.length };
}

/** Directories of a storage that lead to something declared, itself included, and what is declared. */
export function waysTo(
  storage: string,
  paths: readonly string[],
): { readonly inside: readonly string[]; readonly declared: ReadonlySet<string> } {
  const declared = new Set(paths);
  const inside = new Set<string>([storage]);
  for (const path of declared) {
    for (let above = posix.dirname(path); above.startsWith(`${storage}/`); above = posix.dirname(above)) inside.add(above);
  }
  // Below what is kept whole there is nothing to look for.
  const whole = (path: string): boolean => {
    for (let at = path; at.startsWith(`${storage}/`); at = posix.dirname(at)) if (declared.has(at)) return true;
    return false;
  };
  return { inside: [...inside].filter((path) => !whole(path)), declared };
}

async function sizesOf(
  access: HostAccess,
  orphans: readonly { readonly path: string }[],
  signal: AbortSignal,
): Promise<readonly (number | null)[] | { readonly problem: ProblemDto }> {
  const sizes: (number | null)[] = [];
  for (let from = 0; from < orphans.length; from += 50) {
    const part = orphans.slice(from, from + 50).map(({ path }) => path);
    const answer = await readHost(access, sizeScript, part, 100 * part.length, signal);
    if ('problem' in answer) return answer;
    const lines = answer.bytes.toString('latin1').split('\n');
    sizes.push(...part.map((_, index) => (/^\d+$/.test(lines[index] ?? '') ? Number(lines[index]) * 1024 : null)));
  }
  return sizes;
}
