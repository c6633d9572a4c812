import { apply2, later, withSet, withText, type Table } from '../arguments.ts';
import { toText, joined } from '../builtins/strings.ts';
import { toJson } from '../builtins/data.ts';
import { member, sortedNames } from '../primitive.ts';
import { external, list, string, Thunk, typeName, unknown, type AttrSet, type ListItem, type Value } from '../value.ts';
import type { Evaluation } from '../evaluation.ts';
import { tagged } from './conditions.ts';

/** nixpkgs lib/generators.nix; texts of formats in which nothing of a configuration hides are not made. */
export const GENERATORS: Table = [
  ['mkLuaInline', 1, (_, expr) => tagged('lua-inline', { expr })],
  ['mkValueStringDefault', 2, (ev, _, x) => valueText(ev, x)],
  ['mkKeyValueDefault', 4, (ev, options, separator, key, x) => withSet(options, (set) => keyValue(ev, set, separator, key, x))],
  ['toKeyValue', 2, (ev, options, set) => withSet(options, (given) => lines(ev, given, set))],
  ['toINI', 2, (ev, options, set) => withSet(options, (given) => sections(ev, given, set))],
  [
    'toINIWithGlobalSection',
    2,
    (ev, options, parts) =>
      withSet(options, (given) => withSet(parts, (set) => globalAndSections(ev, given, part(set, 'globalSection'), part(set, 'sections')))),
  ],
  ['toJSON', 2, (ev, _, x) => toJson(ev, x)],
  ['toYAML', 2, (ev, _, x) => toJson(ev, x)],
  ...(
    [
      ['toGitINI', 1],
      ['toPretty', 2],
      ['toPlist', 2],
      ['toDhall', 2],
      ['toLua', 2],
      ['toDconfINI', 1],
      ['mkDconfKeyValue', 2],
      ['withRecursion', 2],
    ] as const
  ).map(([name, arity]) => [name, arity, () => external(`the text of lib.generators.${name}`)] as const),
];

function part(set: AttrSet, name: string): Thunk | null {
  return set.get(name)?.thunk ?? null;
}

function valueText(evaluation: Evaluation, x: Thunk): Value {
  const value = x.force();
  switch (value.type) {
    case 'null':
      return string('null', x.location);
    case 'bool':
      return string(String(value.value), x.location);
    case 'string':
    case 'int':
    case 'float':
      return toText(evaluation, x);
    case 'unknown':
      return value;
    default:
      return value.type === 'attrs' && value.attrs.get('outPath')
        ? toText(evaluation, x)
        : unknown(`${typeName(value)} is not written there`, x.location);
  }
}

/** `key=value`, the separator in the key escaped. */
function keyValue(evaluation: Evaluation, options: AttrSet, separator: Thunk, key: Thunk, x: Thunk): Value {
  const own = part(options, 'mkValueString');
  return withText(separator, (by) =>
    withText(key, (name) =>
      withText(own ? later(evaluation, own, x) : new Thunk(x.location, () => valueText(evaluation, x)), (text) =>
        string(name.split(by).join(`\\${by}`) + by + text, x.location),
      ),
    ),
  );
}

const NO_OPTIONS: AttrSet = { get: () => undefined, names: () => [], gaps: [] };
const EQUALS = Thunk.of(string('=', null));

function lines(evaluation: Evaluation, options: AttrSet, set: Thunk): Value {
  const mkKeyValue = part(options, 'mkKeyValue');
  const indent = options.get('indent') ? member(options, 'indent') : string('', null);
  const repeats = options.get('listsAsDuplicateKeys') ? member(options, 'listsAsDuplicateKeys') : null;
  if (repeats !== null && repeats.type !== 'bool')
    return repeats.type === 'unknown' ? repeats : unknown('a Boolean is wanted', set.location);
  if (indent.type !== 'string') return indent.type === 'unknown' ? indent : unknown('a string is wanted', set.location);
  const line = (name: Thunk, x: Thunk): Thunk =>
    new Thunk(x.location, () => {
      const made = mkKeyValue ? apply2(evaluation, mkKeyValue, name, x) : keyValue(evaluation, NO_OPTIONS, EQUALS, name, x);
      return made.type === 'string' ? string(`${indent.value}${made.value}\n`, made.location) : made;
    });
  return withSet(set, (found) => {
    const items: ListItem[] = [];
    for (const name of sortedNames(found)) {
      const each = found.get(name);
      if (!each) continue;
      const value = repeats?.value === true ? each.thunk.force() : null;
      const key = Thunk.of(string(name, each.name));
      if (value?.type !== 'list') items.push({ thunk: line(key, each.thunk), conditions: each.conditions });
      else {
        if (value.gaps[0]) return value.gaps[0];
        for (const inner of value.items)
          items.push({ thunk: line(key, inner.thunk), conditions: [...each.conditions, ...inner.conditions] });
      }
    }
    return joined(evaluation, '', Thunk.of(list(items, set.location, found.gaps)));
  });
}

function sections(evaluation: Evaluation, options: AttrSet, set: Thunk): Value {
  const mkSectionName = part(options, 'mkSectionName');
  return withSet(set, (found) => {
    const items = sortedNames(found).flatMap((name): ListItem[] => {
      const each = found.get(name);
      if (!each) return [];
      const key = Thunk.of(string(name, each.name));
      const section = new Thunk(each.thunk.location, () =>
        withText(
          mkSectionName ? later(evaluation, mkSectionName, key) : Thunk.of(string(name.replace(/[[\]]/g, '\\$&'), null)),
          (title) => {
            const body = lines(evaluation, withoutIndent(options), each.thunk);
            return body.type === 'string' ? string(`[${title}]\n${body.value}`, each.thunk.location) : body;
          },
        ),
      );
      return [{ thunk: section, conditions: each.conditions }];
    });
    return joined(evaluation, '\n', Thunk.of(list(items, set.location, found.gaps)));
  });
}

function withoutIndent(options: AttrSet): AttrSet {
  return { ...NO_OPTIONS, get: (name) => (name === 'indent' ? undefined : options.get(name)) };
}

function globalAndSections(evaluation: Evaluation, options: AttrSet, global: Thunk | null, rest: Thunk | null): Value {
  if (!global) return unknown('globalSection is missing', null);
  const head = lines(evaluation, withoutIndent(options), global);
  const tail = rest ? sections(evaluation, options, rest) : string('', null);
  if (head.type !== 'string' || tail.type !== 'string') return head.type === 'string' ? tail : head;
  return string(head.value === '' ? tail.value : `${head.value}\n${tail.value}`, global.location);
}
