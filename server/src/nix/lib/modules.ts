import { fromTable, withSet, withText, type Table } from '../arguments.ts';
import { update } from '../combine.ts';
import { attrs, bool, external, int, list, record, string, Thunk, unknown, type Attr, type AttrsValue, type Value } from '../value.ts';
import { isTagged } from './attrsets.ts';
import { override, tagged } from './conditions.ts';
import type { Evaluation } from '../evaluation.ts';

/**
 * nixpkgs lib/modules.nix and lib/options.nix. Where nixpkgs gives a module that moves definitions about, this gives a set with `_type`:
 * - `option-alias`: `from` and `to`, two option paths; `warn`, whether the old name is deprecated
 * - `option-removed`: `path`, `message`
 * - `option-merged`: `from`, a list of option paths; `to`; `merge`, a function of `config`
 * - `alias-definitions`: `option`, whose definitions stand there too; `wrap`, what each goes through
 */
export const MODULES: Table = [
  ['mkIf', 2, (_, condition, content) => tagged('if', { condition, content })],
  ['mkMerge', 1, (_, contents) => tagged('merge', { contents })],
  ['mkOverride', 2, (_, priority, content) => tagged('override', { priority, content })],
  ['mkForce', 1, (_, content) => override(50, content)],
  ['mkVMOverride', 1, (_, content) => override(10, content)],
  ['mkImageMediaOverride', 1, (_, content) => override(60, content)],
  ['mkDefault', 1, (_, content) => override(1000, content)],
  ['mkOptionDefault', 1, (_, content) => override(1500, content)],
  ['mkOrder', 2, (_, priority, content) => tagged('order', { priority, content })],
  ['mkBefore', 1, (_, content) => tagged('order', { priority: int(500), content })],
  ['mkAfter', 1, (_, content) => tagged('order', { priority: int(1500), content })],
  ['mkFixStrictness', 1, (_, x) => x.force()],
  ['mkAssert', 3, (_, condition, __, content) => tagged('if', { condition, content })],
  ['mkAliasOptionModule', 2, (_, from, to) => tagged('option-alias', { from, to, warn: bool(false) })],
  ['mkAliasOptionModuleMD', 2, (_, from, to) => tagged('option-alias', { from, to, warn: bool(false) })],
  ['mkRenamedOptionModule', 2, (_, from, to) => tagged('option-alias', { from, to, warn: bool(true) })],
  ['mkRenamedOptionModuleWith', 1, (_, args) => update(args.force(), tagged('option-alias', { warn: bool(true) }))],
  ['doRename', 1, (_, args) => update(args.force(), tagged('option-alias', {}))],
  ['mkRemovedOptionModule', 2, (_, path, message) => tagged('option-removed', { path, message })],
  ['mkMergedOptionModule', 3, (_, from, to, merge) => tagged('option-merged', { from, to, merge })],
  [
    'mkChangedOptionModule',
    3,
    (_, from, to, merge) => tagged('option-merged', { from: list([{ thunk: from, conditions: [] }]), to, merge }),
  ],
  ['mkAliasDefinitions', 1, (_, option) => tagged('alias-definitions', { option })],
  ['mkAliasAndWrapDefinitions', 2, (_, wrap, option) => tagged('alias-definitions', { option, wrap })],
  ['setDefaultModuleLocation', 2, (_, __, module) => record({ imports: list([{ thunk: module, conditions: [] }]) })],
  ['evalModules', 1, () => unknown('lib.evalModules is not read', null)],
  ['mkOption', 1, (_, set) => update(tagged('option', {}), set.force())],
  ['mkEnableOption', 1, (ev) => tagged('option', { type: simple(ev, 'bool'), default: bool(false) })],
  ['mkPackageOption', 3, (ev, _, __, options) => withSet(options, (set) => packageOption(ev, set.get('default')?.thunk.force() ?? null))],
  ['mkPackageOptionMD', 3, (ev, _, __, options) => withSet(options, (set) => packageOption(ev, set.get('default')?.thunk.force() ?? null))],
  ['mkSinkUndeclaredOptions', 1, () => tagged('option', { internal: bool(true), visible: bool(false) })],
  ['literalExpression', 1, (_, text) => tagged('literalExpression', { text })],
  ['literalCode', 2, (_, __, text) => tagged('literalExpression', { text })],
  ['literalExample', 1, (_, text) => tagged('literalExpression', { text })],
  ['literalMD', 1, (_, text) => tagged('literalMD', { text })],
  ['mdDoc', 1, (_, text) => text.force()],
  ['isOption', 1, (_, x) => isTagged(x, '_type', 'option')],
  ['isType', 2, (_, type, x) => withText(type, (name) => isTagged(x, '_type', name))],
  ['isOptionType', 1, (_, x) => isTagged(x, '_type', 'option-type')],
  ['setType', 2, (_, type, set) => update(set.force(), record({ _type: type }))],
  ['mkOptionType', 1, (_, set) => update(set.force(), tagged('option-type', {}))],
  ['types', 0, (ev) => types(ev)],
];

function packageOption(evaluation: Evaluation, byDefault: Value | null): Value {
  return tagged('option', { type: simple(evaluation, 'package'), default: byDefault?.type === 'null' ? byDefault : external('a package') });
}

/** Types without parameters, by the names nixpkgs lib/types.nix has for them. */
const SIMPLE = (
  'raw anything unspecified bool int float number str singleLineStr nonEmptyStr string lines commas envVar path pathInStore ' +
  'externalPath package shellPackage pkgs attrs deferredModule optionType luaInline ints port fileset'
).split(' ');

/** A type without parameters as a set with `_type` and `name`. */
function simple(_evaluation: Evaluation, name: string): AttrsValue {
  return tagged('option-type', { name: string(name, null) });
}

/** Types by what they hold: the name and those of the arguments, which stand in the set under these names. */
const HOLDING: readonly (readonly [name: string, parts: readonly string[]])[] = [
  ['listOf', ['elemType']],
  ['nonEmptyListOf', ['elemType']],
  ['attrsOf', ['elemType']],
  ['lazyAttrsOf', ['elemType']],
  ['attrsWith', ['args']],
  ['nullOr', ['elemType']],
  ['uniq', ['elemType']],
  ['functionTo', ['elemType']],
  ['loaOf', ['elemType']],
  ['unique', ['args', 'elemType']],
  ['either', ['left', 'right']],
  ['oneOf', ['types']],
  ['enum', ['values']],
  ['coercedTo', ['coercedType', 'coerceFunc', 'finalType']],
  ['submodule', ['modules']],
  ['submoduleWith', ['args']],
  ['deferredModuleWith', ['args']],
  ['separatedString', ['separator']],
  ['strMatching', ['pattern']],
  ['passwdEntry', ['elemType']],
  ['attrTag', ['tags']],
  ['record', ['args']],
  ['pathWith', ['args']],
];

/**
 * `lib.types`: each a set with `_type = "option-type"` and `name`, and the arguments of those that have some: `elemType` (lists, sets,
 * null, functions), `left` and `right`, `types`, `values`, `coercedType`, `coerceFunc` and `finalType`, `modules` (one module, or a list of
 * them), `args` (what the function was given), `separator`, `pattern`.
 */
function types(evaluation: Evaluation): AttrsValue {
  const table: Table = [
    ...SIMPLE.map((name) => [name, 0, (ev: Evaluation) => simple(ev, name)] as const),
    ...HOLDING.map(
      ([name, parts]) =>
        [
          name,
          parts.length,
          (_: Evaluation, ...args: Thunk[]) =>
            tagged('option-type', {
              name: string(name, null),
              ...Object.fromEntries(args.map((arg, index) => [parts[index] ?? 'args', arg])),
            }),
        ] as const,
    ),
    ['ints', 0, (ev) => ints(ev)],
    ['numbers', 0, (ev) => ints(ev)],
    ['addCheck', 2, (_, type) => type.force()],
    ['mkOptionType', 1, (_, set) => update(set.force(), tagged('option-type', {}))],
    ['isOptionType', 1, (_, x) => isTagged(x, '_type', 'option-type')],
    ['isType', 2, (_, type, x) => withText(type, (name) => isTagged(x, '_type', name))],
    ['setType', 2, (_, type, set) => update(set.force(), record({ _type: type }))],
  ];
  const map = new Map<string, Attr>();
  for (const [name, arity, run] of table) map.set(name, fromTable(evaluation, arity, run));
  // All of them: `with lib.types` must not hide what stands in sets around it.
  return attrs(map);
}

/** `types.ints`: integers of some range; which one is not kept. */
function ints(evaluation: Evaluation): AttrsValue {
  const map = new Map<string, Attr>();
  for (const name of ['positive', 'unsigned', 'nonnegative', 'u8', 'u16', 'u32', 's8', 's16', 's32'])
    map.set(
      name,
      fromTable(evaluation, 0, (ev) => simple(ev, 'int')),
    );
  map.set(
    'between',
    fromTable(evaluation, 2, (ev) => simple(ev, 'int')),
  );
  return attrs(map);
}
