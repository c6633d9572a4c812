/**
 * Nix strings are bytes; ours are UTF-16. Functions that look inside of strings work on a text with one unit a byte, so that they count
 * and cut as Nix does.
 */
export function toBytes(text: string): string {
  return isAscii(text) ? text : Buffer.from(text).toString('latin1');
}

/** Back from bytes; null when they are no text, such as half of a character. */
export function fromBytes(bytes: string): string | null {
  if (isAscii(bytes)) return bytes;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes, 'latin1'));
  } catch {
    return null;
  }
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}
