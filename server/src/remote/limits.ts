import type { ChangeTree } from './changeTree.ts';

/** Changed paths that are kept. A host that sends more is stopped, so that it can't take the server down. */
export const mostPaths = 3_000_000;
/** Bytes of a tree: that of so many paths has room in it, that of names or depths that no ordinary host has is stopped before. */
const mostMemory = 512 * 2 ** 20;
/** Of the listing's text, as the same rows may come again and again. */
const mostText = 2 ** 30;

/** Whether a listing has come to what can be kept. `most`: paths; `text`: bytes that were read so far. */
export function isTooMuch(tree: ChangeTree, most: number, text: number): boolean {
  return tree.changes > most || tree.memory > mostMemory || text > mostText;
}
