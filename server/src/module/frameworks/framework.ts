import type { Evaluation } from '../../nix/evaluation.ts';
import { update } from '../../nix/combine.ts';
import { primitive, type Primitive } from '../../nix/primitive.ts';
import {
  attr,
  attrs,
  external,
  list,
  record,
  string,
  Thunk,
  type AttrsValue,
  type ListItem,
  type Unknown,
  type Value,
} from '../../nix/value.ts';

/** A flake that configurations are made with and that is not in the workspace: what it makes of the author's files is said here. */
export interface Framework {
  /** Tells the flake input, from its name, a space, and its URL. */
  readonly input: RegExp;
  /** The input as the outputs see it; what is not known of it is `outside`. */
  readonly value: (evaluation: Evaluation, outside: Unknown, inputsOf: InputsOf) => Value;
}

/** The inputs of the flake in a directory of the workspace, by name; a set without them where there is no flake. */
export type InputsOf = (directory: string) => Value;

/** Tag of what `nixosSystem` makes: its arguments are read by whoever lists the hosts. */
export const SYSTEM_TAG = 'nixos-system';

/** What `nixosSystem args` makes, of which the arguments can be read, and the `lib` it stands in (nixpkgs nixos/lib/eval-config.nix). */
export function nixosSystem(evaluation: Evaluation, args: Thunk, lib: Thunk | null = null): AttrsValue {
  const extendModules = primitive(evaluation, 1, (ev, more) =>
    nixosSystem(ev, new Thunk(args.location, () => extended(args.force(), more.force())), lib),
  );
  return record({
    _type: string(SYSTEM_TAG, null),
    args,
    ...(lib && { lib }),
    extendModules,
    config: external('the evaluated configuration'),
    pkgs: external('pkgs'),
  });
}

/** Arguments of `nixosSystem` with the modules and special arguments of others added (nixpkgs lib/modules.nix, extendModules). */
function extended(args: Value, more: Value): Value {
  if (args.type !== 'attrs' || more.type !== 'attrs') return args;
  const items = [args, more].flatMap(({ attrs: set }): readonly ListItem[] => {
    const modules = set.get('modules')?.thunk.force();
    return modules?.type === 'list' ? modules.items : [];
  });
  const special = [args, more].map(({ attrs: set }) => set.get('specialArgs')?.thunk.force() ?? record({}));
  return update(args, record({ modules: list(items), specialArgs: special.reduce((own, added) => update(own, added)) }));
}

/** A machine of these modules, as a framework makes it. */
export function machine(evaluation: Evaluation, modules: readonly ListItem[], specialArgs: Value | Thunk | null): AttrsValue {
  return nixosSystem(evaluation, Thunk.of(record({ modules: list(modules), ...(specialArgs && { specialArgs }) })));
}

/** A module, or any value, for sure in a list. */
export function sure(value: Value | Thunk): ListItem {
  return { thunk: value instanceof Thunk ? value : Thunk.of(value), conditions: [] };
}

/** The path of a file or directory as a value. */
export function pathValue(path: string): Value {
  return { type: 'path', path, location: null };
}

/** A function written here, for a set. */
export function fn(evaluation: Evaluation, arity: number, run: Primitive): Value {
  return primitive(evaluation, arity, run);
}

/** A set of which these attributes are known, worked out when they are asked for; the rest is `outside`. */
export function partly(outside: Unknown, known: Readonly<Record<string, (() => Value) | Value>>): AttrsValue {
  const map = new Map(
    Object.entries(known).map(
      ([name, value]) => [name, attr(typeof value === 'function' ? new Thunk(null, value) : Thunk.of(value))] as const,
    ),
  );
  return attrs(map, null, [outside]);
}
