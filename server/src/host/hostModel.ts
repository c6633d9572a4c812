import type { Configuration } from '../module/configuration.ts';
import type { PersistenceEntry, StorageDeclaration, Unresolved } from '../persistence/entry.ts';
import type { Home } from '../persistence/homeManager.ts';
import type { Location } from '../syntax/source.ts';
import type { InitrdScript } from './initrdScripts.ts';

/** A filesystem that the configuration mounts. */
export interface Mount {
  readonly mountPoint: string;
  readonly fsType: string | null;
  /** Device or dataset, where it is written as text. */
  readonly device: string | null;
  /** Of btrfs: the subvolume's path from the top, without a slash before; not given where it is not said. */
  readonly subvolume?: string;
  readonly location: Location;
}

/** The blank snapshot that the host rolls back to, and where its configuration says so. */
export interface Rollback {
  readonly dataset: string;
  readonly snapshot: string;
  readonly location: Location;
}

/** A btrfs subvolume that the initrd replaces at every boot. Paths are from the top of its file system, without a slash before. */
export interface RenewedSubvolume {
  readonly subvolume: string;
  /** The subvolume that it is a snapshot of; null: it is empty. */
  readonly blank: string | null;
  readonly location: Location;
}

/** Whether the host's root is made anew at every boot, as its configuration says it. */
export type Erasure =
  /** The root filesystem is in memory. */
  | { readonly kind: 'memory'; readonly mount: Mount }
  /** The initrd runs a script that rolls back or replaces the root. */
  | { readonly kind: 'script'; readonly script: InitrdScript }
  /** The root filesystem is known, and nothing erases it. */
  | { readonly kind: 'never'; readonly mount: Mount }
  | { readonly kind: 'unknown' };

/** Something that the real Nix says otherwise than Keepsake reads it. */
export interface RealDifference {
  /** The path. */
  readonly subject: string;
  readonly location: Location;
  readonly message: string;
}

/** Everything Keepsake knows of one machine from its configuration. Immutable; made anew when a file changes. */
export interface HostModel {
  /** Where the real Nix keeps something else than Keepsake reads; not given for a host that Nix was not asked of. */
  readonly differences?: readonly RealDifference[];
  readonly name: string;
  /** As its own flake calls it, where `name` says more to tell it from others; not given where they are the same. */
  readonly ownName?: string;
  readonly location: Location;
  /** Why the host's modules could not be read; then the rest is empty. */
  readonly problem: string | null;
  readonly entries: readonly PersistenceEntry[];
  readonly storages: readonly StorageDeclaration[];
  /** Places that may declare persistence but could not be read, unread imports among them. */
  readonly unresolved: readonly Unresolved[];
  readonly mounts: readonly Mount[];
  /** Of the root. */
  readonly rollback: Rollback | null;
  /** Of every dataset that the initrd rolls back, the root's first. */
  readonly rollbacks: readonly Rollback[];
  readonly renewed: readonly RenewedSubvolume[];
  /** What its initrd runs. */
  readonly scripts: readonly InitrdScript[];
  readonly erasure: Erasure;
  /** Where it says that it is an installer, an image or a container, of which nothing is kept on purpose; null for a machine. */
  readonly guest: Location | null;
  /** Users with a home-manager configuration of their own. */
  readonly homes: readonly Home[];
  /** Machines that run inside it, such as microvms and containers, called `host/guest`: plain data, without live values. */
  readonly guests: readonly HostModel[];
  readonly rootFilesystem: string | null;
  /** Its modules' option values, for whoever needs another fact; null with `problem`. */
  readonly configuration: Configuration | null;
  /** Files of the workspace that make up the host. */
  readonly files: readonly string[];
}

/** A host of which nothing was read. */
export const NOTHING_READ: Omit<HostModel, 'name' | 'location'> = {
  problem: null,
  entries: [],
  storages: [],
  unresolved: [],
  mounts: [],
  rollback: null,
  rollbacks: [],
  renewed: [],
  scripts: [],
  erasure: { kind: 'unknown' },
  guest: null,
  homes: [],
  guests: [],
  rootFilesystem: null,
  configuration: null,
  files: [],
};
