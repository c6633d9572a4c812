import { posix } from 'node:path';
import { apply } from '../../nix/arguments.ts';
import { update } from '../../nix/combine.ts';
import type { Evaluation } from '../../nix/evaluation.ts';
import { attrs, external, list, record, string, Thunk, unknown, type ListItem, type Value } from '../../nix/value.ts';
import { option, optionType, setOfType, submoduleType } from '../optionTypes.ts';
import { defaultText } from './colmena.ts';
import { fn, machine, partly, pathValue, sure, type Framework } from './framework.ts';
import { directories, namedFiles } from './layout.ts';
import { at, attributes, directoryOf, lazySet, modulesOf, text } from './read.ts';

/** An input whose flake module turns options of its own into machines. `make` gets the module's arguments: `config`, `inputs`, `self`. */
function flakeModule(input: RegExp, make: (evaluation: Evaluation, args: Value) => Value): Framework {
  return {
    input,
    value: (evaluation, outside) => {
      const module = fn(evaluation, 1, (ev, args) => make(ev, args.force()));
      return partly(outside, { flakeModule: module, flakeModules: partly(outside, { default: module }) });
    },
  };
}

const raw = optionType('raw');
const NONE = attrs(new Map());
const modulesOption = option(optionType('listOf', { elemType: raw }), { default: list([]) });
const argsOption = option(optionType('attrs'), { default: NONE });

function hostNamed(name: string): ListItem {
  return sure(record({ networking: record({ hostName: defaultText(name) }) }));
}

/** ehllie/ez-configs (flake-module.nix): `nixos-configurations/<host>` are machines, `nixos-modules/default` is a part of all. */
export const ezConfigs: Framework = flakeModule(/ez-configs/, (evaluation, args) => {
  const own = new Thunk(null, () => at(args, 'config', 'ezConfigs') ?? NONE);
  const folder = (kind: string, what: string): string | null => {
    const set = directoryOf(at(own.force(), kind, `${what}Directory`));
    const root = directoryOf(at(own.force(), 'root'));
    return set ?? (root === null ? null : posix.join(root, `${kind}-${what}`));
  };
  const files = (kind: string, what: string): readonly (readonly [string, () => Value])[] => {
    const directory = folder(kind, what);
    return directory === null ? [] : namedFiles(evaluation, directory).map(([name, path]) => [name, (): Value => pathValue(path)] as const);
  };
  const special = (kind: string, name: string): Value => at(own.force(), kind, name) ?? at(own.force(), 'globalArgs') ?? NONE;
  const makeHost = (name: string, module: Value): Value => {
    const host = at(own.force(), 'nixos', 'hosts', name);
    const nixosModules = new Map(files('nixos', 'modules'));
    const homeModules = new Map(files('home', 'modules'));
    const homes = new Map(files('home', 'configurations'));
    const imports = at(host, 'importDefault');
    const byDefault = imports?.type === 'bool' && !imports.value ? [] : ['default', 'linux'];
    const parts = (of: ReadonlyMap<string, () => Value>): readonly ListItem[] =>
      byDefault.flatMap((each) => (of.has(each) ? [sure(of.get(each)?.() ?? NONE)] : []));
    const users = modulesOf(at(host, 'userHomeModules')).flatMap(({ thunk }) => text(thunk.force()) ?? []);
    const home = (user: string): Value =>
      record({ imports: list([...(homes.has(user) ? [sure(homes.get(user)?.() ?? NONE)] : []), ...parts(homeModules)]) });
    return machine(
      evaluation,
      [
        sure(module),
        hostNamed(name),
        ...parts(nixosModules),
        sure(
          record({
            'home-manager': record({
              users: lazySet(users.map((user) => [user, (): Value => home(user)] as const)),
              extraSpecialArgs: update(special('home', 'extraSpecialArgs'), record({ ezModules: lazySet(homeModules) })),
            }),
          }),
        ),
      ],
      update(special('nixos', 'specialArgs'), record({ ezModules: lazySet(nixosModules) })),
    );
  };
  const directoryOption = option(optionType('path'));
  const kind = record({
    modulesDirectory: directoryOption,
    configurationsDirectory: directoryOption,
    specialArgs: option(optionType('attrs')),
    extraSpecialArgs: option(optionType('attrs')),
    hosts: option(setOfType(raw), { default: NONE }),
    users: option(setOfType(raw), { default: NONE }),
  });
  return record({
    options: record({
      ezConfigs: record({
        root: option(optionType('path')),
        globalArgs: argsOption,
        earlyModuleArgs: argsOption,
        nixos: kind,
        home: kind,
        darwin: kind,
      }),
    }),
    config: record({
      flake: lazySet([
        [
          'nixosConfigurations',
          (): Value => lazySet(files('nixos', 'configurations').map(([name, module]) => [name, (): Value => makeHost(name, module())])),
        ],
        ['nixosModules', (): Value => lazySet(files('nixos', 'modules'))],
        ['homeModules', (): Value => lazySet(files('home', 'modules'))],
      ]),
    }),
  });
});

/** tgirlcloud/easy-hosts (flake-module.nix, lib.nix): `easy-hosts.hosts.<name>`, or every directory of `path` when it is to find them. */
export const easyHosts: Framework = flakeModule(/easy-hosts/, (evaluation, args) => {
  const set = (): Value => {
    const found = at(args, 'config', 'easy-hosts') ?? at(args, 'config', 'easyHosts');
    return found ?? NONE;
  };
  const shared = optionType('submodule', { modules: record({ options: record({ modules: modulesOption, specialArgs: argsOption }) }) });
  const host = submoduleType(
    record({
      options: record({
        arch: option(raw, { default: string('x86_64', null) }),
        class: option(raw, { default: string('nixos', null) }),
        deployable: option(raw, { default: { type: 'bool', value: false } }),
        path: option(raw, { default: { type: 'null' } }),
        tags: option(raw, { default: list([]) }),
        modules: modulesOption,
        specialArgs: argsOption,
      }),
    }),
  );
  const options = record({
    autoConstruct: option(raw, { default: { type: 'bool', value: false } }),
    path: option(raw, { default: { type: 'null' } }),
    onlySystem: option(raw, { default: { type: 'null' } }),
    shared: option(shared, { default: NONE }),
    perClass: option(raw),
    perTag: option(raw),
    additionalClasses: option(raw),
    hosts: option(setOfType(host), { default: NONE }),
  });
  const ofClass = (kind: string): Value | null => {
    const perClass = at(set(), 'perClass');
    return perClass?.type === 'function' ? apply(evaluation, Thunk.of(perClass), Thunk.of(string(kind, null))) : null;
  };
  const makeHost = (name: string, own: Value | null, kind: string): Value => {
    const path = directoryOf(at(set(), 'path'));
    const given = at(own, 'path');
    const place = given && given.type !== 'null' ? given : path === null ? null : pathValue(posix.join(path, name));
    const tags = modulesOf(at(own, 'tags')).map(({ thunk }) => {
      const perTag = at(set(), 'perTag');
      return perTag?.type === 'function' ? apply(evaluation, Thunk.of(perTag), thunk) : null;
    });
    const layers = [at(set(), 'shared'), ofClass(kind), ...tags, own];
    return machine(
      evaluation,
      [...(place ? [sure(place)] : []), hostNamed(name), ...layers.flatMap((layer) => flattened(modulesOf(at(layer, 'modules'))))],
      [
        record({ inputs: at(args, 'inputs') ?? external('inputs'), self: at(args, 'self') ?? external('self') }),
        ...layers.map((layer) => at(layer, 'specialArgs') ?? NONE),
      ].reduce<Value>(update, NONE),
    );
  };
  const hosts = (): Value => {
    const declared = attributes(at(set(), 'hosts')).map(([name, thunk]) => [name, thunk.force()] as const);
    const path = directoryOf(at(set(), 'path'));
    const auto = at(set(), 'autoConstruct');
    // `<path>/<arch>-<class>/<host>`, where files are to say it all.
    const found =
      auto?.type === 'bool' && auto.value && path !== null
        ? directories(evaluation, path).flatMap((target) =>
            target.endsWith('-nixos') || target.endsWith('-linux')
              ? directories(evaluation, posix.join(path, target)).map(
                  (name) => [name, record({ path: pathValue(posix.join(path, target, name)) })] as const,
                )
              : [],
          )
        : [];
    return lazySet(
      [...found, ...declared].flatMap(([name, own]) => {
        const kind = text(at(own, 'class')) ?? 'nixos';
        return kind === 'darwin' ? [] : [[name, (): Value => makeHost(name, own, kind)] as const];
      }),
    );
  };
  return record({
    options: record({ 'easy-hosts': options, easyHosts: options }),
    config: record({ flake: lazySet([['nixosConfigurations', hosts]]) }),
  });
});

/** Lists of modules in lists of modules. */
function flattened(items: readonly ListItem[], depth = 0): readonly ListItem[] {
  return items.flatMap((each) => {
    const value = each.thunk.force();
    return value.type === 'list' && depth < 10 ? flattened([...value.items, ...value.gaps.map(sure)], depth + 1) : [each];
  });
}

/** yelite/lite-config (flake-module.nix): `hosts.<name>`, each with its module in `hostModuleDir`, and what all share. */
export const liteConfig: Framework = flakeModule(/lite-(config|system)/, (evaluation, args) => {
  const set = (): Value => at(args, 'config', 'lite-config') ?? at(args, 'config', 'lite-system') ?? NONE;
  const modules = (...names: readonly string[]): readonly ListItem[] => names.flatMap((name) => modulesOf(at(set(), name)));
  const makeHost = (name: string, host: Value): Value => {
    const own = at(host, 'hostModule');
    const folder = directoryOf(at(set(), 'hostModuleDir'));
    const module =
      own && own.type !== 'null'
        ? own
        : folder === null
          ? unknown('lite-config has no hostModuleDir', null)
          : pathValue(posix.join(folder, name));
    const platform = partly(external('the platform'), { system: at(host, 'system') ?? external('the system') });
    const special = update(
      record({ inputs: at(args, 'inputs') ?? external('inputs'), hostPlatform: platform }),
      at(set(), 'extraSpecialArgs') ?? NONE,
    );
    const homes = record({
      'home-manager': record({ sharedModules: list(modules('homeModule', 'homeModules')), extraSpecialArgs: special }),
    });
    return machine(evaluation, [sure(module), ...modules('systemModule', 'systemModules'), hostNamed(name), sure(homes)], special);
  };
  const isLinux = (host: Value): boolean => !(text(at(host, 'system')) ?? '').endsWith('darwin');
  const hosts = (): Value =>
    lazySet(
      attributes(at(set(), 'hosts')).flatMap(([name, thunk]) =>
        isLinux(thunk.force()) ? [[name, (): Value => makeHost(name, thunk.force())] as const] : [],
      ),
    );
  return record({ config: record({ flake: lazySet([['nixosConfigurations', hosts]]) }) });
});

/** clan-core (its docs, "Autoincludes", and flakeModules/clan.nix): `clan.machines.<name>` and each directory of `machines/` are machines. */
export const clan: Framework = {
  input: /clan-core|^clan /,
  value: (evaluation, outside) => {
    const build = fn(evaluation, 1, (ev, args) => {
      const given = args.force();
      const made = lazySet(
        [
          [
            'nixosConfigurations',
            (): Value => clanMachines(ev, given, directoryOf(at(given, 'directory')) ?? directoryOf(at(given, 'self'))),
          ],
        ],
        [outside],
      );
      return update(made, record({ config: made }));
    });
    const module = fn(evaluation, 1, (ev, args) =>
      record({
        config: record({
          flake: lazySet([
            [
              'nixosConfigurations',
              (): Value => {
                const set = at(args.force(), 'config', 'clan') ?? NONE;
                return clanMachines(ev, set, directoryOf(at(set, 'directory')) ?? directoryOf(at(args.force(), 'self')));
              },
            ],
          ]),
        }),
      }),
    );
    return partly(outside, {
      lib: partly(outside, { clan: build, buildClan: build }),
      flakeModules: partly(outside, { default: module }),
      flakeModule: module,
    });
  },
};

function clanMachines(evaluation: Evaluation, set: Value, root: string | null): Value {
  const folder = root === null ? null : posix.join(root, 'machines');
  const files = new Map(folder === null ? [] : namedFiles(evaluation, folder, ['configuration.nix', 'default.nix']));
  const names = new Set(
    [...attributes(at(set, 'machines')), ...attributes(at(set, 'inventory', 'machines')), ...files].map(([name]) => name),
  );
  return lazySet(
    [...names].flatMap((name) => {
      if (text(at(set, 'inventory', 'machines', name, 'machineClass')) === 'darwin') return [];
      const file = files.get(name);
      const parts = [...(file === undefined ? [] : [sure(pathValue(file))]), ...modulesOf(at(set, 'machines', name)), hostNamed(name)];
      return [[name, (): Value => machine(evaluation, parts, at(set, 'specialArgs') ?? NONE)] as const];
    }),
  );
}
