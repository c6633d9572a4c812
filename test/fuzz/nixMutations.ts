import type { Random } from '../support/random.ts';

type Mutation = (text: string, random: Random, others: readonly string[]) => string;

/** Pieces of Nix that are known to matter to a reader. */
const PIECES = [
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  '"',
  "''",
  "''$",
  '${',
  ';',
  '=',
  '.',
  '?',
  '@',
  ':',
  '++',
  '//',
  '->',
  '&&',
  '|>',
  ' or ',
  'rec ',
  'let ',
  ' in ',
  'with ',
  'inherit ',
  'inherit (x) ',
  'if ',
  ' then ',
  ' else ',
  'assert ',
  'import ',
  './.',
  '../..',
  '/etc',
  '~/x',
  '<nixpkgs>',
  '"${"',
  '${null}',
  '${{}}',
  '__functor',
  '__toString',
  '_type = "if";',
  'imports = [ ./. ];',
  'imports = [ ../../flake.nix ];',
  'config = config;',
  'options.a.b.c = { };',
  'lib.mkIf config.services.openssh.enable ',
  'lib.mkForce ',
  'lib.mkMerge [ ',
  'environment.persistence."/persist"',
  'environment.persistence = config.environment.persistence;',
  'fileSystems."/" = config.fileSystems."/";',
  'disko.devices = config;',
  '_module.args.x = x;',
  '# ',
  '/* ',
  '*/',
  '\0',
  '\r',
  '\t',
  '\u2028',
  '😀',
  '\ud800',
  '9999999999999999999999',
  '1.e',
  '{ ... }@args: args // ',
] as const;

/** Lexemes of Nix, roughly: words, strings without interpolation, marks. */
const LEXEME = /[\w.'-]+|"[^"\n]*"|[^\w\s]/g;

const MUTATIONS: readonly Mutation[] = [
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => text.slice(random.below(text.length + 1)),
  (text, random) => {
    const start = random.below(text.length + 1);
    return text.slice(0, start) + text.slice(start + random.below(30));
  },
  (text, random) => insert(text, random, random.pick(PIECES)),
  (text, random) => insert(text, random, random.pick(PIECES)),
  (text, random) => insert(text, random, String.fromCharCode(random.below(128))),
  // A lexeme goes, comes twice, or changes places with another.
  (text, random) => replaceLexeme(text, random, () => ''),
  (text, random) => replaceLexeme(text, random, (lexeme) => `${lexeme} ${lexeme}`),
  (text, random) => replaceLexeme(text, random, () => random.pick([...text.matchAll(LEXEME)])[0]),
  (text, random) => replaceLexeme(text, random, () => random.pick(PIECES)),
  (text, random, others) => replaceLexeme(text, random, () => `(${random.pick(others)})`),
  // Lines change places, as when people move blocks.
  (text, random) => {
    const lines = text.split('\n');
    const [line = ''] = lines.splice(random.below(lines.length), 1);
    lines.splice(random.below(lines.length + 1), 0, line);
    return lines.join('\n');
  },
  (text, random) => {
    const lines = text.split('\n');
    const from = random.below(lines.length);
    const some = lines.slice(from, from + random.below(12) + 1);
    lines.splice(random.below(lines.length + 1), 0, ...some);
    return lines.join('\n');
  },
  (text, random, others) => insert(text, random, random.pick(others)),
  (_text, random, others) => random.pick(others),
  (text, random) => insert(text, random, random.pick(['(', '[', '{ a = ', 'a: ', '"${', '!', '- ']).repeat(random.below(3000))),
];

/** A text that is like another but for a few accidents. `others`: texts to take pieces from. */
export function mutate(text: string, random: Random, others: readonly string[]): string {
  let out = text;
  for (let count = random.below(3) + 1; count > 0; count--) out = random.pick(MUTATIONS)(out, random, others);
  return out;
}

function insert(text: string, random: Random, piece: string): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + piece + text.slice(at);
}

function replaceLexeme(text: string, random: Random, make: (lexeme: string) => string): string {
  const lexemes = [...text.matchAll(LEXEME)];
  if (lexemes.length === 0) return text;
  const found = random.pick(lexemes);
  return text.slice(0, found.index) + make(found[0]) + text.slice(found.index + found[0].length);
}
