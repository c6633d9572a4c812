import type { Table } from './arguments.ts';
import { entryOf, fromTable, withSet } from './arguments.ts';
import { CONTROL } from './builtins/control.ts';
import { DATA } from './builtins/data.ts';
import { LISTS } from './builtins/lists.ts';
import { SETS } from './builtins/sets.ts';
import { STRINGS } from './builtins/strings.ts';
import type { Evaluation } from './evaluation.ts';
import { evaluateFile } from './wholeFile.ts';
import { Scope } from './scope.ts';
import { attr, attrs, bool, external, NULL, pathOf, Thunk, unknown, type Attr, type AttrSet, type Value } from './value.ts';

/** Names in sight without `builtins.`, by the Nix manual. */
const GLOBAL = [
  'import',
  'map',
  'toString',
  'throw',
  'abort',
  'removeAttrs',
  'isNull',
  'baseNameOf',
  'dirOf',
  'break',
  'scopedImport',
  'fromTOML',
];

/** Those that get something from the net, the store or the machine; with the prefix only, but for {@link GLOBAL_OUTSIDE}. */
const OUTSIDE =
  'fetchTarball fetchGit fetchTree fetchMercurial fetchurl fetchClosure getFlake flakeRefToString parseFlakeRef placeholder findFile ' +
  'outputOf exec derivationStrict';
const GLOBAL_OUTSIDE = ['fetchTarball', 'fetchGit', 'fetchTree', 'fetchMercurial', 'placeholder', 'derivationStrict'];

/** What every Nix file sees: `builtins`, and the ones that need no prefix. Made once an evaluation. */
export function globalScope(evaluation: Evaluation): Scope {
  return evaluation.once(makeScope);
}

function makeScope(evaluation: Evaluation): Scope {
  const names = new Map<string, Thunk>([
    ['true', Thunk.of(bool(true))],
    ['false', Thunk.of(bool(false))],
    ['null', Thunk.of(NULL)],
    ['derivation', Thunk.of(external('a derivation'))],
  ]);
  const builtins = new Map<string, Attr>();
  const own: Table = [
    ['import', 1, (ev, x) => importFile(ev, x, globalScope(ev))],
    ['scopedImport', 2, (ev, set, x) => withSet(set, (added) => scopedImport(ev, added, x))],
    ...OUTSIDE.split(' ').map((name) => [name, 0, () => external(`builtins.${name}`)] as const),
  ];
  for (const table of [LISTS, SETS, STRINGS, CONTROL, DATA, own])
    for (const [name, arity, run] of table) builtins.set(name, fromTable(evaluation, arity, run));
  for (const name of [...GLOBAL, ...GLOBAL_OUTSIDE]) names.set(name, (builtins.get(name) as Attr).thunk);
  // Those that need the prefix are in sight with two underscores too (`__attrValues`).
  for (const [name, { thunk }] of builtins) if (!names.has(name)) names.set(`__${name}`, thunk);
  for (const name of ['true', 'false', 'null']) builtins.set(name, attr(names.get(name) as Thunk));
  const set = Thunk.of(attrs(builtins, null, [external('a builtin that is not read')]));
  builtins.set('builtins', attr(set));
  names.set('builtins', set);
  return Scope.root(names);
}

/** Imports what a path leads to; what is no file of the workspace is unknown, and told apart by whether it could be one. */
function importFile(evaluation: Evaluation, thunk: Thunk, scope: Scope): Value {
  const value = thunk.force();
  const outPath = value.type === 'attrs' ? value.attrs.get('outPath') : undefined;
  if (outPath) return importFile(evaluation, outPath.thunk, scope);
  const path = pathOf(value);
  if (path === null) return value.type === 'unknown' ? value : unknown('import needs a path', thunk.location);
  if (value.type === 'unknown' && !path.startsWith('/')) return evaluation.imported.get(path)?.force() ?? value;
  const result = evaluateFile(evaluation, path, scope);
  return result.type === 'unknown' && !result.location ? { ...result, location: thunk.location } : result;
}

/** As `import`, with further names in sight of the file; it is read anew each time. */
function scopedImport(evaluation: Evaluation, added: AttrSet, thunk: Thunk): Value {
  const [gap] = added.gaps;
  if (gap) return gap;
  const names = new Map(
    added
      .names()
      .flatMap((name) => entryOf(added, name))
      .map(([name, found]) => [name, found.thunk] as const),
  );
  return evaluation.deeper(thunk.location, () => importFile(evaluation, thunk, globalScope(evaluation).extend(names)));
}
