import { posix } from 'node:path';
import { update } from '../../nix/combine.ts';
import { external, list, record, unknown, type ListItem, type Value } from '../../nix/value.ts';
import { flakeModule, NONE } from './flakeModule.ts';
import { hostNamed, machine, partly, pathValue, sure, type Framework } from './framework.ts';
import { at, attributes, directoryOf, lazySet, modulesOf, text } from './read.ts';

function isLinux(host: Value): boolean {
  return !(text(at(host, 'system')) ?? '').endsWith('darwin');
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
  const hosts = (): Value =>
    lazySet(
      attributes(at(set(), 'hosts')).flatMap(([name, thunk]) =>
        isLinux(thunk.force()) ? [[name, (): Value => makeHost(name, thunk.force())] as const] : [],
      ),
    );
  return record({ config: record({ flake: lazySet([['nixosConfigurations', hosts]]) }) });
});
