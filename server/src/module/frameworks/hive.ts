import { posix } from 'node:path';
import { apply, apply2 } from '../../nix/arguments.ts';
import { globalScope } from '../../nix/builtins.ts';
import { update } from '../../nix/combine.ts';
import type { Evaluation } from '../../nix/evaluation.ts';
import { evaluateFile } from '../../nix/wholeFile.ts';
import { external, list, record, string, Thunk, unknown, type Value } from '../../nix/value.ts';
import { fn, machine, partly, pathValue, sure, type Framework } from './framework.ts';
import { lifted, load } from './haumea.ts';
import { directories, namedFiles } from './layout.ts';
import { packages } from './nixpkgs.ts';
import { at, attributes, directoryOf, lazySet, modulesOf, text } from './read.ts';

/** Systems that machines run on; the first one that has it tells of a machine. */
const SYSTEMS = ['x86_64-linux', 'aarch64-linux'];

/** divnix/std and paisano-nix/core (grow/default.nix): `<cellsFrom>/<cell>/<block>` are outputs under `<system>.<cell>.<block>`. */
export const std: Framework = {
  input: /(^| )std( |$)|divnix\/std|paisano/,
  value: (evaluation, outside) => partly(outside, growing(evaluation)),
};

/** divnix/hive (src/collect.nix): the block `nixosConfigurations` of each cell holds machines, called `<cell>-<target>`. */
export const hive: Framework = {
  input: /divnix\/hive|^hive /,
  value: (evaluation, outside) =>
    partly(outside, {
      ...growing(evaluation),
      collect: record({
        renamer: fn(evaluation, 2, (_, cell, target) => string(`${text(cell.force()) ?? ''}-${text(target.force()) ?? ''}`, null)),
        __functor: fn(evaluation, 3, (ev, own, self, block) => collected(ev, own.force(), self.force(), text(block.force()) ?? '')),
      }),
      load: fn(evaluation, 1, (ev, args) => loadedModule(ev, args.force(), directoryOf(at(args.force(), 'src')))),
      findLoad: fn(evaluation, 1, (ev, args) => found(ev, args.force())),
    }),
};

function growing(evaluation: Evaluation): Readonly<Record<string, Value>> {
  const pick = fn(evaluation, 2, (_, self, path) => picked(self.force(), path.force(), SYSTEMS[0] ?? ''));
  return {
    grow: fn(evaluation, 1, (ev, args) => grown(ev, args.force())),
    growOn: fn(evaluation, 1, (ev, args) => onSoil(ev, grown(ev, args.force()))),
    pick,
    harvest: fn(evaluation, 2, (_, self, path) =>
      lazySet(SYSTEMS.map((system) => [system, (): Value => picked(self.force(), path.force(), system)])),
    ),
    winnow: fn(evaluation, 3, () => external('what is winnowed')),
  };
}

/** Takes further outputs for as long as it is applied to some (grow/grow-on.nix). */
function onSoil(evaluation: Evaluation, outputs: Value): Value {
  return update(outputs, record({ __functor: fn(evaluation, 2, (ev, _, soil) => onSoil(ev, update(outputs, soil.force()))) }));
}

/** The outputs of one system that lie at a path, or at several. */
function picked(self: Value, path: Value, system: string): Value {
  const names = modulesOf(path).map(({ thunk }) => thunk.force());
  if (names.some(({ type }) => type === 'list'))
    return names.reduce((all, each) => update(all, picked(self, each, system)), lazySet([]) as Value);
  return at(self, system, ...names.flatMap((name) => text(name) ?? [])) ?? lazySet([]);
}

function grown(evaluation: Evaluation, args: Value): Value {
  const root = directoryOf(at(args, 'cellsFrom'));
  if (root === null) return unknown('cellsFrom is no directory of this workspace', null);
  return lazySet(SYSTEMS.map((system) => [system, (): Value => cells(evaluation, args, root, system)]));
}

/** The cells of one system; each block is called with them (grow/newImportSignatureFor.nix). */
function cells(evaluation: Evaluation, args: Value, root: string, system: string): Value {
  const given = at(args, 'inputs');
  const inputs: Thunk = new Thunk(null, () =>
    update(
      given ?? external('inputs'),
      record({ cells: all, nixpkgs: update(at(given, 'nixpkgs') ?? external('nixpkgs'), packages(evaluation, system)) }),
    ),
  );
  const block = (path: string, cell: Thunk): Value => {
    const scope = globalScope(evaluation).extend(new Map([['inputs', inputs] as const, ['cell', cell] as const]));
    const value = evaluateFile(evaluation, path, scope);
    return value.type === 'function' ? apply(evaluation, Thunk.of(value), Thunk.of(record({ inputs, cell }))) : value;
  };
  const all: Thunk = new Thunk(null, () =>
    lazySet(
      directories(evaluation, root).map((name) => {
        const cell: Thunk = new Thunk(null, () =>
          lazySet(namedFiles(evaluation, posix.join(root, name)).map(([key, path]) => [key, (): Value => block(path, cell)])),
        );
        return [name, (): Value => cell.force()];
      }),
    ),
  );
  return all.force();
}

/** The machines that cells hold in a block, or the hive of them. */
function collected(evaluation: Evaluation, collect: Value, self: Value, block: string): Value {
  if (block !== 'nixosConfigurations' && block !== 'colmenaConfigurations') return external(`hive.collect ${block}`);
  const renamer = at(collect, 'renamer');
  const machines = new Map<string, () => Value>();
  for (const system of SYSTEMS)
    for (const [cell, blocks] of attributes(at(self, system)))
      for (const [target, module] of attributes(at(blocks.force(), block))) {
        const own = text(at(module.force(), 'bee', 'system'));
        const name = renamer && text(apply2(evaluation, Thunk.of(renamer), Thunk.of(string(cell, null)), Thunk.of(string(target, null))));
        if (name && (own === null || own === system) && !machines.has(name))
          machines.set(name, () => machine(evaluation, [sure(module)], null));
      }
  const set = lazySet(machines);
  return block === 'nixosConfigurations' ? set : record({ __schema: string('v0', null), nodes: set });
}

/** Modules by the names of their files in a block (hive flake.nix, findLoad). */
function found(evaluation: Evaluation, args: Value): Value {
  const folder = directoryOf(at(args, 'block'));
  if (folder === null) return unknown('findLoad needs a directory of this workspace', null);
  const files = namedFiles(evaluation, folder).filter(([name]) => name !== 'default');
  const taken = new Set(files.map(([name]) => name));
  const inner = directories(evaluation, folder).filter((name) => !taken.has(name));
  return lazySet(
    [
      ...files.map(([name, path]) => [name, path.replace(/\/default\.nix$/, '')] as const),
      ...inner.map((name) => [name, posix.join(folder, name)] as const),
    ].map(([name, path]) => [name, (): Value => loadedModule(evaluation, args, path)]),
  );
}

/** A module that a file or directory is, called with `inputs` and `cell` besides what modules get (hive flake.nix, load). */
function loadedModule(evaluation: Evaluation, args: Value, src: string | null): Value {
  if (src === null) return unknown('load needs a path of this workspace', null);
  const own = record({ inputs: at(args, 'inputs') ?? external('inputs'), cell: at(args, 'cell') ?? external('cell') });
  return fn(evaluation, 1, (ev, moduleArgs) => {
    const given = Thunk.of(update(moduleArgs.force(), own));
    if (ev.sources.kindOf(src) === 'directory') {
      const whole = lifted(load(ev, Thunk.of(record({ src: pathValue(src), inputs: given }))));
      const imports = list(modulesOf(at(whole, '_imports')));
      return update(record({ imports }), whole);
    }
    const value = evaluateFile(ev, src, globalScope(ev));
    return value.type === 'function' ? apply(ev, Thunk.of(value), given) : value;
  });
}
