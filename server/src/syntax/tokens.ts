import type { SourceRange } from './source.ts';

/**
 * What a piece of text is, as Nix' own lexer tells it apart (nix src/libexpr/lexer.l). A string is its quotes (`quote`), the text
 * between them, and `${` and `}` as `interpolation` around what is interpolated.
 */
export type TokenKind =
  'comment' | 'keyword' | 'name' | 'number' | 'path' | 'quote' | 'text' | 'escape' | 'interpolation' | 'operator' | 'punctuation';

export interface Token extends SourceRange {
  readonly kind: TokenKind;
}

const KEYWORDS: ReadonlySet<string> = new Set(['if', 'then', 'else', 'assert', 'with', 'let', 'in', 'rec', 'inherit', 'or']);

/** Tried in this order at each place outside of strings; the first that matches is taken. */
const RULES: readonly (readonly [kind: TokenKind, pattern: RegExp])[] = [
  ['comment', /#[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)/y],
  ['path', /<[\w.+-]+(?:\/[\w.+-]+)*>|~?[\w.+-]*(?:\/[\w.+-]+)+\/?|~?[\w.+-]*\/(?=\$\{)/y],
  ['path', /[A-Za-z][\w+.-]*:[\w%/?:@&=+$,.!~*'-]+/y],
  ['number', /(?:\d*\.\d+|\d+\.?)(?:[eE][+-]?\d+)?/y],
  ['name', /[A-Za-z_][\w'-]*/y],
  ['quote', /"|''/y],
  ['interpolation', /\$\{/y],
  ['operator', /\+\+|\/\/|->|\|>|<\||==|!=|<=|>=|&&|\|\||[-+*/<>!?]/y],
  ['punctuation', /\.\.\.|[{}()[\];,=.:@]/y],
];

/** Most of a text: names that can't begin a path or URI, and punctuation that is no part of an operator. Tried first, for speed alone. */
const USUAL: readonly (readonly [kind: TokenKind, pattern: RegExp])[] = [
  ['name', /[A-Za-z_][\w'-]*(?![\w'+:/-])/y],
  ['punctuation', /[{}()[\];,@]|=(?!=)|\.(?=[A-Za-z_"$])/y],
];

const SPACE = /\s+/y;

/** Inside `"…"` and `''…''`: what ends it, an escape, an interpolation; else text up to one of these. */
const PLAIN = { escape: /\\[\s\S]|\$\$(?=\{)/y, text: /(?:[^"\\$]|\$(?!\{))+/y } as const;
const INDENTED = { escape: /'''|''\$|''\\[\s\S]|\$\$(?=\{)/y, text: /(?:[^'$]|'(?!')|\$(?!\{))+/y } as const;

/**
 * The tokens of a text up to `end`, in order; white space is left out. Total: a character that begins no token is skipped, and a
 * string or comment that is not closed goes on to the end, which is what makes it fit for a text that is being typed.
 */
export function tokenize(text: string, end = text.length): readonly Token[] {
  const tokens: Token[] = [];
  /** What the lexer is inside of, outermost first: a string by its quote, or a brace (`{`, or `${` as `interpolation`). */
  const inside: ('"' | "''" | '{' | 'interpolation')[] = [];
  const limited = end < text.length ? text.slice(0, end) : text;
  let at = 0;
  const take = (kind: TokenKind, to: number): void => {
    tokens.push({ kind, start: at, end: to });
    at = to;
  };
  const match = (pattern: RegExp): number | null => {
    pattern.lastIndex = at;
    return pattern.test(limited) ? pattern.lastIndex : null;
  };
  /** The token at this place outside of strings, and where it ends. */
  const plain = (): readonly [TokenKind, number] | null => {
    for (const rules of [USUAL, RULES]) {
      for (const [kind, pattern] of rules) {
        const to = match(pattern);
        if (to !== null) return [kind, to];
      }
    }
    return null;
  };
  while (at < limited.length) {
    const around = inside.at(-1);
    if (around === '"' || around === "''") {
      const { escape, text: piece } = around === '"' ? PLAIN : INDENTED;
      const escaped = match(escape);
      if (escaped !== null) take('escape', escaped);
      else if (limited.startsWith(around, at)) {
        inside.pop();
        take('quote', at + around.length);
      } else if (limited.startsWith('${', at)) {
        inside.push('interpolation');
        take('interpolation', at + 2);
      } else take('text', match(piece) ?? at + 1);
      continue;
    }
    const space = match(SPACE);
    if (space !== null) {
      at = space;
      continue;
    }
    const found = plain();
    if (found === null) {
      at++;
      continue;
    }
    const [kind, to] = found;
    const word = limited.slice(at, to);
    if (kind === 'quote') inside.push(word === '"' ? '"' : "''");
    else if (kind === 'interpolation') inside.push('interpolation');
    else if (word === '{') inside.push('{');
    else if (word === '}' && inside.pop() === 'interpolation') {
      take('interpolation', to);
      continue;
    }
    take(kind === 'name' && KEYWORDS.has(word) ? 'keyword' : kind, to);
  }
  return tokens;
}
