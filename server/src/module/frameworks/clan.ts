import { posix } from 'node:path';
import { update } from '../../nix/combine.ts';
import type { Evaluation } from '../../nix/evaluation.ts';
import { record, type ListItem, type Unknown, type Value } from '../../nix/value.ts';
import { NONE } from './flakeModule.ts';
import { fn, hostNamed, machine, partly, pathValue, sure, type Framework } from './framework.ts';
import { namedFiles } from './layout.ts';
import { at, attributes, directoryOf, lazySet, modulesOf, text } from './read.ts';

/** clan-core (its docs, "Autoincludes", and flakeModules/clan.nix): `clan.machines.<name>` and each directory of `machines/` are machines. */
export const clan: Framework = {
  input: /clan-core|^clan /,
  value: (evaluation, outside) => {
    const build = fn(evaluation, 1, (ev, args) => {
      const given = args.force();
      const made = lazySet([['nixosConfigurations', (): Value => clanMachines(ev, given, at(given, 'self'), outside)]], [outside]);
      return update(made, record({ config: made }));
    });
    const module = fn(evaluation, 1, (ev, args) =>
      record({
        config: record({
          flake: lazySet([
            [
              'nixosConfigurations',
              (): Value => {
                const set = update(at(args.force(), 'config', 'flake', 'clan') ?? NONE, at(args.force(), 'config', 'clan') ?? NONE);
                return clanMachines(ev, set, at(set, 'self') ?? at(args.force(), 'self'), outside);
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

function clanMachines(evaluation: Evaluation, set: Value, self: Value | null, outside: Unknown): Value {
  const root = directoryOf(at(set, 'directory')) ?? directoryOf(self);
  // Modules get the flake and clan as well, unless the author gives others (clan-core modules/clan/module.nix).
  const special = update(record({ 'clan-core': outside, ...(self && { self }) }), at(set, 'specialArgs') ?? NONE);
  const folder = root === null ? null : posix.join(root, 'machines');
  const files = new Map(folder === null ? [] : namedFiles(evaluation, folder, ['configuration.nix', 'default.nix']));
  const declared = at(set, 'inventory', 'machines');
  const names = new Set([...attributes(at(set, 'machines')), ...attributes(declared), ...files].map(([name]) => name));
  return lazySet(
    [...names].flatMap((name) => {
      if (text(at(declared, name, 'machineClass')) === 'darwin') return [];
      const file = files.get(name);
      const own = [...(file === undefined ? [] : [sure(pathValue(file))]), ...modulesOf(at(set, 'machines', name)), hostNamed(name)];
      const make = (): Value => machine(evaluation, [...own, ...roleModules(set, name)], special);
      return [[name, make] as const];
    }),
  );
}

/** Modules of the author's that instances give a machine by its name or tags (`inventory.instances.<i>.roles.<r>.extraModules`). */
function roleModules(set: Value, name: string): readonly ListItem[] {
  const tags = new Set([
    'all',
    'nixos',
    ...modulesOf(at(set, 'inventory', 'machines', name, 'tags')).flatMap(({ thunk }) => text(thunk.force()) ?? []),
  ]);
  return attributes(at(set, 'inventory', 'instances')).flatMap(([, instance]) =>
    attributes(at(instance.force(), 'roles')).flatMap(([, thunk]) => {
      const role = thunk.force();
      const named = at(role, 'machines', name);
      const wanted =
        modulesOf(at(role, 'tags')).some((tag) => tags.has(text(tag.thunk.force()) ?? '')) ||
        attributes(at(role, 'tags')).some(([tag]) => tags.has(tag));
      return named || wanted ? [...modulesOf(at(role, 'extraModules')), ...modulesOf(at(named, 'extraModules'))] : [];
    }),
  );
}
