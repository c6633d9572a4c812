import type { Tree } from 'web-tree-sitter';

/** A node of the concrete tree, copied out of the parser's memory. Anonymous nodes (punctuation) are left out but for operators. */
export interface RawNode {
  readonly type: string;
  readonly field: string | null;
  readonly start: number;
  readonly end: number;
  readonly missing: boolean;
  readonly children: RawNode[];
}

/** Copies a tree without recursion, so that no depth of nesting can exhaust the stack. Offsets are UTF-16 code units. */
export function copyTree(tree: Tree): RawNode {
  const cursor = tree.walk();
  try {
    const visit = (): RawNode => ({
      type: cursor.nodeType,
      field: cursor.currentFieldName,
      start: cursor.startIndex,
      end: cursor.endIndex,
      missing: cursor.nodeIsMissing,
      children: [],
    });
    const root = visit();
    const stack: RawNode[] = [root];
    let descending = cursor.gotoFirstChild();
    while (stack.length > 0) {
      if (descending) {
        const node = cursor.nodeIsNamed || cursor.currentFieldName === 'operator' ? visit() : null;
        if (node) stack.at(-1)?.children.push(node);
        if (node && cursor.gotoFirstChild()) {
          stack.push(node);
          continue;
        }
        descending = cursor.gotoNextSibling();
      } else {
        stack.pop();
        if (stack.length > 0) {
          cursor.gotoParent();
          descending = cursor.gotoNextSibling();
        }
      }
    }
    return root;
  } finally {
    cursor.delete();
  }
}
