import { apply2, fromTable, type Table } from './arguments.ts';
import { update } from './combine.ts';
import type { Evaluation } from './evaluation.ts';
import { ATTRSETS } from './lib/attrsets.ts';
import { ATTR_PATHS } from './lib/attrPaths.ts';
import { FILES, PATHS } from './lib/files.ts';
import { GENERATORS } from './lib/generators.ts';
import { GRAPHS } from './lib/graphs.ts';
import { LISTS } from './lib/lists.ts';
import { MODULES } from './lib/modules.ts';
import { cli, kernel, OPAQUE_SECTIONS, opaqueSection, REST, SUBPATHS } from './lib/opaque.ts';
import { SHELL_TEXTS } from './lib/shellTexts.ts';
import { ONLY_STRINGS, STRINGS } from './lib/strings.ts';
import { TRIVIAL } from './lib/trivial.ts';
import { primitive } from './primitive.ts';
import type { Scope } from './scope.ts';
import { attr, attrs, external, Thunk, type Attr, type AttrSet, type AttrsValue, type Unknown, type Value } from './value.ts';

/** Builtins that `lib` offers under the same name. */
const SAME_AS_BUILTIN = new Set(
  (
    'map filter concatLists concatMap length head tail elemAt elem sort partition groupBy match split splitVersion compareVersions ' +
    "any all foldl' genList attrNames attrValues hasAttr getAttr mapAttrs catAttrs zipAttrsWith genericClosure replaceStrings substring " +
    'removeAttrs intersectAttrs listToAttrs isAttrs isList isString isBool isInt isFloat isPath typeOf toJSON fromJSON hashString ' +
    'toString stringLength concatStringsSep baseNameOf dirOf pathExists readFile readDir readFileType seq deepSeq trace add sub mul div ' +
    'lessThan bitAnd bitOr bitXor ceil floor tryEval addErrorContext unsafeGetAttrPos unsafeDiscardStringContext isNull ' +
    'getContext hasContext appendContext addDrvOutputDependencies storeDir parseDrvName convertHash fromTOML toXML placeholder'
  ).split(' '),
);

/** Parts of `lib` under which its functions stand too. */
const SECTIONS =
  'lists attrsets strings trivial modules options filesystem fixedPoints debug asserts versions sources customisation meta'.split(' ');

/** What stands in a `lib` besides, made of the `lib` with everything that extends it. */
export type MoreOfLib = (final: Thunk) => ReadonlyMap<string, Attr>;

/**
 * nixpkgs `lib`, as far as it is read; any other function of it is unknown and comes from outside. `scope` holds the builtins; `moreOf`
 * makes what stands in `lib` besides (`nixosSystem`), which those who extend it see too. Functions are made when they are asked for.
 */
export function nixpkgsLib(evaluation: Evaluation, scope: Scope, moreOf: MoreOfLib = () => new Map()): AttrsValue {
  const common = evaluation.once(makeShared);
  const builtins = scope.lexical('builtins')?.force();
  const fromBuiltins = builtins?.type === 'attrs' ? builtins.attrs : null;
  const section = lazy([...common.names, ...SAME_AS_BUILTIN], (name) =>
    SAME_AS_BUILTIN.has(name) && !common.own.has(name) ? fromBuiltins?.get(name) : common.get(name),
  );
  const sections = new Set(SECTIONS);
  const more = moreOf(new Thunk(null, () => base));
  const base: AttrsValue = lazy(
    [...section.attrs.names(), ...SECTIONS, ...OPAQUE_SECTIONS.keys(), 'path', 'generators', 'kernel', 'cli', 'extend', ...more.keys()],
    (name) => {
      const given = more.get(name);
      if (given) return given;
      if (name === 'extend') return attr(Thunk.of(extend(evaluation, base, moreOf, [])));
      if (name === 'generators') return attr(Thunk.of(common.generators));
      if (name === 'path') return attr(Thunk.of(common.paths));
      if (name === 'kernel') return attr(Thunk.of(kernel(evaluation)));
      if (name === 'cli') return attr(Thunk.of(cli()));
      const opaque = OPAQUE_SECTIONS.get(name);
      if (opaque !== undefined) return attr(Thunk.of(opaqueSection(opaque)));
      if (name === 'strings') return attr(Thunk.of(update(section, common.onlyStrings)));
      return sections.has(name) ? attr(Thunk.of(section)) : section.attrs.get(name);
    },
  );
  return base;
}

/** The `lib` that nothing is added to, once for each scope of builtins of an evaluation. */
export function plainLib(evaluation: Evaluation, scope: Scope): AttrsValue {
  const made = evaluation.once(libsByScope);
  const known = made.get(scope) ?? nixpkgsLib(evaluation, scope);
  made.set(scope, known);
  return known;
}

function libsByScope(): Map<Scope, AttrsValue> {
  return new Map();
}

/** What is the same for every `lib` of an evaluation. */
function makeShared(evaluation: Evaluation): {
  readonly own: ReadonlySet<string>;
  readonly names: readonly string[];
  readonly paths: Value;
  readonly generators: AttrsValue;
  readonly onlyStrings: AttrsValue;
  get(name: string): Attr | undefined;
} {
  const rows = new Map(
    [REST, LISTS, GRAPHS, ATTRSETS, ATTR_PATHS, STRINGS, SHELL_TEXTS, TRIVIAL, MODULES, FILES].flatMap((table) =>
      table.map((row) => [row[0], row] as const),
    ),
  );
  const made = new Map<string, Attr>();
  return {
    own: new Set(rows.keys()),
    names: [...rows.keys()],
    generators: ofTable(evaluation, GENERATORS, [outside()]),
    paths: update(ofTable(evaluation, PATHS, [outside()]), attrs(new Map([['subpath', attr(Thunk.of(subpaths(evaluation)))]]))),
    onlyStrings: ofTable(evaluation, ONLY_STRINGS, []),
    get(name) {
      const row = rows.get(name);
      const found = made.get(name) ?? (row && fromTable(evaluation, row[1], row[2]));
      if (found) made.set(name, found);
      return found;
    },
  };
}

function ofTable(evaluation: Evaluation, table: Table, gaps: readonly Unknown[]): AttrsValue {
  return attrs(new Map(table.map(([name, arity, run]) => [name, fromTable(evaluation, arity, run)] as const)), null, gaps);
}

function subpaths(evaluation: Evaluation): AttrsValue {
  return ofTable(evaluation, SUBPATHS, [outside()]);
}

function outside(): ReturnType<typeof external> {
  return external('a function of nixpkgs lib that is not read');
}

function lazy(names: readonly string[], find: (name: string) => Attr | undefined): AttrsValue {
  const known = new Map<string, Attr>();
  const wanted = new Set(names);
  const set: AttrSet = {
    get(name) {
      const found = known.get(name) ?? (wanted.has(name) ? find(name) : undefined);
      if (found) known.set(name, found);
      return found;
    },
    names: () => [...wanted],
    gaps: [outside()],
  };
  return { type: 'attrs', attrs: set, location: null };
}

/** `lib.extend (final: prev: { … })`: a `lib` that knows what the author adds, and can be extended again. `overlays` are there already. */
function extend(evaluation: Evaluation, base: Value, moreOf: MoreOfLib, overlays: readonly Thunk[]): Value {
  return primitive(evaluation, 1, (ev, overlay) => {
    const all = [...overlays, overlay];
    const again = attrs(new Map([['extend', attr(Thunk.of(extend(ev, base, moreOf, all)))]]));
    const final: Thunk = new Thunk(overlay.location, () => {
      const added = all.reduce<Value>(
        (previous, each) => update(previous, apply2(ev, each, final, Thunk.of(previous))),
        update(base, attrs(moreOf(final))),
      );
      return update(added, again);
    });
    return final.force();
  });
}
