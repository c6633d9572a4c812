/**
 * Controls, separators of lines, and marks that have no width or reorder what stands around them (Unicode's Cc, Zl, Zp and Cf). Shown as
 * they are, they would end a line, hide something, or make one name look like another.
 */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]/gu;

/** The text with `write` of each character in place of those that can't be seen. */
export function replaceUnseen(text: string, write: (character: string) => string): string {
  return text.replace(UNSEEN, write);
}

/** Text from files, hosts and other programs, fit to be shown in one line: what can't be seen is written `\x1b`, `\u202e`, `\u{e0041}`. */
export function printable(text: string): string {
  return replaceUnseen(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const digits = code.toString(16);
    return code < 0x100 ? `\\x${digits.padStart(2, '0')}` : code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\u{${digits}}`;
  });
}

/** The same for notifications, where `[text](command:…)` would be a button: a name in a file must not become one. */
export function notice(text: string): string {
  return printable(text).replaceAll('](', '] (');
}
