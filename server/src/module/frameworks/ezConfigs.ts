import { posix } from 'node:path';
import { update } from '../../nix/combine.ts';
import { list, record, Thunk, type ListItem, type Value } from '../../nix/value.ts';
import { option, setOfType } from '../optionTypes.ts';
import { argsOption, flakeModule, NONE, raw } from './flakeModule.ts';
import { hostNamed, machine, pathValue, sure, type Framework } from './framework.ts';
import { namedFiles } from './layout.ts';
import { at, directoryOf, lazySet, modulesOf, text } from './read.ts';

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
  const kind = record({
    hosts: option(setOfType(raw), { default: NONE }),
    users: option(setOfType(raw), { default: NONE }),
  });
  return record({
    options: record({
      ezConfigs: record({
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
