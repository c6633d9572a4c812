/**
 * What the text between the quotes of a Nix string means. Follows the lexer and `stripIndentation` of Nix
 * (src/libexpr/lexer.l, parser.y).
 */

/** A piece of an indented string: raw text as written, or null for an interpolation. */
export type RawPiece = string | null;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** Cooks raw text of a `"…"` string: escapes resolved, CR and CR LF read as LF. */
export function cookString(raw: string): string {
  if (!/[\\\r]/.test(raw)) return raw;
  return raw.replace(/\\([\s\S])|\r\n?/g, (whole, escaped: string | undefined) =>
    escaped === undefined ? '\n' : (ESCAPES[escaped] ?? escaped),
  );
}

/** A run of characters of an indented string; escaped ones never count as indentation. */
interface Token {
  readonly text: string;
  readonly mayIndent: boolean;
}

/**
 * Cooks an indented string: input is what stands between the `''`, in order, interpolations as null.
 * Output has the same length; text pieces are cooked and stripped of the common indentation.
 */
export function cookIndentedString(pieces: readonly RawPiece[]): readonly RawPiece[] {
  const tokens = pieces.map((piece, index) => (piece === null ? null : tokenize(index === 0 ? piece.replace(/^ *\n/, '') : piece)));
  const indent = commonIndent(tokens);
  let atLineStart = true;
  let dropped = 0;
  return tokens.map((list, index) => {
    if (list === null) {
      atLineStart = false;
      dropped = 0;
      return null;
    }
    let out = '';
    list.forEach((token, position) => {
      let text = '';
      // Escaped characters set no indentation, but a line break among them begins a line that loses it all the same.
      for (const char of token.text) {
        if (!atLineStart) {
          text += char;
          if (char === '\n') atLineStart = true;
        } else if (char === ' ') {
          if (dropped++ >= indent) text += char;
        } else {
          dropped = 0;
          text += char;
          if (char !== '\n') atLineStart = false;
        }
      }
      const last = index === tokens.length - 1 && position === list.length - 1;
      out += last ? withoutBlankLastLine(text) : text;
    });
    return out;
  });
}

function withoutBlankLastLine(text: string): string {
  const newline = text.lastIndexOf('\n');
  return newline >= 0 && /^ *$/.test(text.slice(newline + 1)) ? text.slice(0, newline + 1) : text;
}

function tokenize(raw: string): readonly Token[] {
  const tokens: Token[] = [];
  let plain = 0;
  const flush = (end: number): void => {
    if (end > plain) tokens.push({ text: raw.slice(plain, end), mayIndent: true });
  };
  for (let i = 0; i < raw.length;) {
    if (raw.startsWith("'''", i)) {
      flush(i);
      tokens.push({ text: "''", mayIndent: false });
      plain = i += 3;
    } else if (raw.startsWith("''$", i)) {
      flush(i);
      tokens.push({ text: '$', mayIndent: false });
      plain = i += 3;
    } else if (raw.startsWith("''\\", i) && i + 3 < raw.length) {
      flush(i);
      const escaped = raw.charAt(i + 3);
      tokens.push({ text: ESCAPES[escaped] ?? escaped, mayIndent: false });
      plain = i += 4;
    } else {
      i++;
    }
  }
  flush(raw.length);
  return tokens;
}

function commonIndent(tokens: readonly (readonly Token[] | null)[]): number {
  let least = Infinity;
  let current = 0;
  let atLineStart = true;
  const endIndent = (): void => {
    if (!atLineStart) return;
    atLineStart = false;
    least = Math.min(least, current);
  };
  for (const list of tokens) {
    if (list === null) endIndent();
    else
      for (const token of list) {
        if (!token.mayIndent) {
          endIndent();
          continue;
        }
        for (const char of token.text) {
          if (atLineStart) {
            if (char === ' ') current++;
            else if (char === '\n') current = 0;
            else endIndent();
          } else if (char === '\n') {
            atLineStart = true;
            current = 0;
          }
        }
      }
  }
  return least;
}
