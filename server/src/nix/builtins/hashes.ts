import { createHash } from 'node:crypto';
import { string, unknown, type AttrSet, type Thunk, type Value } from '../value.ts';

/** Bytes of a hash, by its algorithm. */
const LENGTHS: ReadonlyMap<string, number> = new Map([
  ['md5', 16],
  ['sha1', 20],
  ['sha256', 32],
  ['sha512', 64],
]);
/** Letters of Nix' own base 32, without those that make words (the Nix manual, store paths). */
const BASE32 = '0123456789abcdfghijklmnpqrsvwxyz';

/** The hash of a text in hexadecimal digits. */
export function hashText(algorithm: string, text: string, x: Thunk): Value {
  if (!LENGTHS.has(algorithm)) return unknown(`the hash ${algorithm} is not known`, x.location);
  return string(createHash(algorithm).update(text).digest('hex'), x.location);
}

/** `builtins.convertHash { hash, hashAlgo, toHashFormat }`: one hash in another way of writing it. */
export function convertHash(set: AttrSet, x: Thunk): Value {
  const given = textIn(set, 'hash');
  const format = textIn(set, 'toHashFormat');
  if (given === null || format === null) return unknown('a hash and a format are wanted', x.location);
  const [, prefix, rest = given] = /^(md5|sha1|sha256|sha512)[:-](.*)$/s.exec(given) ?? [];
  const algorithm = prefix ?? textIn(set, 'hashAlgo') ?? '';
  const length = LENGTHS.get(algorithm);
  const bytes = length === undefined ? null : decoded(rest, length);
  if (!bytes) return unknown('it is no hash', x.location);
  switch (format) {
    case 'base16':
      return string(bytes.toString('hex'), x.location);
    case 'base64':
      return string(bytes.toString('base64'), x.location);
    case 'sri':
      return string(`${algorithm}-${bytes.toString('base64')}`, x.location);
    case 'nix32':
    case 'base32':
      return string(toBase32(bytes), x.location);
    default:
      return unknown(`the hash format ${format} is not known`, x.location);
  }
}

function textIn(set: AttrSet, name: string): string | null {
  const value = set.get(name)?.thunk.force();
  return value?.type === 'string' ? value.value : null;
}

function decoded(text: string, length: number): Buffer | null {
  if (text.length === length * 2 && /^[\da-f]+$/i.test(text)) return Buffer.from(text, 'hex');
  if (text.length === base32Length(length)) return fromBase32(text, length);
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === length && /^[A-Za-z\d+/]+=*$/.test(text) ? bytes : null;
}

function base32Length(length: number): number {
  return Math.floor((length * 8 - 1) / 5) + 1;
}

/** Five bits a letter, the last letter first. */
function toBase32(bytes: Buffer): string {
  let text = '';
  for (let at = base32Length(bytes.length) - 1; at >= 0; at--) {
    const bit = at * 5;
    const byte = Math.floor(bit / 8);
    const both = ((bytes[byte] ?? 0) >> (bit % 8)) | ((bytes[byte + 1] ?? 0) << (8 - (bit % 8)));
    text += BASE32.charAt(both & 31);
  }
  return text;
}

function fromBase32(text: string, length: number): Buffer | null {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < text.length; at++) {
    const digit = BASE32.indexOf(text.charAt(text.length - 1 - at));
    if (digit < 0) return null;
    const bit = at * 5;
    const byte = Math.floor(bit / 8);
    bytes[byte] = (bytes[byte] ?? 0) | ((digit << (bit % 8)) & 255);
    const over = digit >> (8 - (bit % 8));
    if (byte + 1 < length) bytes[byte + 1] = (bytes[byte + 1] ?? 0) | over;
    else if (over > 0) return null;
  }
  return bytes;
}
