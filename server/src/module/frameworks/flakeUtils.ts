import { apply } from '../../nix/arguments.ts';
import { update } from '../../nix/combine.ts';
import type { Evaluation } from '../../nix/evaluation.ts';
import { string, Thunk, list, external, record, type Value } from '../../nix/value.ts';
import { fn, hostNamed, machine, partly, sure, type Framework } from './framework.ts';
import { at, attributes, lazySet, modulesOf, text } from './read.ts';

const SYSTEMS = ['aarch64-linux', 'aarch64-darwin', 'x86_64-darwin', 'x86_64-linux'];

/** numtide/flake-utils: `eachSystem` makes outputs for each system, with what doesn't depend on one (`nixosConfigurations`) merged in by the author. */
export const flakeUtils: Framework = {
  input: /flake-utils(?!-plus)/,
  value: (evaluation, outside) => partly(outside, { lib: partly(outside, functions(evaluation)) }),
};

function functions(evaluation: Evaluation): Readonly<Record<string, Value>> {
  const systems = list(SYSTEMS.map((name) => sure(string(name, null))));
  const each = (names: readonly Thunk[], make: Thunk): Value => forEach(evaluation, names, make);
  return {
    defaultSystems: systems,
    allSystems: systems,
    system: record(Object.fromEntries(SYSTEMS.map((name) => [name, string(name, null)]))),
    eachSystem: fn(evaluation, 2, (_, names, make) => {
      const value = names.force();
      return value.type === 'list'
        ? each(
            value.items.map(({ thunk }) => thunk),
            make,
          )
        : external('the systems');
    }),
    eachDefaultSystem: fn(evaluation, 1, (_, make) =>
      each(
        systems.items.map(({ thunk }) => thunk),
        make,
      ),
    ),
    eachSystemPassThrough: fn(evaluation, 2, (ev, names, make) => {
      const value = names.force();
      return value.type === 'list'
        ? value.items.reduce<Value>((made, { thunk }) => update(made, apply(ev, make, thunk)), record({}))
        : external('the systems');
    }),
    eachDefaultSystemPassThrough: fn(evaluation, 1, (ev, make) =>
      systems.items.reduce<Value>((made, { thunk }) => update(made, apply(ev, make, thunk)), record({})),
    ),
    mkApp: fn(evaluation, 1, () => external('an app')),
    flattenTree: fn(evaluation, 1, (_, tree) => tree.force()),
  };
}

/** `{ <output>.<system> = …; }` of a function that makes the outputs of one system (flake-utils lib.nix, eachSystem). */
function forEach(evaluation: Evaluation, names: readonly Thunk[], make: Thunk): Value {
  const made = names.map((name) => [text(name.force()) ?? '', new Thunk(make.location, () => apply(evaluation, make, name))] as const);
  const first = made[0]?.[1].force();
  if (!first || first.type === 'unknown') return first ?? record({});
  return lazySet(
    attributes(first).map(([output]) => [
      output,
      (): Value =>
        lazySet(made.map(([system, value]) => [system, (): Value => at(value.force(), output) ?? external(`${output} of ${system}`)])),
    ]),
    first.type === 'attrs' ? first.attrs.gaps : [],
  );
}

/** gytis-ivaskevicius/flake-utils-plus (its readme, `lib.mkFlake`): `hosts.<name>` with what `hostDefaults` gives them all are machines. */
export const flakeUtilsPlus: Framework = {
  input: /flake-utils-plus|utils-plus/,
  value: (evaluation, outside) =>
    partly(outside, {
      lib: partly(outside, {
        ...functions(evaluation),
        mkFlake: fn(evaluation, 1, (ev, args) => makeFlake(ev, args.force())),
        exportModules: fn(evaluation, 1, (_, paths) => exported(paths.force())),
      }),
      nixosModules: partly(outside, {}),
    }),
};

/** Arguments of `mkFlake` that are no outputs. */
const OWN = [
  'self',
  'inputs',
  'channels',
  'channelsConfig',
  'hosts',
  'hostDefaults',
  'supportedSystems',
  'sharedOverlays',
  'outputsBuilder',
  'overlays',
];

function makeFlake(evaluation: Evaluation, args: Value): Value {
  const defaults = at(args, 'hostDefaults');
  const merged = (name: string, host: Value): Value => update(at(defaults, name) ?? record({}), at(host, name) ?? record({}));
  const machines = attributes(at(args, 'hosts')).flatMap(([name, host]) => {
    const output = text(at(host.force(), 'output')) ?? 'nixosConfigurations';
    return output !== 'nixosConfigurations'
      ? []
      : [
          [
            name,
            (): Value =>
              machine(
                evaluation,
                [...modulesOf(at(defaults, 'modules')), ...modulesOf(at(host.force(), 'modules')), hostNamed(name)],
                update(
                  record({ inputs: at(args, 'inputs') ?? external('inputs') }),
                  update(merged('extraArgs', host.force()), merged('specialArgs', host.force())),
                ),
              ),
          ] as const,
        ];
  });
  const given = attributes(args).flatMap(([name, thunk]) => (OWN.includes(name) ? [] : [[name, (): Value => thunk.force()] as const]));
  const more = at(args, 'nixosConfigurations');
  return lazySet([...given, ['nixosConfigurations', (): Value => update(lazySet(machines), more ?? record({}))]]);
}

/** Modules by the names of their files. */
function exported(paths: Value): Value {
  return lazySet(
    modulesOf(paths).flatMap(({ thunk }) => {
      const value = thunk.force();
      if (value.type !== 'path') return [];
      const parts = value.path.split('/');
      const last = parts.at(-1) ?? '';
      return [[(last === 'default.nix' ? (parts.at(-2) ?? last) : last).replace(/\.nix$/, ''), (): Value => value] as const];
    }),
  );
}
