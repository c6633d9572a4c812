import type { Random } from './random.ts';

type Kind = 'int' | 'bool' | 'string' | 'ints' | 'set';

/** Attributes that every generated set has, all of them integers. */
const NAMES = ['a', 'b', 'c'] as const;

/** An expression of Nix that evaluates without an error, of a random kind. `depth` bounds how deep operators nest. */
export function generateExpression(random: Random, depth: number): string {
  return new Generator(random).expression(random.pick(['int', 'bool', 'string', 'ints', 'set']), depth, []);
}

/** Variables in sight of a generated expression, with what they hold. */
type Sight = readonly (readonly [name: string, kind: Kind])[];

/** As {@link generateExpression}, with functions of `lib`, which has to be in sight. */
export function generateLibExpression(random: Random, depth: number): string {
  return new Generator(random, true).expression(random.pick(['int', 'bool', 'string', 'ints', 'set']), depth, []);
}

class Generator {
  readonly #random: Random;
  readonly #lib: boolean;
  #names = 0;

  constructor(random: Random, lib = false) {
    this.#random = random;
    this.#lib = lib;
  }

  expression(kind: Kind, depth: number, sight: Sight): string {
    if (depth <= 0) return this.#leaf(kind, sight);
    const make = (inner: Kind, seen: Sight = sight): string => this.expression(inner, depth - 1, seen);
    const atom = (inner: Kind): string => `(${make(inner)})`;
    if (this.#lib && this.#random.chance(0.5)) return this.#libCall(kind, atom);
    if (this.#random.chance(0.35)) return this.#wrapped(kind, depth, sight);
    switch (kind) {
      case 'int':
        return this.#random.pick([
          () => this.#chain('int', ['+', '-', '*'], depth, sight),
          () => `${atom('int')} / ${this.#random.below(8) + 1}`,
          () => `-${atom('int')}`,
          () => `builtins.length ${atom('ints')}`,
          () => `builtins.foldl' (x: y: x + y) ${atom('int')} ${atom('ints')}`,
          () => `${atom('set')}.${this.#random.pick(NAMES)}`,
          () => `${atom('set')}.nope or ${atom('int')}`,
          () => `builtins.stringLength ${atom('string')}`,
          () => `builtins.bitAnd ${atom('int')} ${atom('int')}`,
          () => `builtins.compareVersions ${atom('string')} ${atom('string')}`,
          () => `builtins.length (builtins.split "[a-c]+" ${atom('string')})`,
          () => `(builtins.tryEval ${atom('int')}).value`,
          () => `(builtins.fromTOML "x = ${this.#random.below(99)}\\ny = [ 1, 2 ]").x`,
          () => `builtins.length ((builtins.groupBy toString ${atom('ints')})."1" or [ ])`,
        ])();
      case 'bool':
        return this.#random.pick([
          () => this.#chain('bool', ['&&', '||', '->'], depth, sight),
          () => `!${atom('bool')}`,
          () => `${this.#chain('int', ['+', '*'], depth, sight)} ${this.#random.pick(['<', '<=', '>', '>=', '==', '!='])} ${atom('int')}`,
          () => `${this.#chain('ints', ['++'], depth, sight)} == ${atom('ints')}`,
          () => `${atom('set')} ? ${this.#random.pick(['a', 'nope', 'a.b'])}`,
          () => `builtins.elem ${atom('int')} ${atom('ints')}`,
          () => `builtins.any (x: x > ${atom('int')}) ${atom('ints')}`,
          () => `builtins.all (x: x > ${atom('int')}) ${atom('ints')}`,
          () => `builtins.match "[a ]*(b?).*" ${atom('string')} == null`,
          () => `(builtins.tryEval (assert ${atom('bool')}; 1)).success`,
          () => `${atom('string')} < ${atom('string')}`,
          () => `${atom('set')} == ${atom('set')}`,
        ])();
      case 'string':
        return this.#random.pick([
          () => this.#chain('string', ['+'], depth, sight),
          () => `"<\${${make('string')}}>\${toString ${atom('int')}}"`,
          () => `''a \${${make('string')}}\n  b''`,
          () => `builtins.concatStringsSep "," (map toString ${atom('ints')})`,
          () => `toString ${atom('ints')}`,
          () => `toString ${atom('bool')}`,
          () => `builtins.replaceStrings [ "a" "b " ] [ ${atom('string')} "" ] ${atom('string')}`,
          () => `builtins.toJSON ${atom(this.#random.pick(['string', 'ints', 'set', 'bool']))}`,
          () => `builtins.fromJSON (builtins.toJSON ${atom('string')})`,
          () => `builtins.hashString "sha256" ${atom('string')}`,
          () => `builtins.typeOf ${atom('set')}`,
          () => `builtins.toXML ${atom(this.#random.pick(['string', 'ints', 'set', 'bool']))}`,
          () => `builtins.baseNameOf ${atom('string')}`,
          () => `builtins.substring ${this.#random.below(3)} ${this.#random.below(4)} "abc" + ${atom('string')}`,
        ])();
      case 'ints':
        return this.#random.pick([
          () => this.#chain('ints', ['++'], depth, sight),
          () => `[ ${atom('int')} ${atom('int')} ]`,
          () => `map (x: x + ${atom('int')}) ${atom('ints')}`,
          () => `builtins.filter (x: x < ${atom('int')}) ${atom('ints')}`,
          () => `builtins.attrValues ${atom('set')}`,
          () => `builtins.genList (x: x * ${atom('int')}) ${this.#random.below(4)}`,
          () => `builtins.concatMap (x: [ x ${atom('int')} ]) ${atom('ints')}`,
          () => `builtins.sort (x: y: x ${this.#random.pick(['<', '>'])} y) ${atom('ints')}`,
          () => `(builtins.partition (x: x > ${atom('int')}) ${atom('ints')}).${this.#random.pick(['right', 'wrong'])}`,
          () => `builtins.catAttrs "a" [ ${atom('set')} { } ${atom('set')} ]`,
          () => `builtins.foldl' (x: y: x ++ [ y ]) ${atom('ints')} ${atom('ints')}`,
        ])();
      case 'set':
        return this.#random.pick([
          () => this.#chain('set', ['//'], depth, sight),
          () => `{ a = ${make('int')}; b = ${make('int')}; c = ${make('int')}; }`,
          () => `rec { a = ${make('int')}; b = a + 1; c = b; }`,
          () => `builtins.mapAttrs (n: v: v * ${atom('int')}) ${atom('set')}`,
          () => `{ inherit (${make('set')}) a b; c = ${make('int')}; }`,
          () => `builtins.zipAttrsWith (n: builtins.foldl' (x: y: x + y) 0) [ ${atom('set')} ${atom('set')} ]`,
          () => `builtins.intersectAttrs ${atom('set')} ${atom('set')}`,
          () => `removeAttrs ${atom('set')} [ "nope" ]`,
          () => `builtins.listToAttrs (map (n: { name = n; value = ${atom('int')}; }) [ "a" "b" "c" ])`,
          () => `${atom('set')} // { \${"${this.#random.pick(NAMES)}"} = ${make('int')}; }`,
        ])();
    }
  }

  #libCall(kind: Kind, atom: (inner: Kind) => string): string {
    switch (kind) {
      case 'int':
        return this.#random.pick([
          () => `lib.foldr (x: y: x - y) ${atom('int')} ${atom('ints')}`,
          () => `lib.foldl (x: y: x + y) ${atom('int')} ${atom('ints')}`,
          () => `lib.count (x: x > ${atom('int')}) ${atom('ints')}`,
          () => `lib.min ${atom('int')} ${atom('int')}`,
          () => `lib.max ${atom('int')} ${atom('int')}`,
          () => `lib.mod ${atom('int')} ${this.#random.below(5) + 1}`,
          () => `lib.findFirst (x: x > ${atom('int')}) ${atom('int')} ${atom('ints')}`,
          () => `lib.pipe ${atom('int')} [ (x: x + ${atom('int')}) (x: x * 2) ]`,
          () => `lib.attrByPath [ "a" ] ${atom('int')} ${atom('set')}`,
          () => `lib.compare ${atom('int')} ${atom('int')}`,
          () => `lib.defaultTo ${atom('int')} null`,
          () => `lib.foldlAttrs (acc: n: v: acc + v) ${atom('int')} ${atom('set')}`,
        ])();
      case 'bool':
        return this.#random.pick([
          () => `lib.hasPrefix ${atom('string')} ${atom('string')}`,
          () => `lib.hasSuffix ${atom('string')} ${atom('string')}`,
          () => `lib.hasInfix ${atom('string')} ${atom('string')}`,
          () => `lib.hasAttrByPath [ "a" "b" ] ${atom('set')}`,
          () => `lib.mutuallyExclusive ${atom('ints')} ${atom('ints')}`,
          () => `lib.versionOlder ${atom('string')} ${atom('string')}`,
          () => `lib.xor ${atom('bool')} ${atom('bool')}`,
        ])();
      case 'string':
        return this.#random.pick([
          () => `lib.optionalString ${atom('bool')} ${atom('string')}`,
          () => `lib.concatMapStringsSep "," (x: toString x) ${atom('ints')}`,
          () => `lib.concatMapStrings toString ${atom('ints')}`,
          () => `lib.concatImapStringsSep ";" (i: x: "\${toString i}=\${toString x}") ${atom('ints')}`,
          () => `lib.removePrefix ${atom('string')} ${atom('string')}`,
          () => `lib.removeSuffix ${atom('string')} ${atom('string')}`,
          () => `lib.escapeShellArg ${atom('string')}`,
          () => `lib.escapeShellArgs [ ${atom('string')} ${atom('string')} ]`,
          () => `lib.concatLines [ ${atom('string')} ${atom('string')} ]`,
          () => `lib.concatStringsSep "|" (lib.splitString "a" ${atom('string')})`,
          () => `lib.boolToString ${atom('bool')}`,
          () => `lib.concatMapAttrsStringSep " " (n: v: "\${n}\${toString v}") ${atom('set')}`,
        ])();
      case 'ints':
        return this.#random.pick([
          () => `lib.optional ${atom('bool')} ${atom('int')}`,
          () => `lib.optionals ${atom('bool')} ${atom('ints')}`,
          () => `lib.unique ${atom('ints')}`,
          () => `lib.flatten [ ${atom('ints')} [ ${atom('ints')} ] ${atom('int')} ]`,
          () => `lib.take ${this.#random.below(4)} ${atom('ints')}`,
          () => `lib.drop ${this.#random.below(4)} ${atom('ints')}`,
          () => `lib.sublist ${this.#random.below(3)} ${this.#random.below(3)} ${atom('ints')}`,
          () => `lib.subtractLists ${atom('ints')} ${atom('ints')}`,
          () => `lib.intersectLists ${atom('ints')} ${atom('ints')}`,
          () => `lib.remove ${atom('int')} ${atom('ints')}`,
          () => `lib.reverseList ${atom('ints')}`,
          () => `lib.imap1 (i: x: i * x) ${atom('ints')}`,
          () => `lib.forEach ${atom('ints')} (x: x + 1)`,
          () => `lib.zipListsWith (x: y: x + y) ${atom('ints')} ${atom('ints')}`,
          () => `lib.sortOn (x: 0 - x) ${atom('ints')}`,
          () => `lib.range ${this.#random.below(3)} ${this.#random.below(6)}`,
          () => `lib.replicate ${this.#random.below(4)} ${atom('int')}`,
          () => `lib.mapAttrsToList (n: v: v) ${atom('set')}`,
          () => `lib.collect builtins.isInt { x = ${atom('set')}; y = ${atom('int')}; }`,
          () => `lib.attrVals [ "b" "a" ] ${atom('set')}`,
          () => `lib.intersperse 0 ${atom('ints')}`,
        ])();
      case 'set':
        return this.#random.pick([
          () => `lib.recursiveUpdate ${atom('set')} ${atom('set')}`,
          () => `${atom('set')} // lib.optionalAttrs ${atom('bool')} ${atom('set')}`,
          () => `${atom('set')} // lib.filterAttrs (n: v: v > ${atom('int')}) ${atom('set')}`,
          () => `lib.genAttrs [ "a" "b" "c" ] (n: ${atom('int')})`,
          () => `lib.mapAttrs' (n: v: lib.nameValuePair n (v + ${atom('int')})) ${atom('set')}`,
          () => `lib.mergeAttrsList [ ${atom('set')} ${atom('set')} ]`,
          () => `lib.concatMapAttrs (n: v: { \${n} = v * 2; }) ${atom('set')}`,
          () => `lib.getAttrs [ "a" "b" "c" ] ${atom('set')}`,
          () => `lib.fix (self: { a = ${atom('int')}; b = self.a; c = self.b; })`,
          () => `lib.extends (final: prev: { b = prev.a + 1; }) (final: ${atom('set')}) { }`,
          () => `lib.foldAttrs (x: y: x + y) ${atom('int')} [ ${atom('set')} ${atom('set')} ]`,
        ])();
    }
  }

  /** Operators in a row without parentheses: their precedence and associativity decide. */
  #chain(kind: Kind, operators: readonly string[], depth: number, sight: Sight): string {
    let text = `(${this.expression(kind, depth - 1, sight)})`;
    const count = this.#random.below(3) + 1;
    for (let i = 0; i < count; i++) text += ` ${this.#random.pick(operators)} (${this.expression(kind, depth - 2, sight)})`;
    return text;
  }

  /** Ways to say the same that are there for every kind. */
  #wrapped(kind: Kind, depth: number, sight: Sight): string {
    const bound = this.#random.pick<Kind>(['int', 'bool', 'string', 'ints', 'set']);
    const name = `v${this.#names++}`;
    const value = this.expression(bound, depth - 2, sight);
    const body = this.expression(kind, depth - 1, [...sight, [name, bound]]);
    return this.#random.pick([
      `let ${name} = ${value}; in ${body}`,
      `(${name}: ${body}) (${value})`,
      `({ ${name}, other ? ${value} }: ${body}) { ${name} = ${value}; }`,
      `({ ${name} ? ${value} }@all: ${body}) { }`,
      `with { ${name} = ${value}; }; ${body}`,
      `if ${this.expression('bool', depth - 2, sight)} then ${this.expression(kind, depth - 1, sight)} else ${this.expression(kind, depth - 2, sight)}`,
      `rec { ${name} = ${value}; result = ${body}; }.result`,
      `builtins.elemAt [ 1 (${this.expression(kind, depth - 1, sight)}) ] 1`,
    ]);
  }

  #leaf(kind: Kind, sight: Sight): string {
    const known = sight.filter(([, held]) => held === kind).map(([name]) => name);
    if (known.length > 0 && this.#random.chance(0.6)) return this.#random.pick(known);
    switch (kind) {
      case 'int':
        return `${this.#random.below(20)}`;
      case 'bool':
        return this.#random.pick(['true', 'false']);
      case 'string':
        return this.#random.pick(['""', '"a"', '"b c"', "''x''", '"ä"', '"\\n"', '"$x"']);
      case 'ints':
        return this.#random.pick(['[ ]', '[ 1 ]', '[ 3 1 2 ]', '[ 0 (-1) ]']);
      case 'set':
        return this.#random.pick(['{ a = 1; b = 2; c = 3; }', 'rec { a = 1; b = a; c = b; }']);
    }
  }
}
