import { posix } from 'node:path';
import type { Evaluation } from '../../nix/evaluation.ts';
import { bool, external, list, record, string, type Unknown, type Value } from '../../nix/value.ts';
import { option } from '../optionTypes.ts';
import { modulesOption, raw } from './flakeModule.ts';
import { fn, machine, partly, pathValue, sure, type Framework } from './framework.ts';
import { directories } from './layout.ts';
import { at, directoryOf, lazySet, modulesOf } from './read.ts';

/** oddlama/nixos-extra-modules (flake-modules/nodes.nix): each directory of `node.path` is a machine. */
export const nixosExtraModules: Framework = {
  input: /nixos-extra-modules/,
  value: (evaluation, outside) => {
    const module = fn(evaluation, 1, (ev, args) => flakeModule(ev, args.force(), outside));
    return partly(outside, { modules: partly(outside, { flake: partly(outside, { default: module, 'nixos-extra-modules': module }) }) });
  },
};

function flakeModule(evaluation: Evaluation, args: Value, outside: Unknown): Value {
  const hosts = (): Value => {
    const root = directoryOf(at(args, 'config', 'node', 'path'));
    if (root === null) return lazySet([], [outside]);
    const shared = [sure(outside), ...modulesOf(at(args, 'config', 'globals', 'optModules'))];
    const special = record({
      inputs: at(args, 'inputs') ?? external('inputs'),
      nodes: external('the other machines'),
      globals: external('what machines say for all'),
      minimal: bool(false),
      extraModules: list(shared),
    });
    return lazySet(
      directories(evaluation, root).map((name) => [
        name,
        (): Value => {
          const folder = posix.join(root, name);
          const node = record({ name: string(name, null), secretsDir: pathValue(posix.join(folder, 'secrets')) });
          return machine(evaluation, [sure(record({ node })), sure(pathValue(folder)), ...shared], special);
        },
      ]),
    );
  };
  return record({
    options: record({
      node: record({ path: option(raw), nixpkgs: option(raw) }),
      globals: record({ optModules: modulesOption, defModules: modulesOption, attrkeys: option(raw) }),
    }),
    config: record({ flake: lazySet([['nixosConfigurations', hosts]]) }),
  });
}
