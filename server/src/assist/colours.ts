import { children, type AttrName, type Expr } from '../syntax/ast.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { SourceRange } from '../syntax/source.ts';
import { tokenize, type TokenKind } from '../syntax/tokens.ts';

/** Kinds of tokens by LSP's names for them. */
export const COLOURS = ['comment', 'keyword', 'string', 'number', 'operator', 'property', 'parameter', 'variable', 'function'] as const;
export type Colour = (typeof COLOURS)[number];

export interface Coloured extends SourceRange {
  readonly colour: Colour;
}

const BY_TOKEN: Readonly<Record<TokenKind, Colour | null>> = {
  comment: 'comment',
  keyword: 'keyword',
  name: 'variable',
  number: 'number',
  path: 'string',
  quote: 'string',
  text: 'string',
  escape: 'string',
  interpolation: 'operator',
  operator: 'operator',
  punctuation: null,
};

/** What every Nix expression can name without binding it, of the functions (nix src/libexpr/primops.cc). */
const BUILT_IN = new Set([
  'abort',
  'baseNameOf',
  'builtins',
  'derivation',
  'dirOf',
  'fetchTarball',
  'import',
  'map',
  'removeAttrs',
  'throw',
  'toString',
]);

/** The colours of a text, in its order. Names are told apart as far as the text was understood. */
export function colours({ text, root }: NixSource): readonly Coloured[] {
  const names = namesOf(root);
  return tokenize(text).flatMap(({ kind, start, end }): Coloured[] => {
    const colour = kind === 'name' ? (names.get(start) ?? BY_TOKEN.name) : BY_TOKEN[kind];
    return colour === null ? [] : [{ start, end, colour }];
  });
}

/** What names are, by where they begin. */
function namesOf(root: Expr): ReadonlyMap<number, Colour> {
  const found = new Map<number, Colour>();
  const stack: Expr[] = [root];
  const attributes = (path: readonly AttrName[]): void => {
    for (const name of path) if (name.kind === 'static' && !name.quoted) found.set(name.start, 'property');
  };
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.kind === 'attrs' || node.kind === 'let')
      for (const binding of node.bindings) attributes(binding.kind === 'binding' ? binding.path : binding.names);
    else if (node.kind === 'select' || node.kind === 'hasAttr') attributes(node.path);
    else if (node.kind === 'function') {
      if (node.parameter !== null) found.set(node.start, 'parameter');
      for (const formal of node.formals?.entries ?? []) found.set(formal.start, 'parameter');
    } else if (node.kind === 'variable' && BUILT_IN.has(node.name)) found.set(node.start, 'function');
    else if (node.kind === 'apply' && node.fn.kind === 'variable') found.set(node.fn.start, 'function');
    for (const child of children(node)) stack.push(child);
  }
  return found;
}
