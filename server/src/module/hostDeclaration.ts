import type { AttrSet, Thunk } from '../nix/value.ts';
import type { Location } from '../syntax/source.ts';

/** A machine or a user that a flake declares, before its modules are read. */
export interface HostDeclaration {
  readonly name: string;
  /** Of the attribute that has its name. */
  readonly location: Location;
  /** What `nixosSystem` was given; null with `problem` when it could not be read. */
  readonly system: { readonly modules: Thunk; readonly specialArgs: AttrSet | null } | null;
  readonly problem: string | null;
}
