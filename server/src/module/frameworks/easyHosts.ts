import { posix } from 'node:path';
import { apply } from '../../nix/arguments.ts';
import { update } from '../../nix/combine.ts';
import { external, list, record, string, Thunk, type ListItem, type Value } from '../../nix/value.ts';
import { option, optionType, setOfType, submoduleType } from '../optionTypes.ts';
import { argsOption, flakeModule, modulesOption, NONE, raw } from './flakeModule.ts';
import { hostNamed, machine, pathValue, sure, type Framework } from './framework.ts';
import { directories } from './layout.ts';
import { at, attributes, directoryOf, lazySet, modulesOf, text } from './read.ts';

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
