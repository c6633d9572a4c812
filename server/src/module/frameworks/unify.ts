import type { Evaluation } from '../../nix/evaluation.ts';
import { external, list, record, type ListItem, type Value } from '../../nix/value.ts';
import { option, optionType, setOfType, submoduleType } from '../optionTypes.ts';
import { flakeModule, modulesOption, NONE, raw } from './flakeModule.ts';
import { hostNamed, machine, sure, type Framework } from './framework.ts';
import { at, attributes, lazySet, modulesOf } from './read.ts';

const part = option(optionType('deferredModule'), { default: NONE });
const parts = { nixos: part, home: part, darwin: part };

/**
 * quasigod/unify (its readme): `unify.hosts.nixos.<host>` are machines, each with the `nixos` parts of the `unify.modules` it lists; its
 * users have their `home` parts.
 */
export const unify: Framework = flakeModule(/unify/, (evaluation, args) => {
  const module = submoduleType(record({ options: record(parts), freeformType: setOfType(raw) }));
  const user = submoduleType(record({ options: record({ modules: modulesOption, ...parts }), freeformType: setOfType(raw) }));
  const host = submoduleType(
    record({
      options: record({ modules: modulesOption, users: option(setOfType(user), { default: NONE }), args: option(raw), ...parts }),
      freeformType: setOfType(raw),
    }),
  );
  const hosts = (): Value =>
    lazySet(
      attributes(at(args, 'config', 'unify', 'hosts', 'nixos')).map(([name, thunk]) => [
        name,
        (): Value => makeHost(evaluation, args, name, thunk.force()),
      ]),
    );
  return record({
    options: record({
      unify: record({
        ...parts,
        modules: option(setOfType(module), { default: NONE }),
        hosts: record({ nixos: option(setOfType(host), { default: NONE }), darwin: option(setOfType(raw), { default: NONE }) }),
        options: option(raw),
      }),
    }),
    config: record({ flake: lazySet([['nixosConfigurations', hosts]]) }),
  });
});

function makeHost(evaluation: Evaluation, args: Value, name: string, host: Value): Value {
  const all = at(args, 'config', 'unify');
  const shared = modulesOf(at(host, 'modules'));
  const special = record({ hostConfig: host, inputs: at(args, 'inputs') ?? external('inputs') });
  const homes = attributes(at(host, 'users')).map(([user, thunk]) => {
    const own = thunk.force();
    const items = [at(all, 'home'), at(host, 'home'), at(own, 'home')].flatMap((each) => modulesOf(each));
    return [user, (): Value => record({ imports: list([...items, ...partsOf(modulesOf(at(own, 'modules')), 'home')]) })] as const;
  });
  const homeManager = record({ 'home-manager': record({ users: lazySet(homes), extraSpecialArgs: special }) });
  const own = [at(all, 'nixos'), at(host, 'nixos')].flatMap((each) => modulesOf(each));
  return machine(evaluation, [...own, ...partsOf(shared, 'nixos'), hostNamed(name), sure(homeManager)], special);
}

/** The parts of one class of the modules that a host or user lists. */
function partsOf(modules: readonly ListItem[], kind: string): readonly ListItem[] {
  return modules.flatMap(({ thunk, conditions }) => {
    const value = thunk.force();
    const found = at(value, kind);
    if (found) return [{ ...sure(found), conditions }];
    return value.type === 'unknown' ? [{ thunk, conditions }] : [];
  });
}
