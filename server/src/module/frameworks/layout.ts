import { posix } from 'node:path';
import type { Evaluation } from '../../nix/evaluation.ts';

const MAX_DEPTH = 20;

/** Nix files of a directory that can be imported under a name: `<name>.nix`, and `<name>/` where it has one of `inside`. By name, sorted. */
export function namedFiles(
  evaluation: Evaluation,
  directory: string,
  inside: readonly string[] = ['default.nix'],
): readonly (readonly [name: string, path: string])[] {
  const found: (readonly [string, string])[] = [];
  for (const [name, kind] of sortedEntries(evaluation, directory)) {
    const path = posix.join(directory, name);
    if (kind !== 'directory') {
      if (name.endsWith('.nix')) found.push([name.slice(0, -'.nix'.length), path]);
      continue;
    }
    const entries = new Set(sortedEntries(evaluation, path).map(([inner]) => inner));
    const file = inside.find((each) => entries.has(each));
    if (file !== undefined) found.push([name, posix.join(path, file)]);
  }
  return found;
}

/** Names of the directories in a directory, sorted. */
export function directories(evaluation: Evaluation, directory: string): readonly string[] {
  return sortedEntries(evaluation, directory).flatMap(([name, kind]) => (kind === 'directory' ? [name] : []));
}

/** All files with this name below a directory, with the path from there to their directory. */
export function filesBelow(
  evaluation: Evaluation,
  directory: string,
  file: string,
  depth = 0,
): readonly (readonly [below: string, path: string])[] {
  if (depth > MAX_DEPTH) return [];
  return sortedEntries(evaluation, directory).flatMap(([name, kind]): readonly (readonly [string, string])[] => {
    const path = posix.join(directory, name);
    if (kind !== 'directory') return name === file ? [['', path]] : [];
    return filesBelow(evaluation, path, file, depth + 1).map(([below, found]) => [posix.join(name, below), found]);
  });
}

function sortedEntries(evaluation: Evaluation, directory: string): readonly (readonly [string, string])[] {
  const entries = evaluation.sources.entries(directory);
  if (typeof entries === 'string') return [];
  return [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
