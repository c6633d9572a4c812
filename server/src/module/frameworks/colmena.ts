import { update } from '../../nix/combine.ts';
import type { Evaluation } from '../../nix/evaluation.ts';
import { external, record, string, Thunk, type AttrsValue, type Value } from '../../nix/value.ts';
import { fn, hostNamed, machine, partly, sure, type Framework } from './framework.ts';
import { at, attributes, lazySet, modulesOf } from './read.ts';

/** zhaofengli/colmena (its manual, "Configuration"): `makeHive` turns a hive into the machines under `nodes`. */
export const colmena: Framework = {
  input: /colmena/,
  value: (evaluation, outside) =>
    partly(outside, {
      lib: partly(outside, {
        makeHive: fn(evaluation, 1, (ev, hive) => record({ __schema: string('v0.5', null), nodes: hiveNodes(ev, hive.force()) })),
      }),
    }),
};

/** Names in a hive that are no machines. */
const RESERVED = ['meta', 'network', 'defaults', '__schema', '__functor'];

/** The machines of a hive: each a module, with `defaults`, `meta.specialArgs` and `meta.nodeSpecialArgs.<name>` (colmena src/nix/hive/eval.nix). */
export function hiveNodes(evaluation: Evaluation, hive: Value): AttrsValue {
  const meta = at(hive, 'meta') ?? at(hive, 'network');
  const nodes = attributes(hive).filter(([name]) => !RESERVED.includes(name));
  const gaps = hive.type === 'attrs' ? hive.attrs.gaps : hive.type === 'unknown' ? [hive] : [];
  return lazySet(
    nodes.map(([name, module]) => [
      name,
      (): Value => {
        const own = update(at(meta, 'specialArgs') ?? record({}), at(meta, 'nodeSpecialArgs', name) ?? record({}));
        const given = record({ name: string(name, null), nodes: external('the other nodes') });
        const modules = [...modulesOf(at(hive, 'defaults')), sure(module), hostNamed(name)];
        return machine(evaluation, modules, update(given, own));
      },
    ]),
    gaps,
  );
}

/** serokell/deploy-rs: `activate.nixos` takes a machine, which nodes have under `profiles.system.path`. */
export const deployRs: Framework = {
  input: /deploy-rs/,
  value: (evaluation, outside) => {
    const functions = partly(outside, { activate: partly(outside, { nixos: fn(evaluation, 1, (_, machineOf) => machineOf.force()) }) });
    const systems = new Map<
      string,
      { readonly thunk: Thunk; readonly name: null; readonly binding: null; readonly conditions: readonly [] }
    >();
    return partly(outside, {
      lib: {
        type: 'attrs',
        location: null,
        attrs: {
          get(name) {
            const found = systems.get(name) ?? { thunk: Thunk.of(functions), name: null, binding: null, conditions: [] as const };
            systems.set(name, found);
            return found;
          },
          names: () => [],
          gaps: [outside],
        },
      },
    });
  },
};
