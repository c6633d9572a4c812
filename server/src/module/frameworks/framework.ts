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
  if (args.type !== 'attrs') return args;
  // What is not known of the modules is a module that is not known.
  const items = [args, more].flatMap((given): readonly ListItem[] => {
    const modules = given.type === 'attrs' ? given.attrs.get('modules')?.thunk.force() : given;
    if (modules?.type === 'list') return [...modules.items, ...modules.gaps.map(sure)];
    return modules?.type === 'unknown' ? [sure(modules)] : [];
  });
  const special = [args, more].map(
    (given) => (given.type === 'attrs' ? given.attrs.get('specialArgs')?.thunk.force() : null) ?? record({}),
  );
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

/** Text that anything else overrides (`mkDefault`). */
function defaultText(value: string): Value {
  return record({ _type: string('override', null), priority: { type: 'int', value: 1000n }, content: string(value, null) });
}

/** A module that names its machine, unless another one does. */
export function hostNamed(name: string): ListItem {
  return sure(record({ networking: record({ hostName: defaultText(name) }) }));
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
