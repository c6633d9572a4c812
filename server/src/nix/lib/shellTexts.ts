import { withInt, withSet, withText, type Table } from '../arguments.ts';
import { textsOf } from '../builtins/sets.ts';
import { joined, toText } from '../builtins/strings.ts';
import { toBytes } from '../bytes.ts';
import type { Evaluation } from '../evaluation.ts';
import { sortedNames } from '../primitive.ts';
import { bool, external, int, list, string, Thunk, unknown, type Value } from '../value.ts';
import { versionParts } from '../versions.ts';
import { attributeName } from './identifiers.ts';

/** What nixpkgs lib/strings.nix and lib/versions.nix have for shells, build systems and names. */
export const SHELL_TEXTS: Table = [
  ['toShellVar', 2, (ev, name, value) => withText(name, (text) => shellVariable(ev, text, value))],
  [
    'toShellVars',
    1,
    (ev, set) =>
      withSet(set, (vars) =>
        joined(
          ev,
          '\n',
          Thunk.of(
            list(
              sortedNames(vars).map((name) => ({
                thunk: new Thunk(set.location, () => shellVariable(ev, name, vars.get(name)?.thunk ?? set)),
                conditions: vars.get(name)?.conditions ?? [],
              })),
              set.location,
              vars.gaps,
            ),
          ),
        ),
      ),
  ],
  ['enableFeature', 2, (_, flag, name) => feature(flag, name, 'enable', 'disable')],
  ['withFeature', 2, (_, flag, name) => feature(flag, name, 'with', 'without')],
  ['enableFeatureAs', 3, (_, flag, name, value) => featureAs(flag, name, value, 'enable', 'disable')],
  ['withFeatureAs', 3, (_, flag, name, value) => featureAs(flag, name, value, 'with', 'without')],
  [
    'cmakeOptionType',
    3,
    (_, type, name, value) =>
      withText(type, (a) => withText(name, (b) => withText(value, (c) => string(`-D${b}:${a.toUpperCase()}=${c}`, value.location)))),
  ],
  ['mesonOption', 2, (_, name, value) => withText(name, (a) => withText(value, (b) => string(`-D${a}=${b}`, value.location)))],
  [
    'mesonEnable',
    2,
    (_, name, flag) => withText(name, (a) => chosen(flag, (on) => string(`-D${a}=${on ? 'enabled' : 'disabled'}`, name.location))),
  ],
  ['escapeNixIdentifier', 1, (_, x) => withText(x, (text) => string(attributeName(text), x.location))],
  ['isValidPosixName', 1, (_, x) => withText(x, (text) => bool(POSIX_NAME.test(text)))],
  ['sanitizeDerivationName', 1, (_, x) => withText(x, (text) => string(derivationName(text), x.location))],
  [
    'charToInt',
    1,
    (_, x) =>
      withText(x, (text) => (/^[\x00-\x7f]$/.test(text) ? int(text.charCodeAt(0)) : unknown('it is no ASCII character', x.location))),
  ],
  ['normalizePath', 1, (_, x) => withText(x, (text) => string(text.replace(/\/{2,}/g, '/'), x.location))],
  [
    'trimWith',
    2,
    (_, which, x) => withSet(which, (sides) => withText(x, (text) => trimmed(sides.get('start')?.thunk, sides.get('end')?.thunk, text, x))),
  ],
  ['commonPrefixLength', 2, (_, a, b) => withText(a, (x) => withText(b, (y) => int(sharedLength(toBytes(x), toBytes(y)))))],
  [
    'commonSuffixLength',
    2,
    (_, a, b) => withText(a, (x) => withText(b, (y) => int(sharedLength(reversed(toBytes(x)), reversed(toBytes(y)))))),
  ],
  [
    'escapeC',
    2,
    (_, chars, x) =>
      textsOf(chars, (special) =>
        withText(x, (text) =>
          string(
            Array.from(text)
              .map((char) => (special.includes(char) ? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}` : char))
              .join(''),
            x.location,
          ),
        ),
      ),
  ],
  ['replaceChars', 3, (_, from, to, x) => replaceAll(from, to, x)],
  ['minor', 1, (_, x) => withText(x, (text) => versionPart(text, 1, x))],
  ['patch', 1, (_, x) => withText(x, (text) => versionPart(text, 2, x))],
  ['pad', 2, (_, n, x) => withInt(n, (count) => withText(x, (text) => string(padded(Number(count), text), x.location)))],
  ['makeIncludePath', 1, () => external('the headers of packages')],
  ['makeSearchPathOutput', 3, () => external('the outputs of packages')],
  ['splitStringBy', 3, () => external('a text split by a function')],
  ['levenshtein', 2, () => external('lib.levenshtein')],
  ['levenshteinAtMost', 3, () => external('lib.levenshteinAtMost')],
  ['isConvertibleWithToString', 1, (ev, x) => convertible(ev, x)],
];

const POSIX_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** One word for a POSIX shell, quoted where it has to be. */
export function shellArg(text: string): string {
  return /^[A-Za-z0-9,._+:@%/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function shellVariable(evaluation: Evaluation, name: string, thunk: Thunk): Value {
  if (!POSIX_NAME.test(name)) return unknown(`${name} is no name of a shell variable`, thunk.location);
  const value = thunk.force();
  if (value.type === 'list') {
    const words = joined(
      evaluation,
      ' ',
      Thunk.of(
        list(
          value.items.map((each) => ({ ...each, thunk: word(evaluation, each.thunk) })),
          value.location,
          value.gaps,
        ),
      ),
    );
    return words.type === 'string' ? string(`declare -a ${name}=(${words.value})`, thunk.location) : words;
  }
  if (value.type === 'attrs' && !value.attrs.get('outPath') && !value.attrs.get('__toString')) {
    const pairs = sortedNames(value.attrs).map((key) => ({
      thunk: new Thunk(thunk.location, () => {
        const text = word(evaluation, value.attrs.get(key)?.thunk ?? thunk).force();
        return text.type === 'string' ? string(`[${shellArg(key)}]=${text.value}`, thunk.location) : text;
      }),
      conditions: value.attrs.get(key)?.conditions ?? [],
    }));
    const words = joined(evaluation, ' ', Thunk.of(list(pairs, value.location, value.attrs.gaps)));
    return words.type === 'string' ? string(`declare -A ${name}=(${words.value})`, thunk.location) : words;
  }
  const text = word(evaluation, thunk).force();
  return text.type === 'string' ? string(`${name}=${text.value}`, thunk.location) : text;
}

function word(evaluation: Evaluation, thunk: Thunk): Thunk {
  return new Thunk(thunk.location, () => {
    const text = toText(evaluation, thunk);
    return text.type === 'string' ? string(shellArg(text.value), thunk.location) : text;
  });
}

function chosen(flag: Thunk, use: (on: boolean) => Value): Value {
  const value = flag.force();
  if (value.type === 'bool') return use(value.value);
  return value.type === 'unknown' ? value : unknown('a Boolean is wanted', flag.location);
}

function feature(flag: Thunk, name: Thunk, on: string, off: string): Value {
  return chosen(flag, (is) => withText(name, (text) => string(`--${is ? on : off}-${text}`, name.location)));
}

function featureAs(flag: Thunk, name: Thunk, value: Thunk, on: string, off: string): Value {
  return chosen(flag, (is) =>
    withText(name, (text) =>
      is ? withText(value, (given) => string(`--${on}-${text}=${given}`, name.location)) : string(`--${off}-${text}`, name.location),
    ),
  );
}

/** nixpkgs lib/strings.nix: characters that no store path may have become dashes, at most 207 bytes, from the end. */
function derivationName(text: string): string {
  const clean = text.replace(/^\.+/, '').replace(/[^A-Za-z0-9+._?=-]+/g, '-');
  return clean === '' ? 'unknown' : clean.slice(Math.max(0, clean.length - 207));
}

/** Whether an option is on; null when that is not known. */
function side(thunk: Thunk | undefined): boolean | null {
  const value = thunk?.force();
  return value === undefined ? false : value.type === 'bool' ? value.value : null;
}

function trimmed(start: Thunk | undefined, end: Thunk | undefined, text: string, x: Thunk): Value {
  const [atStart, atEnd] = [side(start), side(end)];
  if (atStart === null || atEnd === null) return unknown('a Boolean is wanted', x.location);
  const left = atStart ? text.replace(/^[ \t\r\n]+/, '') : text;
  return string(atEnd ? left.replace(/[ \t\r\n]+$/, '') : left, x.location);
}

function sharedLength(a: string, b: string): number {
  let shared = 0;
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared++;
  return shared;
}

function reversed(bytes: string): string {
  return Array.from(bytes).toReversed().join('');
}

function replaceAll(from: Thunk, to: Thunk, x: Thunk): Value {
  return textsOf(from, (chars) =>
    textsOf(to, (others) =>
      withText(x, (text) =>
        string(
          Array.from(text)
            .map((char) => others[chars.indexOf(char)] ?? char)
            .join(''),
          x.location,
        ),
      ),
    ),
  );
}

function versionPart(text: string, index: number, x: Thunk): Value {
  const part = versionParts(text)[index];
  return part === undefined ? unknown('the version has fewer parts', x.location) : string(part, x.location);
}

function padded(count: number, version: string): string {
  const [numbers = ''] = version.split('-');
  const parts = [...versionParts(numbers), ...Array.from({ length: Math.max(0, Math.min(count, 100)) }, () => '0')];
  return parts.slice(0, Math.max(0, count)).join('.') + version.slice(numbers.length);
}

function convertible(evaluation: Evaluation, x: Thunk): Value {
  const value = x.force();
  if (value.type === 'unknown') return value;
  if (value.type === 'attrs')
    return value.attrs.get('outPath') || value.attrs.get('__toString') ? bool(true) : (value.attrs.gaps[0] ?? bool(false));
  if (value.type !== 'list') return bool(value.type !== 'function');
  if (value.gaps[0]) return value.gaps[0];
  for (const each of value.items) {
    const one = evaluation.deeper(x.location, () => convertible(evaluation, each.thunk));
    if (one.type !== 'bool' || !one.value) return one;
  }
  return bool(true);
}
