/** Words that mean themselves in every shell, also as the name of a command (nushell takes a quoted one for a text). */
const plain = /^[A-Za-z0-9_./:@-]+$/;

/**
 * One word for the shell on the other side, whatever its login shell is: in sh, bash, zsh and fish the result is exactly `word`. Only
 * single quotes around what has neither quote nor backslash (fish reads `\'` and `\\` inside single quotes as escapes), `"'"` for a
 * quote and `"\\"` for a backslash. Null for a word with a NUL, which no command line can hold.
 */
export function quoteWord(word: string): string | null {
  if (word.includes('\0')) return null;
  if (word === '') return "''";
  if (plain.test(word)) return word;
  return word.replace(/[^'\\]+|'|\\/g, (part) => {
    if (part === "'") return `"'"`;
    return part === '\\' ? String.raw`"\\"` : `'${part}'`;
  });
}

/** A command line of several words; null when one of them can't be quoted. */
export function quoteCommand(words: readonly string[]): string | null {
  const quoted = words.map(quoteWord);
  return quoted.includes(null) ? null : quoted.join(' ');
}
