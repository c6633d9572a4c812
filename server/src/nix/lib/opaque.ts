import { fromTable, withText, type Table } from '../arguments.ts';
import { textsOf } from '../builtins/sets.ts';
import type { Evaluation } from '../evaluation.ts';
import { update } from '../combine.ts';
import { attr, attrs, bool, external, int, list, NULL, record, string, Thunk, type Attr, type AttrsValue, type Value } from '../value.ts';

/**
 * Functions of nixpkgs lib whose results come from outside (packages, files in the store, licences, types of GLib) or are texts and
 * internals in which nothing of a configuration hides: opaque values, never errors.
 */
const OPAQUE =
  // lib/sources.nix, lib/customisation.nix, lib/derivations.nix, lib/meta.nix
  'canCleanSource cleanSourceFilter commitIdFromGitRepo filterSource pathHasContext pathIsGitRepo repoRevToName revOrTag shortRev ' +
  'sourceByGlobs sourceByRegex sourceFilesBySuffices urlToName extendDerivation extendMkDerivation hydraJob makeScopeWithSplicing ' +
  "makeScopeWithSplicing' mapCrossIndex overrideDerivation renameCrossIndexFrom renameCrossIndexTo lazyDerivation optionalDrvAttr " +
  'unsafeDiscardOutputDependency warnOnInstantiate addMetaAttrs appendToName availableOn cpeFullVersionWithVendor dontDistribute ' +
  'getLicenseFromSpdxId getLicenseFromSpdxIdOr hiPrioSet licensesSpdx lowPrioSet mapDerivationAttrset platformMatch setName updateName ' +
  'chooseDevOutputs getFirstOutput ' +
  // lib/modules.nix and lib/options.nix: what evalModules is made of
  "applyModuleArgsIfFunction collectModules dischargeProperties evalOptionValue filterOverrides filterOverrides' fixMergeModules " +
  "fixupOptionType importApply mapDefinitionValue mergeAttrDefinitionsWithPrio mergeDefinitions mergeModules mergeModules' " +
  'mergeOptionDecls mkAliasAndWrapDefsWithPriority mkAliasIfDef mkDefinition mkDerivedConfig pushDownProperties sortProperties ' +
  'unifyModuleSyntax getFiles getValues mergeDefaultOption mergeEqualOption mergeOneOption mergeUniqueOption optionAttrSetToDocList ' +
  "optionAttrSetToDocList' renderOptionValue scrubOptionValue showDefs showFiles showOptionWithDefLocs unknownModule " +
  // lib/debug.nix, lib/deprecated, lib/strings-with-deps.nix, versions of nixpkgs, the machine
  'runTests testAllTrue throwTestFailures fullDepEntry noDepEntry packEntry stringAfter textClosureList textClosureMap ' +
  'version release versionSuffix codeName nixpkgsVersion revisionWithDefault oldestSupportedRelease isInOldestRelease ' +
  'oldestSupportedReleaseIsAtLeast inNixShell isInOldestRelease splitByAndCompare checkListOfEnum flakeRefToString parseFlakeRef ' +
  'haskellPathsInDir locateDominatingFile resolveDefaultNix toFile mkEUI64Suffix nixType addContextFrom';

/** Sections of `lib` of which all is like that; a name in them is such a value too. */
export const OPAQUE_SECTIONS: ReadonlyMap<string, string> = new Map([
  ['licenses', 'a licence'],
  ['maintainers', 'a maintainer'],
  ['teams', 'a team'],
  ['platforms', 'a list of platforms'],
  ['systems', 'a description of platforms'],
  ['sourceTypes', 'a kind of source'],
  ['fileset', 'a set of files for the store'],
  ['gvariant', 'a value for GLib'],
  ['network', 'lib.network'],
  ['derivations', 'a derivation'],
  ['fetchers', 'something that is fetched'],
  ['services', 'lib.services'],
  ['stringsWithDeps', 'a text with dependencies'],
  ['flakes', 'another flake'],
  ['misc', 'lib.misc'],
]);

/** All of a section that is outside. */
export function opaqueSection(what: string): AttrsValue {
  return attrs(new Map(), null, [external(what)]);
}

/** Plain values and the functions that are not read further. */
export const REST: Table = [
  ...OPAQUE.split(' ').map((name) => [name, 0, () => external(`lib.${name}`)] as const),
  ['fakeHash', 0, () => string('sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=', null)],
  ['fakeSha256', 0, () => string('0'.repeat(64), null)],
  ['fakeSha512', 0, () => string('0'.repeat(128), null)],
  ['defaultPriority', 0, () => int(5)],
  ['defaultOverridePriority', 0, () => int(100)],
  ['defaultOrderPriority', 0, () => int(1000)],
];

/** `lib.kernel` (nixpkgs lib/kernel.nix): answers to questions of the kernel's configuration. */
export function kernel(evaluation: Evaluation): AttrsValue {
  return attrs(
    new Map<string, Attr>([
      ['yes', answer(string('y', null))],
      ['no', answer(string('n', null))],
      ['module', answer(string('m', null))],
      ['unset', answer(NULL)],
      ['option', fromTable(evaluation, 1, (_, x) => update(x.force(), record({ optional: bool(true) })))],
      ['freeform', fromTable(evaluation, 1, (_, x) => record({ freeform: x, optional: bool(false) }))],
    ]),
    null,
    [external('lib.kernel')],
  );
}

function answer(tristate: Value): Attr {
  return attr(Thunk.of(record({ tristate, optional: bool(false) })));
}

/** `lib.cli` (nixpkgs lib/cli.nix): command lines of options are not put together. */
export function cli(): AttrsValue {
  return opaqueSection('a command line made of options');
}

/** `lib.path.subpath` and `lib.path.splitRoot` (nixpkgs lib/path/default.nix). */
export const SUBPATHS: Table = [
  ['isValid', 1, (_, x) => withText(x, (text) => bool(components(text) !== null))],
  [
    'join',
    1,
    (_, xs) =>
      textsOf(xs, (texts) => {
        const parts = texts.map(components);
        return parts.every((each) => each !== null) ? normalised(parts.flat(), xs) : invalid(xs);
      }),
  ],
  ['normalise', 1, (_, x) => withText(x, (text) => normalised(components(text), x))],
  [
    'components',
    1,
    (_, x) =>
      withText(x, (text) => {
        const parts = components(text);
        return parts ? list(parts.map((part) => ({ thunk: Thunk.of(string(part, x.location)), conditions: [] }))) : invalid(x);
      }),
  ],
];

/** The parts of a path below another one; null when it is none. */
function components(text: string): readonly string[] | null {
  const parts = text.split('/');
  if (text === '' || text.startsWith('/') || parts.includes('..')) return null;
  return parts.filter((part) => part !== '' && part !== '.');
}

function normalised(parts: readonly string[] | null, x: Thunk): Value {
  return parts ? string(`./${parts.length > 0 ? parts.join('/') : '.'}`, x.location) : invalid(x);
}

function invalid(x: Thunk): Value {
  return { type: 'unknown', reason: 'it is no path below another', location: x.location, external: false };
}
