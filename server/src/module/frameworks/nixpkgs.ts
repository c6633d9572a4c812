import { globalScope } from '../../nix/builtins.ts';
import type { Evaluation } from '../../nix/evaluation.ts';
import { nixpkgsLib } from '../../nix/lib.ts';
import {
  attr,
  bool,
  external,
  record,
  string,
  storeCopy,
  Thunk,
  unknown,
  type AttrSet,
  type AttrsValue,
  type Value,
} from '../../nix/value.ts';
import { fn, nixosSystem, partly, type Framework } from './framework.ts';

/** nixpkgs as a flake: `lib` is read, packages are outside. Channels, mirrors and forks are told by their names. */
export const nixpkgs: Framework = {
  input: /nixpkgs|nixos-(un)?stable|nixos-\d|^(nixos|stable|unstable|small) |NixOS\/nixos-/i,
  value: (evaluation, outside) =>
    partly(outside, {
      lib: () => systemLib(evaluation),
      legacyPackages: () => ({ type: 'attrs', location: null, attrs: bySystem((system) => packages(evaluation, system), outside) }),
      outPath: () => storeCopy('<nixpkgs>', null),
    }),
};

/** `nixpkgs.lib` of a flake: the ordinary lib and `nixosSystem` (nixpkgs flake.nix). */
export function systemLib(evaluation: Evaluation): Value {
  return evaluation.once(makeLib);
}

function makeLib(evaluation: Evaluation): Value {
  // Modules get the `lib` that `nixosSystem` is taken from, with what the author adds to it (nixpkgs flake.nix).
  return nixpkgsLib(evaluation, globalScope(evaluation), (final) => {
    const system = attr(Thunk.of(fn(evaluation, 1, (ev, args) => nixosSystem(ev, args, final))));
    return new Map([
      ['nixosSystem', system],
      ['nixos', attr(Thunk.of(record({ evalModules: system.thunk })))],
    ]);
  });
}

/**
 * What `import nixpkgs { … }` makes: packages are outside, `lib` is read. `system` is the platform (`x86_64-linux`) where it is known, or
 * `linux` for whatever NixOS runs on; of the platform its name is told and which kind it is (nixpkgs lib/systems/inspect.nix).
 */
export function packages(evaluation: Evaluation, system: string | null = null): AttrsValue {
  const platform = system === null ? null : platformOf(system);
  return partly(external('pkgs'), {
    lib: () => systemLib(evaluation),
    nixos: () => fn(evaluation, 1, (ev, modules) => nixosSystem(ev, Thunk.of(record({ modules: asList(modules) })))),
    ...(platform && { stdenv: partly(external('pkgs.stdenv'), { ...platform, hostPlatform: partly(external('the platform'), platform) }) }),
    ...(platform?.['system'] && { system: platform['system'] }),
  });
}

/** What the name of a platform says of it; a bare `linux` leaves the processor open. */
function platformOf(system: string): Readonly<Record<string, Value>> {
  const [processor = '', kernel] = system.includes('-') ? system.split('-', 2) : ['', system];
  const kinds = { isLinux: kernel === 'linux', isDarwin: kernel === 'darwin', isWindows: kernel === 'windows' };
  const processors = { isx86_64: processor === 'x86_64', isAarch64: processor === 'aarch64', isAarch32: processor === 'armv7l' };
  const facts = processor === '' ? kinds : { ...kinds, ...processors };
  return {
    ...Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, bool(value)])),
    ...(processor !== '' && { system: string(system, null) }),
  };
}

/** A set with an attribute for each system anybody asks for. */
export function bySystem(make: (system: string) => Value, outside: ReturnType<typeof external>): AttrSet {
  const known = new Map<string, ReturnType<typeof attr>>();
  return {
    get(name) {
      const found = known.get(name) ?? attr(new Thunk(null, () => make(name)));
      known.set(name, found);
      return found;
    },
    names: () => [],
    gaps: [outside],
  };
}

function asList(modules: Thunk): Thunk {
  return modules.force().type === 'list'
    ? modules
    : Thunk.of({ type: 'list', items: [{ thunk: modules, conditions: [] }], gaps: [], location: modules.location });
}

/**
 * Files of nixpkgs that make machines, or give `lib`, for who imports them: from a flake input, from `<nixpkgs>`, or from a copy of nixpkgs
 * that something else fetched or patched (nixpkgs nixos/default.nix, nixos/lib/eval-config.nix).
 */
export function addNixpkgsFiles(evaluation: Evaluation): void {
  const { imported } = evaluation;
  const add = (file: string, make: () => Value): void => {
    imported.set(`<nixpkgs>${file}`, new Thunk(null, make));
    if (file.startsWith('/nixos')) imported.set(`<outside>${file}`, new Thunk(null, make));
  };
  const evalConfig = (): Value => fn(evaluation, 1, (ev, args) => nixosSystem(ev, args));
  add('', () =>
    fn(evaluation, 1, (ev, args) => {
      const given = args.force();
      const system = given.type === 'attrs' ? given.attrs.get('system')?.thunk.force() : undefined;
      return packages(ev, system?.type === 'string' ? system.value : null);
    }),
  );
  add('/lib', () => systemLib(evaluation));
  add('/nixos/lib/eval-config.nix', evalConfig);
  for (const file of ['/nixos', '/nixos/default.nix'])
    add(file, () =>
      fn(evaluation, 1, (ev, args) => {
        const given = args.force();
        if (given.type !== 'attrs') return given.type === 'unknown' ? given : unknown('nixpkgs/nixos needs a set', args.location);
        const configuration = given.attrs.get('configuration');
        const special = given.attrs.get('specialArgs');
        if (!configuration) return unknown('nixpkgs/nixos has no configuration', args.location);
        return nixosSystem(ev, Thunk.of(record({ modules: asList(configuration.thunk), ...(special && { specialArgs: special.thunk }) })));
      }),
    );
}
