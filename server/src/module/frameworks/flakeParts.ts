import { globalScope } from '../../nix/builtins.ts';
import { call } from '../../nix/call.ts';
import { update, withGaps } from '../../nix/combine.ts';
import type { Evaluation } from '../../nix/evaluation.ts';
import { isUnknown, member, primitive, setOf } from '../../nix/primitive.ts';
import {
  attr,
  attrs,
  external,
  list,
  record,
  string,
  Thunk,
  type Attr,
  type AttrSet,
  type AttrsValue,
  type Value,
} from '../../nix/value.ts';
import { evaluateFile } from '../../nix/wholeFile.ts';
import { Configuration } from '../configuration.ts';
import { moduleArguments } from '../modules.ts';
import { option, optionType, setOfType, submoduleType } from '../optionTypes.ts';
import { fn, partly, sure, type Framework, type InputsOf } from './framework.ts';
import { bySystem, packages, systemLib } from './nixpkgs.ts';
import { at, attributes, directoryOf, lazySet, text } from './read.ts';

/** hercules-ci/flake-parts: `mkFlake { inherit inputs; } module` is the `flake` option of the module's configuration (lib.nix). */
export const flakeParts: Framework = {
  input: /flake-parts(?!\.)/,
  value: (evaluation, outside, inputsOf) =>
    partly(outside, {
      lib: () => partly(external('a function of flake-parts'), functions(evaluation, inputsOf)),
      flakeModules: partly(external('a module of flake-parts'), {
        modules: record({}),
        flakeModules: record({}),
        easyOverlay: record({}),
        partitions: record({}),
      }),
    }),
};

/** What stands in `flake-parts-lib` too. */
function functions(evaluation: Evaluation, inputsOf: InputsOf | null): Readonly<Record<string, Value>> {
  return {
    mkFlake: fn(evaluation, 2, (ev, args, module) => makeFlake(ev, args, [module], inputsOf)),
    importApply: fn(evaluation, 2, (ev, path, args) => {
      const file = path.force();
      const made = file.type === 'path' ? evaluateFile(ev, file.path, globalScope(ev)) : file;
      return record({ imports: list([sure(call(ev, made, args, args.location))]) });
    }),
    mkPerSystemOption: fn(evaluation, 1, () => external('an option for each system')),
    mkTransposedPerSystemModule: fn(evaluation, 1, (ev, args) => transposedModule(ev, text(at(args.force(), 'name')) ?? '')),
    mkSubmoduleOptions: fn(evaluation, 1, (_, options) => option(submoduleType(record({ options })))),
  };
}

/** The module for an output that `perSystem` makes (lib.nix, mkTransposedPerSystemModule): outside, but for packages, whose `lib` is read. */
function transposedModule(evaluation: Evaluation, name: string): Value {
  const outside = external(`what is made for each system (${name})`);
  const values = bySystem((system) => (/pkgs/i.test(name) ? packages(evaluation, system) : outside), outside);
  const output: Value = { type: 'attrs', location: null, attrs: values };
  const options = record({ [name]: option(optionType('raw'), { default: output }) });
  return record({ options: record({ flake: option(submoduleType(record({ options })), { default: attrs(new Map()) }) }) });
}

/** Outputs that are made for each system: no machines are among them (flake-parts modules/transposition.nix and those that use it). */
const PER_SYSTEM = ['packages', 'legacyPackages', 'devShells', 'checks', 'apps', 'formatter', 'allSystems', 'overlays'];

/** The outputs that modules make together. `inputsOf` reads the flakes that partitions take further inputs from. */
export function makeFlake(evaluation: Evaluation, args: Thunk, modules: readonly Thunk[], inputsOf: InputsOf | null = null): Value {
  const given = setOf(args);
  if (isUnknown(given)) return given;
  const inputs = member(given, 'inputs');
  // Asked for later: while the flake is made it is not there yet.
  const self = new Thunk(args.location, () => {
    if (given.get('self')) return member(given, 'self');
    return inputs.type === 'attrs' ? member(inputs.attrs, 'self') : inputs;
  });
  const special = given.get('specialArgs') ? member(given, 'specialArgs') : null;
  const perSystem = systemArguments(evaluation);
  const withSystem = primitive(evaluation, 2, (_, system, run) => call(evaluation, run.force(), perSystem(system), run.location));
  const moduleWithSystem = primitive(evaluation, 1, (_, run) =>
    primitive(evaluation, 1, (ev, moduleArgs) =>
      call(ev, call(ev, run.force(), perSystem(null), run.location), moduleArgs, moduleArgs.location),
    ),
  );
  const configure = (all: readonly Thunk[], seen: Value, own: Thunk): Configuration =>
    new Configuration(evaluation, globalScope(evaluation), {
      modules: Thunk.of(list([sure(coreModule()), ...all.map(sure)])),
      specialArgs: special?.type === 'attrs' ? special.attrs : null,
      extraArgs: {
        inputs: seen,
        self: own,
        lib: systemLib(evaluation),
        withSystem,
        moduleWithSystem,
        getSystem: primitive(evaluation, 1, (_, system) => perSystem(system).force()),
        'flake-parts-lib': partly(external('a function of flake-parts'), functions(evaluation, inputsOf)),
      },
      defaults: () => null,
      complete: true,
    });
  const configuration = configure(modules, inputs, self);
  const flake = configuration.value(['flake']);
  // A framework imported from an input may make hosts of what the modules say.
  if (flake.type !== 'attrs') return flake;
  const whole = partitioned(flake.attrs, configuration.value(['partitionedAttrs']), (name) => {
    const partition = configuration.value(['partitions', name]);
    const module = at(partition, 'module') ?? record({});
    const [more, own] = partitionInputs(inputs, self, partition, inputsOf);
    return configure([...modules, Thunk.of(module)], more, own).value(['flake']);
  });
  return { ...flake, attrs: withGaps(withPerSystem(whole), configuration.modules.outside) };
}

/** The inputs that the modules of a partition get, and the flake with them (flake-parts extras/partitions.nix). */
function partitionInputs(inputs: Value, self: Thunk, partition: Value, inputsOf: InputsOf | null): readonly [inputs: Value, self: Thunk] {
  const flake = directoryOf(at(partition, 'extraInputsFlake'));
  const extra = [flake === null ? null : inputsOf?.(flake), at(partition, 'extraInputs')].filter((each) => each?.type === 'attrs');
  const given = extra.reduce<Value>((all, each) => update(all, each ?? record({})), inputs);
  // What is not read of them comes from outside as well.
  const open = given.type === 'attrs' ? { ...given, attrs: withGaps(given.attrs, [external('an extra input')]) } : given;
  const more: Value = update(open, lazySet([['self', (): Value => own.force()]]));
  const own: Thunk = new Thunk(self.location, () => update(self.force(), record({ inputs: more })));
  return [more, own];
}

/** Outputs that a partition makes: its module is read with all others (flake-parts extras/partitions.nix). */
function partitioned(set: AttrSet, names: Value, make: (partition: string) => Value): AttrSet {
  const made = new Map<string, Attr>();
  for (const [output, partition] of attributes(names)) {
    const name = text(partition.force());
    if (name !== null) made.set(output, attr(new Thunk(null, () => at(make(name), output) ?? external(`the partition ${name}`))));
  }
  return made.size === 0
    ? set
    : { get: (name) => made.get(name) ?? set.get(name), names: () => [...new Set([...made.keys(), ...set.names()])], gaps: set.gaps };
}

/** What the functions of `perSystem` get. What is made there is outside: packages and shells, no machines. */
function systemArguments(evaluation: Evaluation): (system: Thunk | null) => Thunk {
  return (system) =>
    moduleArguments((name) => {
      const platform = system?.force();
      if (name === 'pkgs') return packages(evaluation, text(platform ?? null));
      if (name === 'lib') return systemLib(evaluation);
      return name === 'system' && platform ? platform : external(name);
    });
}

function withPerSystem(set: AttrSet): AttrSet {
  const added = new Map<string, Attr>(PER_SYSTEM.map((name) => [name, attr(Thunk.of(external(`what is made for each system (${name})`)))]));
  return {
    get: (name) => set.get(name) ?? added.get(name),
    names: () => set.names(),
    get gaps() {
      return set.gaps;
    },
  };
}

/** The options of flake-parts that hold modules or outputs (modules/flake.nix, nixosModules.nix, nixosConfigurations.nix, extras/modules.nix). */
function coreModule(): AttrsValue {
  const module = optionType('deferredModule');
  const registry = option(setOfType(module), { default: attrs(new Map()) });
  const machines = option(setOfType(optionType('raw')), { default: attrs(new Map()) });
  const outputs = record({
    options: record({
      modules: option(setOfType(setOfType(module)), { default: attrs(new Map()) }),
      ...Object.fromEntries(
        ['nixosModules', 'homeModules', 'homeManagerModules', 'darwinModules', 'flakeModules'].map((name) => [name, registry]),
      ),
      ...Object.fromEntries(['nixosConfigurations', 'homeConfigurations', 'darwinConfigurations'].map((name) => [name, machines])),
    }),
    freeformType: optionType('lazyAttrsOf', { elemType: optionType('raw'), description: string('outputs', null) }),
  });
  return record({ options: record({ flake: option(submoduleType(outputs), { default: attrs(new Map()) }) }) });
}
