/** Words that no plain attribute name may be; `or` may, but only in some places. */
const KEYWORDS: ReadonlySet<string> = new Set(['if', 'then', 'else', 'assert', 'with', 'let', 'in', 'rec', 'inherit', 'or']);

const ESCAPED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A `"…"` literal that Nix reads back to exactly these characters. Null when no Nix string can hold them: NUL, which ends Nix's own
 * strings, and lone surrogates, which UTF-8 cannot write. `$$` needs no escape: Nix takes the pair as it stands.
 */
export function quoteNixString(text: string): string | null {
  if (text.includes('\0') || !isWellFormed(text)) return null;
  return `"${text.replace(/["\\]|\$(?=\{)|[\n\r\t]/g, (found) => ESCAPED[found] ?? `\\${found}`)}"`;
}

/** The text of an attribute name: as it is when Nix reads it as a name, else quoted. Null as for {@link quoteNixString}. */
export function attributeName(name: string): string | null {
  return /^[A-Za-z_][A-Za-z0-9_'-]*$/.test(name) && !KEYWORDS.has(name) ? name : quoteNixString(name);
}

function isWellFormed(text: string): boolean {
  return !/[\uD800-\uDFFF]/u.test(text);
}
