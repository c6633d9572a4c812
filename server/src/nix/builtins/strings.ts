import { posix } from 'node:path';
import { notA, whole, withInt, withSet, withText, type Table } from '../arguments.ts';
import { fromBytes, toBytes } from '../bytes.ts';
import { coerceToString } from '../call.ts';
import { MAX_TEXT, type Evaluation } from '../evaluation.ts';
import { matchAt, parseRegex, type Captures, type Regex } from '../regex.ts';
import { bool, int, item, list, NULL, pathOf, record, string, Thunk, unknown, type Value, stringList } from '../value.ts';
import { compareVersions, packageName, versionParts } from '../versions.ts';
import { convertHash, hashText } from './hashes.ts';
import { textsOf } from './sets.ts';

/** Builtins about strings. Names, order and meaning: the Nix manual, "Built-in Functions". */
export const STRINGS: Table = [
  ['toString', 1, (ev, x) => toText(ev, x)],
  ['stringLength', 1, (_, x) => withText(x, (text) => int(Buffer.byteLength(text)))],
  ['concatStringsSep', 2, (ev, separator, xs) => withText(separator, (between) => joined(ev, between, xs))],
  ['substring', 3, (ev, start, length, x) => substring(ev, start, length, x)],
  ['replaceStrings', 3, (_, from, to, x) => replaceStrings(from, to, x)],
  ['match', 2, (ev, pattern, x) => withRegex(pattern, (regex) => withText(x, (text) => match(ev, regex, text, x)))],
  ['split', 2, (ev, pattern, x) => withRegex(pattern, (regex) => withText(x, (text) => split(ev, regex, text, x)))],
  ['splitVersion', 1, (_, x) => withText(x, (text) => stringList(versionParts(text), x.location))],
  ['compareVersions', 2, (_, a, b) => withText(a, (left) => withText(b, (right) => int(compareVersions(left, right))))],
  ['parseDrvName', 1, (_, x) => withText(x, (text) => drvName(packageName(text), x))],
  ['hashString', 2, (_, algorithm, x) => withText(algorithm, (name) => withText(x, (text) => hashText(name, text, x)))],
  ['convertHash', 1, (_, x) => withSet(x, (set) => convertHash(set, x))],
  ['baseNameOf', 1, (_, x) => pathText(x, (text) => string(posix.basename(text), x.location))],
  ['dirOf', 1, (_, x) => dirOf(x)],
  // What a string depends on is known of none: strings made by derivations are not known themselves.
  ['unsafeDiscardStringContext', 1, (_, x) => withText(x, (text) => string(text, x.location))],
  ['unsafeDiscardOutputDependency', 1, (_, x) => withText(x, (text) => string(text, x.location))],
  ['hasContext', 1, (_, x) => withText(x, () => bool(false))],
  ['getContext', 1, (_, x) => withText(x, () => record({}))],
  ['appendContext', 2, (_, x) => x.force()],
  ['addDrvOutputDependencies', 1, (_, x) => x.force()],
  ['storeDir', 0, () => string('/nix/store', null)],
];

export function toText(evaluation: Evaluation, thunk: Thunk): Value {
  return evaluation.deeper(thunk.location, () => textOf(evaluation, thunk));
}

function textOf(evaluation: Evaluation, thunk: Thunk): Value {
  const value = thunk.force();
  switch (value.type) {
    case 'null':
      return string('', thunk.location);
    case 'bool':
      return string(value.value ? '1' : '', thunk.location);
    case 'int':
      return string(value.value.toString(), thunk.location);
    case 'path':
      return string(value.path, thunk.location);
    case 'float':
      return string(value.value.toFixed(6), thunk.location);
    case 'list':
      return whole(thunk, (items) => listText(evaluation, items, thunk.location));
    default: {
      const text = coerceToString(evaluation, value, thunk.location);
      return typeof text === 'string' ? string(text, 'location' in value ? value.location : thunk.location) : text;
    }
  }
}

/** Items with a space between them; none behind an empty list, as in Nix. */
function listText(evaluation: Evaluation, items: readonly Thunk[], location: Thunk['location']): Value {
  let text = '';
  for (const [index, each] of items.entries()) {
    const part = toText(evaluation, each);
    if (part.type !== 'string') return part;
    const inner = each.force();
    const silent = inner.type === 'list' && inner.items.length === 0;
    text += index < items.length - 1 && !silent ? `${part.value} ` : part.value;
    if (text.length > MAX_TEXT) return unknown('the text is too long', location);
  }
  return string(text, location);
}

/** The items as one text; unknown when one of them is, or may not be there. */
export function joined(evaluation: Evaluation, between: string, xs: Thunk): Value {
  return whole(xs, (items) => {
    let text = '';
    for (const [index, each] of items.entries()) {
      const part = coerceToString(evaluation, each.force(), each.location);
      if (typeof part !== 'string') return part.type === 'unknown' ? unknown(part.reason, part.location) : part;
      text += index > 0 ? between + part : part;
      if (text.length > MAX_TEXT) return unknown('the text is too long', xs.location);
    }
    return string(text, xs.location);
  });
}

/** A string of bytes, where they are a text. */
function ofBytes(bytes: string, from: Thunk): Value {
  const text = fromBytes(bytes);
  return text === null ? unknown('a part of a character', from.location) : string(text, from.location);
}

function substring(evaluation: Evaluation, start: Thunk, length: Thunk, x: Thunk): Value {
  return withInt(start, (from) =>
    withInt(length, (count) => {
      if (from < 0n) return unknown('a part of a text begins before it', start.location);
      const text = coerceToString(evaluation, x.force(), x.location);
      if (typeof text !== 'string') return text;
      const bytes = toBytes(text);
      const at = Number(from);
      return ofBytes(count < 0n ? bytes.slice(at) : bytes.slice(at, at + Number(count)), x);
    }),
  );
}

function replaceStrings(from: Thunk, to: Thunk, x: Thunk): Value {
  return textsOf(from, (patterns) =>
    textsOf(to, (replacements) =>
      withText(x, (text) => {
        if (patterns.length !== replacements.length) return unknown('the two lists are not of the same length', to.location);
        return ofBytes(replaced(toBytes(text), patterns.map(toBytes), replacements.map(toBytes)), x);
      }),
    ),
  );
}

/** At each place the first pattern that is there; an empty one goes in before every byte and at the end. */
function replaced(text: string, patterns: readonly string[], replacements: readonly string[]): string {
  let out = '';
  for (let at = 0; at <= text.length && out.length <= MAX_TEXT;) {
    const found = patterns.findIndex((pattern) => text.startsWith(pattern, at));
    const pattern = patterns[found];
    if (pattern !== undefined) out += replacements[found] ?? '';
    if (pattern) at += pattern.length;
    else out += text.charAt(at++);
  }
  return out;
}

function withRegex(pattern: Thunk, use: (regex: Regex) => Value): Value {
  return withText(pattern, (text) => {
    const regex = parseRegex(toBytes(text));
    return typeof regex === 'string' ? unknown(regex, pattern.location) : use(regex);
  });
}

/** More is not looked at: what one expression may cost. */
const MAX_MATCHING = 5_000_000;

function purse(): (steps: number) => boolean {
  let left = MAX_MATCHING;
  return (steps) => (left -= steps) > 0;
}

function captured(bytes: string, captures: Captures, x: Thunk): Value {
  const groups: Value[] = [];
  for (let i = 2; i < captures.length; i += 2) {
    const [start = -1, end = -1] = captures.slice(i, i + 2);
    groups.push(start < 0 || end < 0 ? NULL : ofBytes(bytes.slice(start, end), x));
  }
  return list(
    groups.map((group) => item(group)),
    x.location,
  );
}

function match(evaluation: Evaluation, regex: Regex, text: string, x: Thunk): Value {
  const bytes = toBytes(text);
  const pay = purse();
  const captures = matchAt(regex, bytes, 0, true, pay);
  if (!pay(1)) return unknown('there is too much to compute', x.location);
  return captures ? evaluation.afford(captured(bytes, captures, x), x.location) : NULL;
}

function split(evaluation: Evaluation, regex: Regex, text: string, x: Thunk): Value {
  const bytes = toBytes(text);
  const pay = purse();
  const parts: Value[] = [];
  let from = 0;
  for (let at = 0; at <= bytes.length;) {
    const captures = matchAt(regex, bytes, at, false, pay);
    const end = captures?.[1] ?? -1;
    // Behind the last byte nothing is looked for, unless the text is empty.
    if (captures && (end > at || at < bytes.length || bytes === '')) {
      parts.push(ofBytes(bytes.slice(from, at), x), captured(bytes, captures, x));
      from = end;
    }
    at = captures && end > at ? end : at + 1;
  }
  if (!pay(1)) return unknown('there is too much to compute', x.location);
  parts.push(ofBytes(bytes.slice(from), x));
  return evaluation.afford(
    list(
      parts.map((part) => item(part)),
      x.location,
    ),
    x.location,
  );
}

function drvName({ name, version }: ReturnType<typeof packageName>, x: Thunk): Value {
  return record({ name: string(name, x.location), version: string(version, x.location) });
}

function pathText(thunk: Thunk, use: (text: string) => Value): Value {
  const value = thunk.force();
  const text = pathOf(value);
  // What the copy itself is named is not known, only what is below it.
  return text === null || isCopyItself(value) ? notA('a path', value, thunk.location) : use(text);
}

function isCopyItself(value: Value): boolean {
  return value.type === 'unknown' && value.copy?.path === value.copy?.root;
}

function dirOf(thunk: Thunk): Value {
  const value = thunk.force();
  if (value.type === 'path') return { ...value, path: posix.dirname(value.path) };
  if (value.type === 'unknown' && value.copy && !isCopyItself(value))
    return { ...value, copy: { ...value.copy, path: posix.dirname(value.copy.path) } };
  return pathText(thunk, (text) => string(posix.dirname(text), thunk.location));
}
