import { posix } from 'node:path';
import { globalScope } from '../nix/builtins.ts';
import { call } from '../nix/call.ts';
import { withGaps } from '../nix/combine.ts';
import type { Evaluation } from '../nix/evaluation.ts';
import { nixpkgsLib } from '../nix/lib.ts';
import { isUnknown, member, primitive, setOf } from '../nix/primitive.ts';
import { attr, attrs, external, list, record, string, Thunk, unknown, type AttrsValue, type ListItem, type Value } from '../nix/value.ts';
import { Configuration } from './configuration.ts';
import { moduleArguments } from './modules.ts';

/** Tag of what `nixosSystem` makes: its arguments are read by whoever lists the hosts. */
export const SYSTEM_TAG = 'nixos-system';

/**
 * A flake input as the outputs see it. Known are `lib` of nixpkgs, flake-parts and import-tree, told by name or URL; the rest is
 * outside the workspace.
 */
export function flakeInput(evaluation: Evaluation, name: string, url: string): Value {
  const told = `${name} ${url}`;
  const outside = external(`the flake input ${name}`);
  if (/flake-parts/.test(told)) return withLib(evaluation, outside, flakePartsLib);
  if (/import-tree/.test(told)) return importTree(evaluation, outside);
  if (!/nixpkgs|nixos/i.test(told) || /home-manager|hardware|generators|anywhere|wsl|nixos-unified|snowfall/i.test(told))
    return attrs(new Map(), null, [outside]);
  return withLib(evaluation, outside, systemLib);
}

function withLib(evaluation: Evaluation, outside: ReturnType<typeof external>, lib: (evaluation: Evaluation) => Value): AttrsValue {
  return attrs(new Map([['lib', attr(new Thunk(null, () => lib(evaluation)))]]), null, [outside]);
}

/** `nixpkgs.lib` of a flake: the ordinary lib and `nixosSystem` (nixpkgs flake.nix). */
export function systemLib(evaluation: Evaluation): Value {
  const nixosSystem = primitive(evaluation, 1, (_, args) =>
    record({ _type: string(SYSTEM_TAG, null), args, config: external('the evaluated configuration') }),
  );
  return nixpkgsLib(evaluation, globalScope(evaluation), new Map([['nixosSystem', attr(Thunk.of(nixosSystem))]]));
}

/** flake-parts' `lib` (flake-parts lib.nix): `mkFlake { inherit inputs; } module` is the `flake` option of the module's configuration. */
function flakePartsLib(evaluation: Evaluation): Value {
  const mkFlake = primitive(evaluation, 2, (_, args, module) => makeFlake(evaluation, args, module));
  return attrs(new Map([['mkFlake', attr(Thunk.of(mkFlake))]]), null, [external('a function of flake-parts')]);
}

function makeFlake(evaluation: Evaluation, args: Thunk, module: Thunk): Value {
  const given = setOf(args);
  if (isUnknown(given)) return given;
  const inputs = member(given, 'inputs');
  // Asked for later: while the flake is made it is not there yet.
  const self = new Thunk(args.location, () => (inputs.type === 'attrs' ? member(inputs.attrs, 'self') : inputs));
  const special = given.get('specialArgs') ? member(given, 'specialArgs') : null;
  // What is made for one system is outside: packages and shells, no machines.
  const perSystem = moduleArguments((name) => external(name));
  const withSystem = primitive(evaluation, 2, (_, __, fn) => call(evaluation, fn.force(), perSystem, fn.location));
  const moduleWithSystem = primitive(evaluation, 1, (_, fn) => call(evaluation, fn.force(), perSystem, fn.location));
  const configuration = new Configuration(evaluation, globalScope(evaluation), {
    modules: Thunk.of(list([{ thunk: module, conditions: [] }])),
    specialArgs: special?.type === 'attrs' ? special.attrs : null,
    extraArgs: {
      inputs,
      self,
      lib: systemLib(evaluation),
      withSystem,
      moduleWithSystem,
      getSystem: external('getSystem'),
      'flake-parts-lib': external('flake-parts-lib'),
    },
    defaults: () => null,
    complete: true,
  });
  const { definitions, gaps } = configuration.tree.at(['flake']);
  const flake = definitions.length === 0 && gaps.length === 0 ? attrs(new Map()) : configuration.value(['flake']);
  // A framework imported from an input may make hosts of what the modules say.
  return flake.type === 'attrs' ? { ...flake, attrs: withGaps(flake.attrs, configuration.modules.outside) } : flake;
}

/** vic/import-tree: applied to a directory, a module that imports every .nix file below it without `/_` in its path. */
function importTree(evaluation: Evaluation, outside: ReturnType<typeof external>): Value {
  const functor = primitive(evaluation, 2, (_, __, tree) => {
    const root = tree.force();
    if (root.type !== 'path') return root.type === 'unknown' ? root : unknown('import-tree needs a path', tree.location);
    const items: ListItem[] = [];
    addTree(evaluation, root.path, items, 0);
    return record({ imports: list(items, tree.location) });
  });
  return attrs(new Map([['__functor', attr(Thunk.of(functor))]]), null, [outside]);
}

const MAX_DEPTH = 20;

function addTree(evaluation: Evaluation, path: string, items: ListItem[], depth: number): void {
  const kind = evaluation.sources.kindOf(path);
  if (kind === 'file') {
    items.push({ thunk: Thunk.of({ type: 'path', path, location: null }), conditions: [] });
    return;
  }
  const entries = kind === 'directory' && depth < MAX_DEPTH ? evaluation.sources.entries(path) : new Map<string, string>();
  if (typeof entries === 'string') return;
  for (const name of [...entries.keys()].toSorted()) {
    if (name.startsWith('_') || name.startsWith('.')) continue;
    const isDirectory = entries.get(name) === 'directory';
    if (isDirectory || name.endsWith('.nix')) addTree(evaluation, posix.join(path, name), items, depth + 1);
  }
}
