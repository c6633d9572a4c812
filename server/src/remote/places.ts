import type { ChangeTree } from './changeTree.ts';
import { rootNode } from './nameTree.ts';
import { isSharedDirectory } from './sharedDirectory.ts';
import { codes, lostCount } from './verdictCode.ts';

/** No usual parent of unrelated things lies deeper (`/home/NAME/.local/share`). */
const deepestShared = 4;

/**
 * The things worth keeping among the changes of a tree, as nodes that cover every change once: a place of the catalogue
 * (`/var/lib/headscale`), else the first directory that is no usual parent of unrelated things. A directory in which some is kept and
 * some is lost, or deeper in which the catalogue knows a place, stands for what is in it instead.
 */
export function placesOf(tree: ChangeTree): readonly number[] {
  const places: number[] = [];
  const pending: { readonly node: number; readonly path: string; readonly depth: number }[] = [{ node: rootNode, path: '', depth: 0 }];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (let child = tree.firstChild(at.node); child !== 0; child = tree.nextSibling(child)) {
      if (tree.firstChild(child) === 0) {
        if (tree.code(child) !== null) places.push(child);
        continue;
      }
      const depth = at.depth + 1;
      // Deeper than any shared directory the path is not asked for.
      const path = depth > deepestShared ? '' : `${at.path}/${tree.name(child)}`;
      const shared = depth <= deepestShared && isSharedDirectory(path);
      if (shared || standsForItsContent(tree, child)) pending.push({ node: child, path, depth });
      else places.push(child);
    }
  }
  return places;
}

function standsForItsContent(tree: ChangeTree, node: number): boolean {
  const own = tree.code(node);
  // Renamed as a whole, or in itself something to keep.
  if (own !== null && own !== codes.noise) return false;
  const counts = tree.countsBelow(node);
  const { kept, declared, mounted } = counts;
  if (lostCount(counts) > 0 && kept + declared + mounted > 0) return true;
  const { exact, below } = tree.known(node);
  return !exact && below;
}

/** 1 for every node whose path holds `text`, whatever its case. */
export function matchesOf(tree: ChangeTree, text: string): Uint8Array {
  const wanted = text.toLowerCase();
  const last = wanted.slice(wanted.lastIndexOf('/') + 1);
  const matches = new Uint8Array(tree.nodes);
  for (let node = 0; node < tree.nodes; node++) {
    if (node !== rootNode && matches[tree.parent(node)] === 1) matches[node] = 1;
    else if (!tree.name(node).toLowerCase().includes(last)) continue;
    else if (last === wanted || tree.path(node).toString('utf8').toLowerCase().includes(wanted)) matches[node] = 1;
  }
  return matches;
}
