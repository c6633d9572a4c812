import { children, type Expr } from '../../server/src/syntax/ast.ts';
import type { NixSource } from '../../server/src/syntax/nixSource.ts';
import type { Random } from './random.ts';

/** What may stand between two tokens. */
const TRIVIA = [
  ' ',
  ' ',
  '  ',
  '\n',
  '\n',
  '\n    ',
  '\n\n  ',
  '\t',
  '\n\t\t',
  '\r\n  ',
  ' /* c */ ',
  ' /* " */ ',
  " # c ] \" '' ;\n",
  '\n  # [ "d"\n  ',
  '\n# e\r\n',
  '\n  /* f\n  g */\n  ',
];

/** The same tokens with other blanks and comments between some of them. */
export function disturb({ text, root, comments: ranges }: NixSource, random: Random): string {
  const fixed = [...ranges, ...strings(root)];
  return text.replace(/\s+/g, (blanks, at: number) => {
    const inside = fixed.some(({ start, end }) => start <= at && at < end);
    // A comment up to the line's end needs that end.
    const afterComment = ranges.some(({ end }) => end === at);
    return inside || afterComment || random.below(4) > 0 ? blanks : random.pick(TRIVIA);
  });
}

/** The words of all comments: an edit that nests a declaration moves the lines of a comment with it. */
export function commentWords({ text, comments: ranges }: NixSource): readonly string[] {
  return ranges.map(({ start, end }) => text.slice(start, end).replace(/\s+/g, ' '));
}

function strings(root: Expr): readonly Expr[] {
  const found: Expr[] = [];
  const stack: Expr[] = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.kind === 'string') found.push(node);
    else stack.push(...children(node));
  }
  return found;
}
