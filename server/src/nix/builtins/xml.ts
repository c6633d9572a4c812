import { certain } from '../combine.ts';
import { MAX_TEXT, type Evaluation } from '../evaluation.ts';
import { sortedNames } from '../primitive.ts';
import { string, Thunk, unknown, type AttrsValue, type ListValue, type Value } from '../value.ts';

const HEAD = "<?xml version='1.0' encoding='utf-8'?>\n<expr>\n";

/** `builtins.toXML` (the Nix manual, "Built-in Functions"): the text as Nix writes it. */
export function toXml(evaluation: Evaluation, thunk: Thunk): Value {
  const body = element(evaluation, thunk, 1);
  return body.type === 'string' ? string(`${HEAD}${body.value}</expr>\n`, thunk.location) : body;
}

function element(evaluation: Evaluation, thunk: Thunk, depth: number): Value {
  return evaluation.deeper(thunk.location, () => {
    const value = thunk.force();
    switch (value.type) {
      case 'null':
        return text(depth, '<null />');
      case 'bool':
      case 'int':
        return text(depth, `<${value.type} value="${String(value.value)}" />`);
      case 'float':
        return unknown('versions of Nix write this number differently', thunk.location);
      case 'string':
        return text(depth, `<string value="${escaped(value.value)}" />`);
      case 'path':
        return text(depth, `<path value="${escaped(value.path)}" />`);
      case 'list':
        return listElement(evaluation, value, thunk, depth);
      case 'attrs':
        return setElement(evaluation, value, thunk, depth);
      case 'function':
        return unknown('versions of Nix write functions differently', thunk.location);
      case 'unknown':
        return value;
    }
  });
}

function listElement(evaluation: Evaluation, value: ListValue, thunk: Thunk, depth: number): Value {
  const missing = value.gaps[0] ?? (value.items.some(({ conditions }) => conditions.length > 0) ? undecided(thunk) : null);
  return (
    missing ??
    wrapped(
      evaluation,
      '<list>',
      '</list>',
      depth,
      value.items.map((each) => each.thunk),
    )
  );
}

function setElement(evaluation: Evaluation, value: AttrsValue, thunk: Thunk, depth: number): Value {
  const [gap] = value.attrs.gaps;
  if (gap) return gap;
  // A derivation is written by its store paths.
  const type = value.attrs.get('type')?.thunk.force();
  if (type?.type === 'string' && type.value === 'derivation') return unknown('a derivation is not built', thunk.location);
  let body = '';
  for (const name of sortedNames(value.attrs)) {
    const found = value.attrs.get(name);
    if (!found) return undecided(thunk);
    const inner = wrapped(evaluation, `<attr name="${escaped(name)}">`, '</attr>', depth + 1, [
      new Thunk(found.thunk.location, () => certain(found)),
    ]);
    if (inner.type !== 'string') return inner;
    body += inner.value;
    if (body.length > MAX_TEXT) return unknown('the text is too long', thunk.location);
  }
  return string(`${indent(depth)}<attrs>\n${body}${indent(depth)}</attrs>\n`, null);
}

function wrapped(evaluation: Evaluation, open: string, close: string, depth: number, items: readonly Thunk[]): Value {
  let body = '';
  for (const each of items) {
    const inner = element(evaluation, each, depth + 1);
    if (inner.type !== 'string') return inner;
    body += inner.value;
    if (body.length > MAX_TEXT) return unknown('the text is too long', each.location);
  }
  return string(`${indent(depth)}${open}\n${body}${indent(depth)}${close}\n`, null);
}

function undecided(thunk: Thunk): Value {
  return unknown('it depends on a condition', thunk.location);
}

function text(depth: number, line: string): Value {
  return string(`${indent(depth)}${line}\n`, null);
}

function indent(depth: number): string {
  return '  '.repeat(depth);
}

const ESCAPES: Readonly<Record<string, string>> = { '"': '&quot;', '<': '&lt;', '>': '&gt;', '&': '&amp;', '\n': '&#xA;' };

function escaped(value: string): string {
  return value.replace(/["<>&\n]/g, (char) => ESCAPES[char] ?? char);
}
