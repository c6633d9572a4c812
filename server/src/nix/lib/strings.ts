import { posix } from 'node:path';
import { later, later2, notA, whole, withInt, withText, type Table } from '../arguments.ts';
import { readFile, readJson, withPath } from '../builtins/data.ts';
import { mapped } from '../builtins/lists.ts';
import { textsOf } from '../builtins/sets.ts';
import { joined, toText } from '../builtins/strings.ts';
import { fromBytes, toBytes } from '../bytes.ts';
import { coerceToString } from '../call.ts';
import type { Evaluation } from '../evaluation.ts';
import { listOf } from '../primitive.ts';
import { bool, external, int, item, attrName, list, pathOf, string, Thunk, unknown, type Value, stringList } from '../value.ts';
import { compareVersions, packageName, versionParts } from '../versions.ts';
import { optionally } from './conditions.ts';
import { quoted } from './identifiers.ts';
import { shellArg } from './shellTexts.ts';

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** nixpkgs lib/strings.nix and lib/versions.nix. */
export const STRINGS: Table = [
  ['optionalString', 2, (ev, condition, text) => optionally(ev, condition, text, string('', null))],
  ['concatStrings', 1, (ev, xs) => joined(ev, '', xs)],
  [
    'concatMapStrings',
    2,
    (ev, fn, xs) =>
      joined(
        ev,
        '',
        each(xs, (x) => later(ev, fn, x)),
      ),
  ],
  [
    'concatMapStringsSep',
    3,
    (ev, separator, fn, xs) =>
      withText(separator, (between) =>
        joined(
          ev,
          between,
          each(xs, (x) => later(ev, fn, x)),
        ),
      ),
  ],
  ['concatImapStrings', 2, (ev, fn, xs) => joined(ev, '', numbered(ev, fn, xs))],
  ['concatImapStringsSep', 3, (ev, separator, fn, xs) => withText(separator, (between) => joined(ev, between, numbered(ev, fn, xs)))],
  ['concatMapAttrsStringSep', 3, (ev, separator, fn, set) => withText(separator, (between) => joined(ev, between, fromSet(ev, fn, set)))],
  [
    'concatLines',
    1,
    (ev, xs) =>
      joined(
        ev,
        '',
        each(xs, (x) => suffixed(ev, x, '\n')),
      ),
  ],
  ['join', 2, (ev, separator, xs) => withText(separator, (between) => joined(ev, between, xs))],
  ['hasPrefix', 2, (_, part, x) => tested(part, x, (a, text) => text.startsWith(a))],
  ['hasSuffix', 2, (_, part, x) => hasSuffix(part, x)],
  ['hasInfix', 2, (_, part, x) => tested(part, x, (a, text) => text.includes(a))],
  ['removePrefix', 2, (_, part, x) => changed(part, x, (a, text) => (text.startsWith(a) ? text.slice(a.length) : text))],
  ['removeSuffix', 2, (_, part, x) => changed(part, x, (a, text) => (text.endsWith(a) ? text.slice(0, text.length - a.length) : text))],
  ['splitString', 2, (_, part, x) => withText(part, (by) => withText(x, (text) => splitString(by, text, x)))],
  ['toUpper', 1, (_, x) => withText(x, (text) => string(upper(text), x.location))],
  ['toLower', 1, (_, x) => withText(x, (text) => string(lower(text), x.location))],
  ['toSentenceCase', 1, (_, x) => withText(x, (text) => string(upper(text.slice(0, 1)) + lower(text.slice(1)), x.location))],
  ['trim', 1, (_, x) => withText(x, (text) => string(text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ''), x.location))],
  ['stringToCharacters', 1, (_, x) => withText(x, (text) => characters(text, x))],
  [
    'stringAsChars',
    2,
    (ev, fn, x) =>
      withText(x, (text) =>
        joined(
          ev,
          '',
          each(Thunk.of(characters(text, x)), (char) => later(ev, fn, char)),
        ),
      ),
  ],
  [
    'escape',
    2,
    (_, chars, x) =>
      textsOf(chars, (special) =>
        withText(x, (text) =>
          string(
            Array.from(text)
              .map((char) => (special.includes(char) ? `\\${char}` : char))
              .join(''),
            x.location,
          ),
        ),
      ),
  ],
  ['escapeShellArg', 1, (ev, x) => converted(toText(ev, x), shellArg)],
  [
    'escapeShellArgs',
    1,
    (ev, xs) =>
      joined(
        ev,
        ' ',
        each(xs, (x) => new Thunk(x.location, () => converted(toText(ev, x), shellArg))),
      ),
  ],
  ['escapeNixString', 1, (_, x) => withText(x, (text) => string(quoted(text), x.location))],
  ['escapeRegex', 1, (_, x) => withText(x, (text) => string(text.replace(/[\\[{()^$?*+|.]/g, '\\$&'), x.location))],
  [
    'escapeXML',
    1,
    (_, x) =>
      withText(x, (text) =>
        string(
          text.replace(/["'<>&]/g, (char) => XML[char] ?? char),
          x.location,
        ),
      ),
  ],
  ['escapeURL', 1, (_, x) => withText(x, (text) => string(encodeURIComponent(text).replace(/[!'()*]/g, percent), x.location))],
  [
    'replaceString',
    3,
    (_, from, to, x) => withText(to, (by) => changed(from, x, (a, text) => (a === '' ? text : text.replaceAll(a, () => by)))),
  ],
  [
    'fixedWidthString',
    3,
    (_, n, fill, x) => withInt(n, (width) => withText(fill, (by) => withText(x, (text) => fixed(Number(width), by, text, x)))),
  ],
  ['fixedWidthNumber', 2, (ev, n, x) => withInt(n, (width) => converted(toText(ev, x), (text) => text.padStart(Number(width), '0')))],
  ['toInt', 1, (_, x) => withText(x, (text) => toInt(text, x))],
  [
    'toIntBase10',
    1,
    (_, x) => withText(x, (text) => (/^\s*-?\d+\s*$/.test(text) ? int(BigInt(text.trim())) : unknown('the text is no number', x.location))),
  ],
  ['boolToString', 1, (_, x) => boolWord(x, 'true', 'false')],
  ['boolToYesNo', 1, (_, x) => boolWord(x, 'yes', 'no')],
  ['floatToString', 1, (ev, x) => toText(ev, x)],
  ['fileContents', 1, (ev, x) => withPath(x, (path) => converted(readFile(ev, path, x), (text) => text.replace(/\n$/, '')))],
  ['importJSON', 1, (ev, x) => readJson(ev, x)],
  ['makeBinPath', 1, (ev, xs) => searchPath(ev, 'bin', xs)],
  ['makeLibraryPath', 1, (ev, xs) => searchPath(ev, 'lib', xs)],
  ['makeSearchPath', 2, (ev, sub, xs) => withText(sub, (folder) => searchPath(ev, folder, xs))],
  ['isStringLike', 1, (_, x) => stringLike(x)],
  [
    'isStorePath',
    1,
    (_, x) => withText(x, (text) => (text.startsWith('/nix/store/') ? unknown('it may be a store path', x.location) : bool(false))),
  ],
  [
    'nameFromURL',
    2,
    (_, x, separator) => withText(x, (url) => withText(separator, (by) => string(posix.basename(url).split(by)[0] ?? '', x.location))),
  ],
  ['getName', 1, (_, x) => nameOf(x, (text) => packageName(text).name)],
  ['getVersion', 1, (_, x) => nameOf(x, (text) => packageName(text).version)],
  [
    'versionOlder',
    2,
    (_, a, b) => tested(a, b, (left, right) => compareVersions(right, left) === 1 || compareVersions(left, right) === -1),
  ],
  ['versionAtLeast', 2, (_, a, b) => tested(a, b, (left, right) => compareVersions(left, right) >= 0)],
  ['major', 1, (_, x) => withText(x, (text) => string(versionParts(text)[0] ?? '', x.location))],
  ['majorMinor', 1, (_, x) => withText(x, (text) => string(versionParts(text).slice(0, 2).join('.'), x.location))],
  ['lowerChars', 0, () => letters(UPPER.toLowerCase())],
  ['upperChars', 0, () => letters(UPPER)],
  ['cmakeBool', 2, () => external('an option of cmake')],
  ['cmakeFeature', 2, () => external('an option of cmake')],
  ['mesonBool', 2, () => external('an option of meson')],
];

/** Functions of `lib.strings` whose names mean another one in `lib` itself. */
export const ONLY_STRINGS: Table = [
  [
    'replicate',
    2,
    (_, n, x) =>
      withInt(n, (count) =>
        withText(x, (text) =>
          count > 10_000n ? unknown('the text is too long', x.location) : string(text.repeat(Math.max(0, Number(count))), x.location),
        ),
      ),
  ],
];

const XML: Readonly<Record<string, string>> = { '"': '&quot;', "'": '&apos;', '<': '&lt;', '>': '&gt;', '&': '&amp;' };

function percent(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** Only ASCII letters have two cases in Nix. */
function upper(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function letters(text: string): Value {
  return stringList(Array.from(text));
}

function each(xs: Thunk, change: (x: Thunk) => Thunk): Thunk {
  return Thunk.of(mapped(listOf(xs), change));
}

function numbered(evaluation: Evaluation, fn: Thunk, xs: Thunk): Thunk {
  return new Thunk(xs.location, () =>
    whole(xs, (items) => list(items.map((x, index) => ({ thunk: later2(evaluation, fn, Thunk.of(int(index + 1)), x), conditions: [] })))),
  );
}

function fromSet(evaluation: Evaluation, fn: Thunk, thunk: Thunk): Thunk {
  return new Thunk(thunk.location, () => {
    const set = thunk.force();
    if (set.type !== 'attrs') return notA('a set', set, thunk.location);
    const items = [...set.attrs.names()].sort().flatMap((name) => {
      const found = set.attrs.get(name);
      return found ? [{ thunk: later2(evaluation, fn, Thunk.of(attrName(name, found)), found.thunk), conditions: found.conditions }] : [];
    });
    return list(items, thunk.location, set.attrs.gaps);
  });
}

function suffixed(evaluation: Evaluation, x: Thunk, suffix: string): Thunk {
  return new Thunk(x.location, () => {
    const text = coerceToString(evaluation, x.force(), x.location);
    return typeof text === 'string' ? string(text + suffix, x.location) : text;
  });
}

function tested(part: Thunk, x: Thunk, test: (part: string, text: string) => boolean): Value {
  return withText(part, (a) => withText(x, (text) => bool(test(a, text))));
}

/** The end of a path's text is known, though what it begins with in the store is not. */
function hasSuffix(part: Thunk, x: Thunk): Value {
  const value = x.force();
  const path = value.type === 'string' ? null : pathOf(value);
  if (path === null) return tested(part, x, (a, text) => text.endsWith(a));
  const end = `/${posix.basename(path)}`;
  return withText(part, (a) =>
    a.length > end.length && a.endsWith(end) ? unknown('a path in a string becomes a store path', x.location) : bool(path.endsWith(a)),
  );
}

function changed(part: Thunk, x: Thunk, change: (part: string, text: string) => string): Value {
  return withText(part, (a) => withText(x, (text) => string(change(a, text), x.location)));
}

function converted(value: Value, change: (text: string) => string): Value {
  return value.type === 'string' ? string(change(value.value), value.location) : value;
}

function splitString(by: string, text: string, x: Thunk): Value {
  if (by === '') return unknown('a text is not split at nothing', x.location);
  return stringList(text.split(by), x.location);
}

function characters(text: string, x: Thunk): Value {
  const bytes = toBytes(text);
  return list(
    Array.from(bytes).map((byte) => {
      const char = fromBytes(byte);
      return item(char === null ? unknown('a part of a character', x.location) : string(char, x.location));
    }),
  );
}

function fixed(width: number, fill: string, text: string, x: Thunk): Value {
  const length = toBytes(text).length;
  if (length > width || fill.length !== 1 || width > 10_000) return unknown('the text is longer than it may be', x.location);
  return string(fill.repeat(width - length) + text, x.location);
}

function toInt(text: string, x: Thunk): Value {
  const trimmed = text.trim();
  return /^-?(0|[1-9]\d*)$/.test(trimmed) ? int(BigInt(trimmed)) : unknown('the text is no number', x.location);
}

function boolWord(x: Thunk, yes: string, no: string): Value {
  const value = x.force();
  return value.type === 'bool' ? string(value.value ? yes : no, null) : notA('a Boolean', value, x.location);
}

function searchPath(evaluation: Evaluation, folder: string, xs: Thunk): Value {
  return joined(
    evaluation,
    ':',
    each(xs, (x) => suffixed(evaluation, x, `/${folder}`)),
  );
}

function stringLike(x: Thunk): Value {
  const value = x.force();
  if (value.type === 'unknown') return value;
  if (value.type !== 'attrs') return bool(value.type === 'string' || value.type === 'path');
  return value.attrs.get('outPath') || value.attrs.get('__toString') ? bool(true) : (value.attrs.gaps[0] ?? bool(false));
}

function nameOf(x: Thunk, use: (text: string) => string): Value {
  const value = x.force();
  if (value.type === 'string') return string(use(value.value), value.location);
  return value.type === 'attrs' ? external('a package') : notA('a package', value, x.location);
}
