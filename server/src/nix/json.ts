import { attr, attrs, bool, int, item, list, NULL, string, Thunk, type Attr, type Value } from './value.ts';
import type { Location } from '../syntax/source.ts';

const MAX_NESTING = 200;

/** The value of a JSON text, with integers told from floats as Nix does; null when it is no JSON. `at` is where the text comes from. */
export function parseJson(text: string, at: Location | null): Value | null {
  let position = 0;
  const skip = (): void => {
    while (/[ \t\r\n]/.test(text.charAt(position))) position++;
  };
  const take = (char: string): boolean => {
    skip();
    if (text[position] !== char) return false;
    position++;
    return true;
  };
  const read = (pattern: RegExp): string | null => {
    pattern.lastIndex = position;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) return null;
    position += found.length;
    return found;
  };
  const readString = (): string | null => {
    skip();
    const raw = read(/"(?:[^"\\\u0000-\u001f]|\\.)*"/y);
    try {
      return raw === null ? null : (JSON.parse(raw) as string);
    } catch {
      return null;
    }
  };
  const value = (depth: number): Value | null => {
    skip();
    if (depth > MAX_NESTING) return null;
    if (take('{')) return object(depth);
    if (take('[')) return array(depth);
    if (text[position] === '"') {
      const found = readString();
      return found === null ? null : string(found, at);
    }
    const word = read(/true|false|null/y);
    if (word !== null) return word === 'null' ? NULL : bool(word === 'true');
    const number = read(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y);
    if (number === null) return null;
    return /[.eE]/.test(number) || BigInt.asIntN(64, BigInt(number)) !== BigInt(number)
      ? { type: 'float', value: Number(number) }
      : int(BigInt(number));
  };
  const object = (depth: number): Value | null => {
    const map = new Map<string, Attr>();
    if (take('}')) return attrs(map, at);
    do {
      const name = readString();
      const found = name !== null && take(':') ? value(depth + 1) : null;
      if (name === null || !found) return null;
      map.set(name, attr(Thunk.of(found)));
    } while (take(','));
    return take('}') ? attrs(map, at) : null;
  };
  const array = (depth: number): Value | null => {
    const items: Value[] = [];
    if (take(']')) return list([], at);
    do {
      const found = value(depth + 1);
      if (!found) return null;
      items.push(found);
    } while (take(','));
    if (!take(']')) return null;
    return list(
      items.map((each) => item(each)),
      at,
    );
  };
  const found = value(0);
  skip();
  return position === text.length ? found : null;
}
