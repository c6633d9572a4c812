import type { HostDeclaration } from './hostDeclaration.ts';
import { posix } from 'node:path';
import { globalScope } from '../nix/builtins.ts';
import { call } from '../nix/call.ts';
import { certain, update } from '../nix/combine.ts';
import type { Evaluation } from '../nix/evaluation.ts';
import { evaluateFile } from '../nix/wholeFile.ts';
import { isUnknown, setOf, stringOf } from '../nix/primitive.ts';
import { attr, attrs, record, tagOf, Thunk, unknown, type Attr, type AttrSet, type AttrsValue, type Value } from '../nix/value.ts';
import type { Location } from '../syntax/source.ts';
import { SYSTEM_TAG } from './frameworks/framework.ts';
import { hiveNodes } from './frameworks/colmena.ts';
import { flakeInput } from './frameworks/known.ts';
import { at, lazySet } from './frameworks/read.ts';
import { addNixpkgsFiles } from './frameworks/nixpkgs.ts';
import { homesOf } from './homes.ts';

export interface FlakeHosts {
  readonly hosts: readonly HostDeclaration[];
  /** Users that are configured apart from any machine; none where that is not given. */
  readonly homes?: readonly HostDeclaration[];
  /** Why hosts may be missing from the list. */
  readonly problems: readonly { readonly location: Location | null; readonly reason: string }[];
}

/** The machines of `nixosConfigurations` in a `flake.nix`. `file` is its absolute path. */
export function flakeHosts(evaluation: Evaluation, file: string): FlakeHosts {
  const start: Location = { file, start: 0, end: 0 };
  const source = evaluation.code(file);
  if (typeof source !== 'string' && source.errorAt !== null) {
    return failed(start, unknown('the file has a syntax error', { file, start: source.errorAt, end: source.errorAt }));
  }
  evaluation.once(addNixpkgsFiles);
  const value = evaluateFile(evaluation, file, globalScope(evaluation));
  if (value.type !== 'attrs') return failed(start, value);
  const outputs = value.attrs.get('outputs');
  if (!outputs) return { hosts: [], problems: [{ location: start, reason: 'the flake has no outputs' }] };
  const result = outputsOf(evaluation, value.attrs, posix.dirname(file), outputs.thunk);
  if (result.type !== 'attrs') return failed(outputs.name ?? start, result);
  return hostsOf(evaluation, result, outputs.name ?? start);
}

/** The machines among the outputs of a flake, or what a file without one gives (a set with `nixosConfigurations`). */
export function hostsOf(evaluation: Evaluation, outputs: AttrsValue, start: Location): FlakeHosts {
  const configurations = outputs.attrs.get('nixosConfigurations');
  const own = configurations ? machinesOf(certain(configurations), configurations.name ?? start) : null;
  const hives = ['colmenaHive', 'colmena'].flatMap((name) => {
    const found = outputs.attrs.get(name);
    const value = found && certain(found);
    return value?.type === 'attrs' ? [machinesOf(at(value, 'nodes') ?? hiveNodes(evaluation, value), found?.name ?? start)] : [];
  });
  const found = [...(own ? [own] : []), ...hives, deployed(outputs, start)];
  const names = new Map<string, HostDeclaration>();
  const systems = new Set<Thunk>();
  for (const host of found.flatMap(({ hosts }) => hosts)) {
    // Other outputs mostly tell of the same machines.
    if (names.has(host.name) || (host.system && systems.has(host.system.modules))) continue;
    names.set(host.name, host);
    if (host.system) systems.add(host.system.modules);
  }
  const problems = found.flatMap((each) => each.problems);
  const missing = own ? [] : outputs.attrs.gaps.map((gap) => ({ location: gap.location, reason: gap.reason }));
  return { hosts: [...names.values()], homes: homesOf(outputs, start), problems: [...problems, ...(names.size === 0 ? missing : [])] };
}

/** `nixosConfigurations`, or another set of machines. */
function machinesOf(machines: Value, location: Location): FlakeHosts {
  if (machines.type !== 'attrs') return failed(location, machines);
  return {
    hosts: machines.attrs.names().flatMap((name) => {
      const found = machines.attrs.get(name);
      return found ? [hostDeclaration(name, found, location)] : [];
    }),
    problems: machines.attrs.gaps.map((gap) => ({ location: gap.location, reason: gap.reason })),
  };
}

/** Nodes of deploy-rs: the machine is what `activate.nixos` was given. */
function deployed(outputs: AttrsValue, start: Location): FlakeHosts {
  const nodes = at(outputs, 'deploy', 'nodes');
  const hosts = (nodes?.type === 'attrs' ? nodes.attrs.names() : []).flatMap((name) => {
    const path = at(nodes, name, 'profiles', 'system', 'path');
    const found = nodes?.type === 'attrs' ? nodes.attrs.get(name) : undefined;
    if (!path || tagOf(path) !== SYSTEM_TAG || !found) return [];
    return [hostDeclaration(name, { ...found, thunk: Thunk.of(path) }, found.name ?? start)];
  });
  return { hosts, problems: [] };
}

function failed(location: Location, value: Value): FlakeHosts {
  return {
    hosts: [],
    problems: [
      value.type === 'unknown'
        ? { location: value.location ?? location, reason: value.reason }
        : { location, reason: 'a set is wanted here' },
    ],
  };
}

export function hostDeclaration(name: string, found: Attr, fallback: Location): HostDeclaration {
  const location = found.name ?? found.binding ?? fallback;
  const value = certain(found);
  const args = value.type === 'attrs' && tagOf(value) === SYSTEM_TAG ? value.attrs.get('args') : undefined;
  if (!args) {
    const problem = value.type === 'unknown' ? value.reason : 'it is not made by nixosSystem';
    return { name, location, system: null, problem };
  }
  const given = setOf(args.thunk);
  if (isUnknown(given)) return { name, location, system: null, problem: given.reason };
  const modules = given.get('modules');
  if (!modules) return { name, location, system: null, problem: 'nixosSystem has no modules' };
  const lib = given.get('lib') ?? (value.type === 'attrs' ? value.attrs.get('lib') : undefined);
  return {
    name,
    location,
    system: { modules: modules.thunk, specialArgs: argumentsOf(given, lib) },
    problem: null,
  };
}

/** What modules get besides `config`: `specialArgs`, the older `extraArgs`, and the `lib` of whoever makes the system (eval-config.nix). */
function argumentsOf(given: AttrSet, lib: Attr | undefined): AttrSet {
  const sets = ['specialArgs', 'extraArgs'].flatMap((name) => {
    const found = given.get(name);
    return found ? [setOf(found.thunk)] : [];
  });
  const known = sets.flatMap((set) => (isUnknown(set) ? [] : [set]));
  return {
    get: (name) => known.map((set) => set.get(name)).find((found) => found) ?? (name === 'lib' ? lib : undefined),
    names: () => known.flatMap((set) => [...set.names()]),
    get gaps() {
      return sets.flatMap((set) => (isUnknown(set) ? [set] : [...set.gaps]));
    },
  };
}

/** The flake's outputs: the function is called with itself and with its inputs, of which nixpkgs' `lib` is read and the rest is outside. */
function outputsOf(evaluation: Evaluation, flake: AttrSet, directory: string, outputs: Thunk): Value {
  const urls = inputUrls(flake);
  const called = outputs.force();
  // An input that only the function names is looked up in the registry.
  const formals = (called.type === 'function' ? called.formals : null) ?? new Map<string, boolean>();
  const inputs = new Map<string, Attr>();
  const made: Thunk = new Thunk(null, () => call(evaluation, outputs.force(), Thunk.of(argument), outputs.location));
  const own: Readonly<Record<string, Attr>> = {
    inputs: attr(Thunk.of(attrs(inputs))),
    outputs: attr(made),
    outPath: attr(Thunk.of({ type: 'path', path: directory, location: null })),
  };
  const answer = (): AttrSet => {
    const value = made.force();
    if (value.type === 'attrs') return value.attrs;
    return attrs(new Map(), null, [value.type === 'unknown' ? value : unknown('the outputs are no set', outputs.location)]).attrs;
  };
  // Where the flake is can be asked for while its outputs are made.
  const self = Thunk.of({
    type: 'attrs',
    location: null,
    attrs: {
      get: (name) => own[name] ?? answer().get(name),
      names: () => answer().names(),
      get gaps() {
        return answer().gaps;
      },
    },
  });
  const argument: Value = {
    type: 'attrs',
    location: null,
    attrs: {
      get(name) {
        if (name === 'self') return attr(self);
        if (!urls.has(name) && !formals.has(name)) return undefined;
        const known = inputs.get(name) ?? attr(new Thunk(null, () => inputOf(evaluation, directory, name, urls.get(name) ?? '')));
        inputs.set(name, known);
        return known;
      },
      names: () => ['self', ...new Set([...urls.keys(), ...[...formals.keys()].filter((name) => name !== 'self')])],
      gaps: [],
    },
  };
  for (const name of argument.attrs.names()) argument.attrs.get(name);
  return made.force();
}

/** An input as the outputs see it: a flake of the workspace named by its path, else one from outside. */
function inputOf(evaluation: Evaluation, directory: string, name: string, url: string): Value {
  const path = /^(?:path:|git\+file:)?(\.{1,2}(?:\/[^?#]*)?)(?:[?#].*)?$/.exec(url)?.[1];
  const local = path === undefined ? null : posix.join(directory, path);
  const file = local === null ? null : posix.join(local, 'flake.nix');
  if (local !== null && file !== null && evaluation.sources.kindOf(local) === 'directory') {
    const flake = evaluation.sources.kindOf(file) === 'file' ? evaluateFile(evaluation, file, globalScope(evaluation)) : null;
    const outputs = flake?.type === 'attrs' ? flake.attrs.get('outputs') : undefined;
    const source = record({ outPath: { type: 'path', path: local, location: null } });
    if (flake?.type !== 'attrs' || !outputs) return source;
    const made = evaluation.deeper(outputs.binding, () => outputsOf(evaluation, flake.attrs, local, outputs.thunk));
    return made.type === 'attrs' ? update(made, source) : made;
  }
  return flakeInput(evaluation, name, url, (flake) => inputsOf(evaluation, flake));
}

/** What the flake of a directory has for inputs. */
function inputsOf(evaluation: Evaluation, directory: string): Value {
  const file = posix.join(directory, 'flake.nix');
  const flake = evaluation.sources.kindOf(file) === 'file' ? evaluateFile(evaluation, file, globalScope(evaluation)) : null;
  const urls = flake?.type === 'attrs' ? inputUrls(flake.attrs) : new Map<string, string>();
  return lazySet([...urls].map(([name, url]) => [name, (): Value => inputOf(evaluation, directory, name, url)]));
}

/** Input names with their URLs; an input written without one has an empty URL. */
function inputUrls(flake: AttrSet): ReadonlyMap<string, string> {
  const urls = new Map<string, string>();
  const inputs = flake.get('inputs')?.thunk.force();
  if (inputs?.type !== 'attrs') return urls;
  for (const name of inputs.attrs.names()) {
    const input = inputs.attrs.get(name)?.thunk.force();
    const url = input?.type === 'attrs' ? input.attrs.get('url')?.thunk : undefined;
    const text = url ? stringOf(url) : '';
    urls.set(name, typeof text === 'string' ? text : '');
  }
  return urls;
}
