import type { Configuration } from '../module/configuration.ts';
import { modulesOf } from '../module/frameworks/read.ts';
import { bool, list, record, string, Thunk, type AttrSet, type ListItem } from '../nix/value.ts';
import type { Location } from '../syntax/source.ts';

/** More of one machine are not read. */
const MAX_GUESTS = 64;

/** A machine that runs inside another one, before its modules are read. */
export interface GuestDeclaration {
  /** As the machine that runs it calls it. */
  readonly name: string;
  readonly location: Location;
  readonly system: { readonly modules: Thunk; readonly specialArgs: AttrSet | null };
}

/** An option whose attributes are guests. */
interface GuestOption {
  readonly root: readonly string[];
  /** Below a guest: what is its configuration, and the list of further modules. */
  readonly config: string | null;
  readonly modules: string | null;
  readonly specialArgs: string;
  readonly isContainer: boolean;
}

const OPTIONS: readonly GuestOption[] = [
  // microvm.nix, nixos-modules/host/options.nix; one that names another flake is a machine of that.
  { root: ['microvm', 'vms'], config: 'config', modules: 'extraModules', specialArgs: 'specialArgs', isContainer: false },
  // nixpkgs nixos/modules/virtualisation/nixos-containers.nix
  { root: ['containers'], config: 'config', modules: null, specialArgs: 'specialArgs', isContainer: true },
  // oddlama/nixos-extra-modules, modules/guests: either of both, by `backend`
  { root: ['guests'], config: null, modules: 'modules', specialArgs: 'extraSpecialArgs', isContainer: false },
];

/** The guests that a machine's modules declare: microvms, containers, and what well-known modules make of them. */
export function guestsOf(machine: Configuration): readonly GuestDeclaration[] {
  const names = new Set<string>();
  const found = OPTIONS.flatMap((option) =>
    machine.tree.names(option.root).flatMap((name): readonly GuestDeclaration[] => {
      const guest = names.has(name) ? null : guestAt(machine, option, name);
      if (!guest) return [];
      names.add(name);
      return [guest];
    }),
  );
  return found.slice(0, MAX_GUESTS);
}

function guestAt(machine: Configuration, option: GuestOption, name: string): GuestDeclaration | null {
  const path = [...option.root, name];
  const own = option.config === null ? [] : machine.applying(machine.tree.at([...path, option.config]).definitions);
  const listed = option.modules === null ? [] : modulesOf(machine.value([...path, option.modules]));
  const given: readonly ListItem[] = [...own.map(({ from, conditions }) => ({ thunk: from.thunk, conditions })), ...listed];
  const isGuest = option.config === null ? listed.some(({ thunk }) => thunk.force().type !== 'unknown') : own.length > 0;
  const [definition] = machine.tree.at(path).definitions;
  const location = definition?.name ?? definition?.binding ?? own[0]?.from.name ?? own[0]?.from.binding;
  if (!isGuest || !location) return null;
  const special = machine.raw([...path, option.specialArgs]);
  const base = record({
    networking: record({ hostName: string(name, null) }),
    ...(option.isContainer && { boot: record({ isContainer: bool(true) }) }),
  });
  return {
    name,
    location,
    system: {
      modules: Thunk.of(list([{ thunk: Thunk.of(base), conditions: [] }, ...given])),
      specialArgs: special.type === 'attrs' ? special.attrs : null,
    },
  };
}
