/**
 * One word of a text that people paste into a POSIX shell: plain when it can be, else in single quotes. Control characters of a name are
 * written as printf has them: pasted as they are, a terminal would obey them (an interrupt ends the command, and what follows is another
 * one). A path that begins with a dash is the caller's to put behind `--`. Without NUL characters, which no path has.
 */
export function quotePosix(word: string): string {
  if (/^[A-Za-z0-9_./:@%+,-]+$/.test(word)) return word;
  if (!/[^\P{Cc}\n]/u.test(word)) return quoted(word);
  // A substitution drops the line breaks at its end.
  const [, text = '', breaks = ''] = /^([^]*?)(\n*)$/.exec(word) ?? [];
  const format = text.replace(/[\p{Cc}\\%]/gu, (character) => (character === '%' ? '%%' : octal(character)));
  return `"$(printf ${quoted(format)})"${breaks === '' ? '' : quoted(breaks)}`;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function octal(character: string): string {
  return [...Buffer.from(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
