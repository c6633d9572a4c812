/**
 * One word of a text that people paste into a POSIX shell: plain when it can be, else in single quotes. A path that begins with a dash is
 * the caller's to put behind `--`. Without NUL characters, which no path has.
 */
export function quotePosix(word: string): string {
  return /^[A-Za-z0-9_./:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
