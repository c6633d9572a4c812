import type { ConditionText, Origin } from '../nix/value.ts';
import type { Location } from '../syntax/source.ts';

export type Mechanism = 'impermanence' | 'home-manager' | 'preservation' | 'manual';

/** A string, a Boolean or a number; null what is something else or not known. */
export type Setting = string | boolean | number | null;

/** One path that a host's configuration keeps across boots, whatever mechanism says so. */
export interface PersistenceEntry {
  readonly mechanism: Mechanism;
  /** Where the data really is; null when not decidable. */
  readonly storage: string | null;
  readonly scope: 'system' | 'user';
  /** Name of the user of a user entry; null when not decidable, and for system entries. */
  readonly user: string | null;
  /** By the list it is in. */
  readonly kind: 'directory' | 'file';
  /** Absolute and normalised; null when the user's home is not decidable. */
  readonly path: string | null;
  /** User scope: the path below the home, normalised; null for system entries. */
  readonly relative: string | null;
  /** The path as its string says it, which may be neither absolute nor normalised; null where no string of an entry says it. */
  readonly written: string | null;
  /** What the set that the entry is written as says besides the path, by dotted names (`mode`, `parent.mode`); null for a plain string. */
  readonly settings: Readonly<Record<string, Setting>> | null;
  /** Of the string that holds the path. */
  readonly location: Location;
  /** Where else it is declared: places of which the configuration itself keeps one (`lib.unique`), so that it is one entry. */
  readonly also?: readonly Origin[];
  /** Undecided conditions, outermost first; empty: it holds for sure. */
  readonly conditions: readonly ConditionText[];
  /**
   * Whether the data lies at its whole path inside the storage. False: `home.persistence` of impermanence's first version has it right
   * below the storage, without the home. Null: which version is in use is not known.
   */
  readonly atWholePath: boolean | null;
  /** Conditions over it that this host fulfils: elsewhere it may not be there. */
  readonly fulfilled: readonly ConditionText[];
}

/** A place that declares persistence but could not be read. */
export interface Unresolved {
  readonly location: Location;
  readonly reason: string;
  /** What may be declared there: `user` places can't keep anything of the system, those of a specialisation nothing of what boots by default. */
  readonly scope: 'system' | 'user' | 'specialisation';
}

/** A storage and where it is declared: the target of new entries. One for each place that defines a part of it. */
export interface StorageDeclaration {
  readonly mechanism: Mechanism;
  readonly storage: string | null;
  /** Of the key (`"/persist"`). */
  readonly name: Location;
  /** From the attribute path to the end of the value. */
  readonly binding: Location;
  readonly conditions: readonly ConditionText[];
}

/** What one reader found in a configuration. */
export interface Readout {
  readonly entries: readonly PersistenceEntry[];
  readonly storages: readonly StorageDeclaration[];
  readonly unresolved: readonly Unresolved[];
}
