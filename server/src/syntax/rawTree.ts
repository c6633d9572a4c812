import type { Language, Tree } from 'web-tree-sitter';
import type { SourceRange } from './source.ts';

/**
 * A named node of the concrete tree, copied out of the parser's memory. Punctuation, comments, and the insides of nodes that the
 * text alone explains are left out.
 */
export interface RawNode {
  readonly type: string;
  readonly field: string | null;
  readonly start: number;
  readonly end: number;
  readonly missing: boolean;
  readonly children: RawNode[];
}

export interface RawTree {
  readonly root: RawNode;
  readonly comments: readonly SourceRange[];
  readonly broken: boolean;
  /** Offset of the first syntax error. */
  readonly errorAt: number | null;
}

/** Nodes of which the range is all there is to know. */
const LEAVES = new Set([
  'identifier',
  'integer_expression',
  'float_expression',
  'spath_expression',
  'uri_expression',
  'string_fragment',
  'path_fragment',
  'escape_sequence',
  'dollar_escape',
  'ellipses',
]);
/** Texts: they have an inside only where something is interpolated. */
const TEXTS = new Set(['string_expression', 'indented_string_expression', 'path_expression', 'hpath_expression']);

/**
 * Copies a tree without recursion, so that no depth of nesting can exhaust the stack. Offsets are UTF-16 code units.
 * Every question to the cursor crosses into wasm and costs more than all that is done with the answer, so few are asked.
 */
export function copyTree(tree: Tree, language: Language, text: string): RawTree {
  const broken = tree.rootNode.hasError;
  const comments: SourceRange[] = [];
  let errorAt: number | null = null;
  const cursor = tree.walk();
  try {
    const visit = (type: string): RawNode => ({
      type,
      field: cursor.currentFieldName,
      start: cursor.startIndex,
      end: cursor.endIndex,
      missing: broken && cursor.nodeIsMissing,
      children: [],
    });
    const root = visit(cursor.nodeType);
    const stack: RawNode[] = [root];
    let descending = cursor.gotoFirstChild();
    while (stack.length > 0) {
      if (descending) {
        const id = cursor.nodeTypeId;
        const type = language.nodeTypeForId(id) ?? 'ERROR';
        if (broken && errorAt === null && (type === 'ERROR' || cursor.nodeIsMissing)) errorAt = cursor.startIndex;
        if (type === 'comment') comments.push(commentRange(cursor.startIndex, cursor.endIndex, text));
        else if (type === 'ERROR' || language.nodeTypeIsNamed(id)) {
          const node = visit(type);
          stack.at(-1)?.children.push(node);
          if (hasInside(node, text, broken) && cursor.gotoFirstChild()) {
            stack.push(node);
            continue;
          }
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
    return { root, comments, broken, errorAt };
  } finally {
    cursor.delete();
  }
}

function hasInside(node: RawNode, text: string, broken: boolean): boolean {
  if (LEAVES.has(node.type)) return false;
  if (node.type === 'variable_expression') return broken;
  if (!TEXTS.has(node.type)) return true;
  const interpolation = text.indexOf('${', node.start);
  return interpolation >= 0 && interpolation < node.end;
}

/** The grammar counts the CR of CR LF to a line comment; an edit behind the comment must not come between the two. */
function commentRange(start: number, end: number, text: string): SourceRange {
  const withCr = text.charAt(start) === '#' && text.charAt(end - 1) === '\r';
  return { start, end: withCr ? end - 1 : end };
}
