import { parseTree, type Node } from 'jsonc-parser';
import type { Location } from '../syntax/source.ts';

/** An input of a flake as its lock file has it. */
export interface LockedInput {
  /** As the flake calls it. */
  readonly name: string;
  readonly owner: string | null;
  readonly repo: string | null;
  readonly rev: string | null;
  /** Branch or tag that the flake asks for. */
  readonly ref: string | null;
  /** Of the commit, in seconds since the epoch. */
  readonly lastModified: number | null;
  /** Of the revision in the lock file. */
  readonly location: Location;
}

export type FlakeLock = readonly LockedInput[];

/** Reads the inputs of the flake itself from a `flake.lock` (nix flake manual, "Lock files", version 7); null when it is none. */
export function readFlakeLock(file: string, text: string): FlakeLock | null {
  const tree = parseTree(text);
  const root = textAt(tree, ['root']);
  const nodes = tree && at(tree, ['nodes']);
  const inputs = nodes && root !== null ? at(nodes, [root, 'inputs']) : undefined;
  if (!nodes) return null;
  return (inputs?.children ?? []).flatMap((property): readonly LockedInput[] => {
    const [key, value] = property.children ?? [];
    const node = typeof value?.value === 'string' ? at(nodes, [value.value]) : undefined;
    const rev = node && at(node, ['locked', 'rev']);
    if (typeof key?.value !== 'string' || !node) return [];
    const place = rev ?? node;
    const modified = at(node, ['locked', 'lastModified'])?.value as unknown;
    return [
      {
        name: key.value,
        owner: textAt(node, ['locked', 'owner']),
        repo: textAt(node, ['locked', 'repo']),
        rev: textAt(node, ['locked', 'rev']),
        ref: textAt(node, ['original', 'ref']),
        lastModified: typeof modified === 'number' ? modified : null,
        location: { file, start: place.offset, end: place.offset + place.length },
      },
    ];
  });
}

/** jsonc-parser's own walk throws where a segment is missing on the way. */
function at(node: Node, path: readonly string[]): Node | undefined {
  let found: Node | undefined = node;
  for (const name of path) found = found?.children?.find(({ children: [key] = [] }) => key?.value === name)?.children?.[1];
  return found;
}

function textAt(node: Node | undefined, path: readonly string[]): string | null {
  const value = node && (at(node, path)?.value as unknown);
  return typeof value === 'string' ? value : null;
}
