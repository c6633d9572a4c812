import { posix } from 'node:path';
import { call } from '../../nix/call.ts';
import { update } from '../../nix/combine.ts';
import { globalScope } from '../../nix/builtins.ts';
import type { Evaluation } from '../../nix/evaluation.ts';
import { evaluateFile } from '../../nix/wholeFile.ts';
import { list, record, string, tagOf, Thunk, unknown, type AttrsValue, type Unknown, type Value } from '../../nix/value.ts';
import { Configuration } from '../configuration.ts';
import { moduleArguments } from '../modules.ts';
import { option } from '../optionTypes.ts';
import { NONE, raw } from './flakeModule.ts';
import { fn, nixosSystem, partly, pathValue, sure, SYSTEM_TAG, type Framework } from './framework.ts';
import { HOME_TAG, homeConfiguration } from './homeManager.ts';
import { namedFiles } from './layout.ts';
import { systemLib } from './nixpkgs.ts';
import { at, attributes, directoryOf, lazySet, modulesOf } from './read.ts';

/**
 * nix-community/flakelight (its API guide, builtinModules/nixDir.nix and nixosConfigurations.nix): `flakelight ./. module`; what the module
 * does not say stands in files below `nixDir`. A machine is what `nixosSystem` made, or its arguments.
 */
export const flakelight: Framework = {
  input: /flakelight/,
  value: (evaluation, outside) => {
    const mkFlake = partly(outside, {
      __functor: fn(evaluation, 3, (ev, _, src, module) => outputs(ev, directoryOf(src.force()), module, outside)),
    });
    const flake = partly(outside, { __functor: at(mkFlake, '__functor') ?? outside, lib: partly(outside, { mkFlake }) });
    return flake;
  },
};

/** Options that machines are made of, with the other name that their files may have; modules stand there as paths. */
const FILES: readonly (readonly [option: string, alias: string | null, asPaths: boolean])[] = [
  ['nixosConfigurations', 'nixos', false],
  ['homeConfigurations', 'home', false],
  ['nixosModules', null, true],
  ['homeModules', null, true],
  ['nixosModule', null, false],
  ['homeModule', null, false],
  ['lib', null, false],
  ['outputs', null, false],
];

function outputs(evaluation: Evaluation, src: string | null, module: Thunk, outside: Unknown): Value {
  if (src === null) return unknown('flakelight needs a path of this workspace', module.location);
  const configure = (parts: readonly Value[]): Configuration => {
    const made: Configuration = new Configuration(evaluation, globalScope(evaluation), {
      modules: Thunk.of(list([sure(coreModule()), ...parts.map(sure), sure(module)])),
      specialArgs: null,
      extraArgs: {
        src: pathValue(src),
        lib: systemLib(evaluation),
        flakelight: outside,
        inputs: new Thunk(null, () => made.value(['inputs'])),
        outputs: new Thunk(null, () => made.value(['outputs'])),
        moduleArgs: new Thunk(null, () => args(made).force()),
      },
      defaults: () => null,
      complete: true,
    });
    return made;
  };
  const args = (of: Configuration): Thunk =>
    moduleArguments((name) => {
      if (name === 'config') return of.view();
      if (name === 'src') return pathValue(src);
      if (name === 'lib') return systemLib(evaluation);
      return name === 'inputs' || name === 'outputs' ? of.value([name]) : outside;
    });
  const folder = directoryOf(configure([]).value(['nixDir'])) ?? posix.join(src, 'nix');
  const configuration = configure(FILES.flatMap(([name, alias, asPaths]) => filesOf(evaluation, folder, name, alias, asPaths)));
  const given = args(configuration);
  const called = (value: Value): Value => (value.type === 'function' ? call(evaluation, value, given, null) : value);
  const read = (name: string): Value => called(configuration.value([name]));
  const each = (name: string, make: (key: string, value: Value) => Value): AttrsValue => {
    const set = read(name);
    const gaps = set.type === 'attrs' ? set.attrs.gaps : set.type === 'unknown' ? [set] : [];
    return lazySet(
      attributes(set).map(([key, thunk]) => [key, (): Value => make(key, called(thunk.force()))]),
      gaps,
    );
  };
  const inputs = new Thunk(null, () => configuration.value(['inputs']));
  const shared = record({ _module: record({ args: record({ flake: given }) }) });
  const machines = each('nixosConfigurations', (name, value) => {
    if (tagOf(value) === SYSTEM_TAG || value.type !== 'attrs') return value;
    const homes = record({ 'home-manager': record({ sharedModules: list([sure(shared)]) }) });
    const modules = list([sure(shared), sure(homes), ...modulesOf(at(value, 'modules'))]);
    const specialArgs = update(record({ inputs, hostname: string(name, null) }), at(value, 'specialArgs') ?? NONE);
    return nixosSystem(evaluation, Thunk.of(update(value, record({ modules, specialArgs }))));
  });
  const homes = each('homeConfigurations', (name, value) => {
    if (tagOf(value) === HOME_TAG || value.type !== 'attrs') return value;
    const username = record({ home: record({ username: string(name.split('@')[0] ?? name, null) }) });
    const modules = list([sure(username), sure(shared), ...modulesOf(at(value, 'modules'))]);
    const extraSpecialArgs = update(record({ inputs }), at(value, 'extraSpecialArgs') ?? NONE);
    return homeConfiguration(Thunk.of(update(value, record({ modules, extraSpecialArgs }))));
  });
  const registry = (kind: string): Value => {
    const [one, more] = [read(`${kind}Module`), read(`${kind}Modules`)];
    return one.type === 'null' ? more : update(record({ default: one }), more);
  };
  const made = lazySet(
    [
      ['nixosConfigurations', (): Value => machines],
      ['homeConfigurations', (): Value => homes],
      ['nixosModules', (): Value => registry('nixos')],
      ['homeModules', (): Value => registry('home')],
      ['lib', (): Value => read('lib')],
    ],
    [outside],
  );
  return update(made, read('outputs'));
}

function coreModule(): Value {
  const sets = ['inputs', 'outputs', 'nixosConfigurations', 'homeConfigurations', 'nixosModules', 'homeModules', 'lib'];
  const single = ['nixosModule', 'homeModule', 'nixDir'];
  return record({
    options: record(
      Object.fromEntries([
        ...sets.map((name) => [name, option(raw, { default: NONE })] as const),
        ...single.map((name) => [name, option(raw, { default: { type: 'null' } })] as const),
      ]),
    ),
    // What the module says besides is for packages and shells.
    freeformType: raw,
  });
}

/** What files below `nixDir` say for an option: a file of its name, or a directory of such files (flakelight default.nix, importDir). */
function filesOf(evaluation: Evaluation, folder: string, name: string, alias: string | null, asPaths: boolean): readonly Value[] {
  return [name, ...(alias === null ? [] : [alias])].flatMap((each): readonly Value[] => {
    const found = namedFiles(evaluation, folder).find(([known]) => known === each)?.[1];
    const load = (path: string): Value => evaluateFile(evaluation, path, globalScope(evaluation));
    if (found !== undefined) return [record({ [name]: new Thunk(null, () => load(found)) })];
    const directory = posix.join(folder, each);
    const inside = namedFiles(evaluation, directory).filter(([key]) => key !== 'default');
    const values = inside.map(([key, path]) => [key.replace(/^_/, ''), (): Value => (asPaths ? pathValue(path) : load(path))] as const);
    return values.length === 0 ? [] : [record({ [name]: lazySet(values) })];
  });
}
