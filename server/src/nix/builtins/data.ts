import { posix } from 'node:path';
import { notA, whole, withText, type Table } from '../arguments.ts';
import { call } from '../call.ts';
import { certain } from '../combine.ts';
import { MAX_TEXT, type Evaluation } from '../evaluation.ts';
import { parseJson } from '../json.ts';
import { sortedNames } from '../primitive.ts';
import { attr, attrs, bool, external, pathOf, string, Thunk, unknown, type Attr, type Value } from '../value.ts';
import { hashText } from './hashes.ts';
import { parseToml } from './toml.ts';
import { toXml } from './xml.ts';

/** Builtins about files and the formats in them. Names, order and meaning: the Nix manual, "Built-in Functions". */
export const DATA: Table = [
  ['toJSON', 1, (ev, x) => toJson(ev, x)],
  ['fromJSON', 1, (_, x) => withText(x, (text) => parseJson(text, x.location) ?? unknown('the text is no JSON', x.location))],
  ['readFile', 1, (ev, x) => withPath(x, (path) => readFile(ev, path, x))],
  ['readDir', 1, (ev, x) => withPath(x, (path) => readDir(ev, path, x))],
  ['readFileType', 1, (ev, x) => withPath(x, (path) => readFileType(ev, path, x))],
  ['pathExists', 1, (ev, x) => withPath(x, (path) => pathExists(ev, path, x))],
  ['toPath', 1, (_, x) => withPath(x, (path) => string(path, x.location))],
  ['path', 1, () => external('the copy of a path in the store')],
  ['filterSource', 2, () => external('the copy of a path in the store')],
  ['toFile', 2, () => external('a file in the store')],
  ['storePath', 1, () => external('a path in the store')],
  ['hashFile', 2, (ev, algorithm, x) => withText(algorithm, (name) => withPath(x, (path) => hashFile(ev, name, path, x)))],
  ['toXML', 1, (ev, x) => toXml(ev, x)],
  ['fromTOML', 1, (_, x) => withText(x, (text) => parseToml(text, x.location) ?? unknown('the text is no TOML', x.location))],
];

/** The text as Nix writes it: names sorted, no space. Floats that versions of Nix write differently are unknown. */
export function toJson(evaluation: Evaluation, thunk: Thunk): Value {
  return evaluation.deeper(thunk.location, () => {
    const value = thunk.force();
    switch (value.type) {
      case 'null':
        return string('null', thunk.location);
      case 'bool':
      case 'int':
        return string(String(value.value), thunk.location);
      case 'float':
        return Number.isInteger(value.value) || !/^-?\d\.\d{1,4}$/.test(String(value.value))
          ? unknown('versions of Nix write this number differently', thunk.location)
          : string(String(value.value), thunk.location);
      case 'string':
        return string(jsonText(value.value), value.location);
      case 'path':
        return { ...external('the copy of a path in the store'), location: thunk.location };
      case 'list':
        return whole(thunk, (items) => wrapped(evaluation, '[', items, ']', thunk));
      case 'attrs':
        return jsonSet(evaluation, value, thunk);
      default:
        return notA('a value that JSON can hold', value, thunk.location);
    }
  });
}

function jsonText(text: string): string {
  return JSON.stringify(text).replace(/\\[bf]/g, (escape) => (escape === '\\b' ? '\\u0008' : '\\u000c'));
}

function wrapped(
  evaluation: Evaluation,
  open: string,
  items: readonly Thunk[],
  close: string,
  at: Thunk,
  labels?: readonly string[],
): Value {
  let text = open;
  for (const [index, each] of items.entries()) {
    const part = toJson(evaluation, each);
    if (part.type !== 'string') return part;
    text += (index > 0 ? ',' : '') + (labels ? `${jsonText(labels[index] ?? '')}:` : '') + part.value;
    if (text.length > MAX_TEXT) return unknown('the text is too long', at.location);
  }
  return string(text + close, at.location);
}

function jsonSet(evaluation: Evaluation, value: Extract<Value, { type: 'attrs' }>, thunk: Thunk): Value {
  const toText = value.attrs.get('__toString');
  if (toText) return toJson(evaluation, new Thunk(thunk.location, () => call(evaluation, certain(toText), thunk, thunk.location)));
  const outPath = value.attrs.get('outPath');
  if (outPath) return toJson(evaluation, new Thunk(thunk.location, () => certain(outPath)));
  const [gap] = value.attrs.gaps;
  if (gap) return gap;
  const names = sortedNames(value.attrs);
  const parts = names.map((name) => {
    const found = value.attrs.get(name);
    return new Thunk(thunk.location, () => (found ? certain(found) : unknown(`there is no attribute ${name}`, thunk.location)));
  });
  return wrapped(evaluation, '{', parts, '}', thunk, names);
}

/** An absolute path, given as a path or as a text. */
export function withPath(thunk: Thunk, use: (path: string) => Value): Value {
  const value = thunk.force();
  const outPath = value.type === 'attrs' ? value.attrs.get('outPath') : undefined;
  if (outPath) return withPath(outPath.thunk, use);
  const path = pathOf(value);
  if (path === null) return notA('a path', value, thunk.location);
  if (value.type === 'unknown' && !path.startsWith('/')) return value;
  return path.startsWith('/') ? use(posix.resolve(path)) : unknown('the path is not absolute', thunk.location);
}

export function readFile(evaluation: Evaluation, path: string, x: Thunk): Value {
  const read = evaluation.sources.text(path);
  return typeof read === 'string'
    ? unknown(`${path}: ${read}`, x.location)
    : string(read.text, { file: path, start: 0, end: read.text.length });
}

function readDir(evaluation: Evaluation, path: string, x: Thunk): Value {
  const entries = evaluation.sources.entries(path);
  if (typeof entries === 'string') return unknown(`${path}: ${entries}`, x.location);
  return attrs(
    new Map([...entries].map(([name, kind]): readonly [string, Attr] => [name, attr(Thunk.of(string(kind, null)))])),
    x.location,
  );
}

export function readFileType(evaluation: Evaluation, path: string, x: Thunk): Value {
  const entries = evaluation.sources.entries(posix.dirname(path));
  const kind = typeof entries === 'string' ? null : entries.get(posix.basename(path));
  return kind ? string(kind, null) : unknown(`${path} is not seen here`, x.location);
}

/** Known for what is in the workspace: the closest directory that is there tells what is not. */
function pathExists(evaluation: Evaluation, path: string, x: Thunk): Value {
  for (let below = path; below !== '/'; below = posix.dirname(below)) {
    const entries = evaluation.sources.entries(posix.dirname(below));
    if (typeof entries === 'string') continue;
    const kind = entries.get(posix.basename(below));
    if (below === path && kind !== undefined) return kind === 'symlink' ? bool(evaluation.sources.kindOf(path) !== null) : bool(true);
    if (kind === undefined || kind === 'regular') return bool(false);
    break;
  }
  const root = evaluation.sources.entries(path);
  return typeof root === 'string' ? unknown(`${path} may exist without being seen here`, x.location) : bool(true);
}

/** Only of text: what can't be read as text has other bytes than the text that is read of it. */
export function hashFile(evaluation: Evaluation, algorithm: string, path: string, x: Thunk): Value {
  const read = readFile(evaluation, path, x);
  if (read.type !== 'string') return read;
  return read.value.includes('\ufffd') ? unknown(`${path} is not text`, x.location) : hashText(algorithm, read.value, x);
}

/** What a file of TOML says. */
export function readToml(evaluation: Evaluation, x: Thunk): Value {
  return withPath(x, (path) => {
    const text = readFile(evaluation, path, x);
    return text.type === 'string' ? (parseToml(text.value, text.location) ?? unknown(`${path} is no TOML`, x.location)) : text;
  });
}

/** What a file of JSON says. */
export function readJson(evaluation: Evaluation, x: Thunk): Value {
  return withPath(x, (path) => {
    const text = readFile(evaluation, path, x);
    return text.type === 'string' ? (parseJson(text.value, text.location) ?? unknown(`${path} is no JSON`, x.location)) : text;
  });
}
