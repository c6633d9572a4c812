import type { EntryRequest } from '../host/persistPlan.ts';
import type { Mechanism } from '../persistence/entry.ts';
import type { Location } from '../syntax/source.ts';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/**
 * An entry of a host by what it says, never by where it stands: an edit finds it again in the texts as they are when the edit is made
 * (`findEntry`).
 */
export interface EntryReference {
  readonly mechanism: Mechanism;
  readonly storage: string | null;
  readonly user: string | null;
  readonly kind: 'directory' | 'file';
  /** As in the model: absolute and normalised, or below the home where the home is not known. */
  readonly path: string;
  readonly file: string;
  /** Of several like it in the file, which one: counted from 0 in the order of the model. */
  readonly nth: number;
}

/** Attributes of an entry that is written as a set, by their dotted names (`mode`, `parent.mode`); a string is written as one. */
export type EntryAttributes = Readonly<Record<string, string | boolean>>;

/** A path to keep, with the attributes that a plain string can't have. */
export interface NewEntry extends EntryRequest {
  readonly attributes?: EntryAttributes;
}

/** What a fix does, as data. The host is the finding's first one. */
export type FixChange =
  /** Adds entries where entries of the host go. */
  | { readonly kind: 'insert'; readonly entries: readonly NewEntry[] }
  /** Adds everything that the host's findings of missing state name, in one step. */
  | { readonly kind: 'insert-missing' }
  | { readonly kind: 'remove'; readonly entry: EntryReference }
  /** Keeps these in the same storage instead of an entry: parts of it, so that what is kept of them stays where it is. */
  | { readonly kind: 'replace-entry'; readonly entry: EntryReference; readonly by: readonly NewEntry[] }
  /** Removes entries and keeps the directory above them instead; where it is kept already, only removes. */
  | { readonly kind: 'merge-into-parent'; readonly parent: string; readonly entries: readonly EntryReference[] }
  /** Moves a system entry below a home to that user's list of the same storage. `relative` is the path below the home. */
  | { readonly kind: 'move-to-user'; readonly entry: EntryReference; readonly user: string; readonly relative: string }
  /** Moves an entry from `directories` to `files` of the same place, or back. */
  | { readonly kind: 'move-to-list'; readonly entry: EntryReference; readonly to: 'directory' | 'file' }
  /** Writes an entry as a set with these attributes, or adds them to the set that it is; others stay. */
  | { readonly kind: 'set-attributes'; readonly entry: EntryReference; readonly attributes: EntryAttributes }
  /** Writes an entry that is a set with nothing but its path as a string. */
  | { readonly kind: 'plain-string'; readonly entry: EntryReference }
  /** Sorts the list that holds the entry and drops what is in it twice. */
  | { readonly kind: 'tidy-list'; readonly entry: EntryReference }
  /** Writes another path in place of the one that an entry has (trailing slash, home path, another place of the same state). */
  | { readonly kind: 'rewrite-path'; readonly entry: EntryReference; readonly to: string }
  /** Writes another key for a storage (`home.persistence."/persist/home/ann"` to `"/persist"`). */
  | { readonly kind: 'rewrite-key'; readonly mechanism: Mechanism; readonly from: string; readonly to: string }
  /** Sets `fileSystems.<mountPoint>.neededForBoot = true`. */
  | { readonly kind: 'needed-for-boot'; readonly mountPoint: string }
  /** Turns the commands at an option of the scripted initrd (`boot.initrd.postDeviceCommands`) into a systemd service of the initrd. */
  | { readonly kind: 'rollback-service'; readonly option: readonly string[] }
  /** Converts all impermanence declarations of a storage to preservation. */
  | { readonly kind: 'convert-to-preservation'; readonly storage: string }
  /** Replaces a text within what is defined at an option, in whichever string of it that equals `from`. */
  | { readonly kind: 'replace-string'; readonly option: readonly string[]; readonly from: string; readonly to: string }
  /** Defines an option where the host has nothing for it; `value` is the Nix expression. */
  | { readonly kind: 'set-option'; readonly option: readonly string[]; readonly value: string }
  /** Takes a definition away. */
  | { readonly kind: 'remove-option'; readonly option: readonly string[] }
  /** Takes a definition away and keeps entries instead of it, where entries of the host go. */
  | { readonly kind: 'replace-option'; readonly option: readonly string[]; readonly entries: readonly NewEntry[] };

export interface Fix {
  readonly title: string;
  /** May be applied without looking (`--fix`). */
  readonly safe: boolean;
  readonly change: FixChange;
}

export interface Related {
  readonly location: Location;
  readonly message: string;
}

/** What a rule says of one host. */
export interface HostFinding {
  /** What it is about, stable and, in its file, the only one of its rule: an id of the catalogue, a path, an option. */
  readonly subject: string;
  readonly severity: Severity;
  readonly location: Location;
  /** Without the host's name. */
  readonly message: string;
  readonly related: readonly Related[];
  readonly fixes: readonly Fix[];
}

/** A finding, for all hosts that share it at one place. */
export interface Finding extends HostFinding {
  readonly code: string;
  readonly hosts: readonly string[];
}

/** The text of a rule's page in the manual, in Markdown. `npm run docs` writes the page. */
export interface RulePage {
  /** What it says, as a heading. */
  readonly title: string;
  readonly what: string;
  readonly why: string;
  readonly fix: string;
  /** Where leaving it as it is can be right; how to silence any rule is told on each page. */
  readonly silence: string;
  /** Options, manual pages and sources that the facts come from. */
  readonly sources: readonly string[];
}
