import type { RealFile } from '../host/entryAttributes.ts';
import type { ProblemDto } from '../protocol.ts';
import { readHost, type HostAccess } from './hostRead.ts';

/** One line a path, in the order of the parameters; `-` for what is not there or can't be looked at. */
const script = `for p do stat -c 'f %f %u %g %s %Y %U %G' -- "$p" 2>/dev/null || echo -; done`;

/** A command line is one word for the shell over there, of which Linux takes 128 KiB (execve(2), MAX_ARG_STRLEN). */
const mostLineBytes = 60_000;

/** What paths are on a host, by path; a path that is not there is null. A host that can't be asked is a problem. */
export async function realFiles(
  access: HostAccess,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, RealFile | null> | { readonly problem: ProblemDto }> {
  const found = new Map<string, RealFile | null>();
  for (const part of partsOf(paths)) {
    const answer = await readHost(access, script, part, 1000 * part.length, signal);
    if ('problem' in answer) return answer;
    const lines = answer.bytes.toString('utf8').split('\n');
    for (const [index, path] of part.entries()) found.set(path, factsOf(lines[index] ?? ''));
  }
  return found;
}

/** Paths in groups that fit into one command line; quoting may make them up to three times as long. */
function partsOf(paths: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [];
  let room = 0;
  for (const path of paths) {
    const bytes = 3 * Buffer.byteLength(path) + 3;
    if (bytes > room || parts.length === 0) {
      parts.push([]);
      room = mostLineBytes;
    }
    parts.at(-1)?.push(path);
    room -= bytes;
  }
  return parts;
}

/** A line of the script above; null for what is none. */
export function factsOf(line: string): RealFile | null {
  const match = /^f ([0-9a-f]{1,8}) (\d+) (\d+) (\d+) (-?\d+) (\S+) (\S+)$/.exec(line);
  if (match === null) return null;
  const [, raw = '', uid, gid, size, modified, user = '', group = ''] = match;
  const bits = Number.parseInt(raw, 16);
  return {
    kind: kinds.get(bits & 0o170_000) ?? 'other',
    mode: (bits & 0o7777).toString(8).padStart(4, '0'),
    user,
    group,
    uid: Number(uid),
    gid: Number(gid),
    size: Number(size),
    modified: Number(modified),
  };
}

/** inode(7), S_IFMT. */
const kinds: ReadonlyMap<number, RealFile['kind']> = new Map([
  [0o040_000, 'directory'],
  [0o100_000, 'file'],
  [0o120_000, 'link'],
]);
