import { indexOptions, type OptionIndexNode } from '../catalogue/optionIndex.ts';
import type { EphemeralIndex } from '../catalogue/ephemeralIndex.ts';
import type { StateIndex } from '../catalogue/stateIndex.ts';
import type { StateEntry } from '../catalogue/types.ts';
import type { RealFiles } from '../host/entryAttributes.ts';
import { Coverage } from '../host/coverage.ts';
import type { HostModel } from '../host/hostModel.ts';
import { isOfDefault } from '../persistence/declared.ts';
import type { PersistenceEntry, StorageDeclaration } from '../persistence/entry.ts';
import { readableStorage } from './ephemeral.ts';
import { entryKey, referenceOf } from './entryReference.ts';
import type { EntryReference } from './finding.ts';
import type { FlakeLock } from './flakeLock.ts';
import { declaredMountPoints } from './ownMountPoints.ts';
import { writtenOffPaths } from './writtenOff.ts';
import { impliedState, type ImpliedState } from './impliedState.ts';

/** What is known of state, with its indices; made once for many hosts. */
export interface Knowledge {
  /** What declared paths are on hosts that are connected to; not given where none are. */
  readonly live?: RealFiles;
  readonly state: readonly StateEntry[];
  readonly byOption: OptionIndexNode;
  readonly byHomeOption: OptionIndexNode;
  readonly byPath: StateIndex;
  readonly ephemeral: EphemeralIndex;
}

export function optionIndices(state: readonly StateEntry[]): Pick<Knowledge, 'byOption' | 'byHomeOption'> {
  return { byOption: indexOptions(state, 'options'), byHomeOption: indexOptions(state, 'hmOptions') };
}

/** What the rules see of one host. What several of them need is worked out once, when the first one asks. */
export class RuleContext {
  readonly host: HostModel;
  readonly knowledge: Knowledge;
  /** The locked inputs of the host's flake; null when there is no lock file that could be read. */
  readonly lock: FlakeLock | null;
  #coverage: Coverage | undefined;
  #storage: StorageDeclaration | null | undefined;
  #implied: readonly ImpliedState[] | undefined;
  #sure: readonly SureEntry[] | undefined;
  #ownMountPoints: readonly string[] | undefined;
  #writtenOff: ReadonlySet<string> | undefined;
  #references: ReadonlyMap<PersistenceEntry, EntryReference> | undefined;

  constructor(host: HostModel, knowledge: Knowledge, lock: FlakeLock | null) {
    this.host = host;
    this.knowledge = knowledge;
    this.lock = lock;
  }

  /** What keeps a path when the machine boots as it does by default. */
  get coverage(): Coverage {
    this.#coverage ??= new Coverage(this.host, isOfDefault);
    return this.#coverage;
  }

  /** The storage that the host's missing state belongs to; null where nothing must be said of missing state. */
  get storage(): StorageDeclaration | null {
    if (this.#storage === undefined) this.#storage = readableStorage(this.host);
    return this.#storage;
  }

  /** State that the machine's own options imply. */
  get implied(): readonly ImpliedState[] {
    const { configuration } = this.host;
    this.#implied ??= configuration ? impliedState(configuration, this.knowledge.byOption) : [];
    return this.#implied;
  }

  /** Entries of the persistence modules that are there for sure, with a known path; the same text is told once. */
  get entries(): readonly SureEntry[] {
    this.#sure ??= sureEntries(this.host.entries);
    return this.#sure;
  }

  /** Mount points that options of the author's own name. */
  get ownMountPoints(): readonly string[] {
    const { configuration } = this.host;
    this.#ownMountPoints ??= configuration ? declaredMountPoints(configuration) : [];
    return this.#ownMountPoints;
  }

  /** Paths of entries that the author has taken back. */
  get writtenOff(): ReadonlySet<string> {
    this.#writtenOff ??= writtenOffPaths(this.host);
    return this.#writtenOff;
  }

  /** How a fix names an entry of the host. */
  refer(entry: PersistenceEntry): EntryReference {
    this.#references ??= references(this.host.entries);
    return this.#references.get(entry) ?? referenceOf(entry, 0);
  }
}

/** An entry that holds without condition and whose path is known. */
export type SureEntry = PersistenceEntry & { readonly path: string };

function sureEntries(entries: readonly PersistenceEntry[]): readonly SureEntry[] {
  const seen = new Set<string>();
  return entries.filter((entry): entry is SureEntry => {
    if (entry.mechanism === 'manual' || entry.path === null || entry.conditions.length > 0) return false;
    const { file, start } = entry.location;
    const key = `${file}\0${start}\0${entry.kind}\0${entry.storage}\0${entry.path}`;
    return seen.has(key) ? false : (seen.add(key), true);
  });
}

function references(entries: readonly PersistenceEntry[]): ReadonlyMap<PersistenceEntry, EntryReference> {
  const counts = new Map<string, number>();
  return new Map(
    entries.map((entry) => {
      const key = entryKey(entry);
      const nth = counts.get(key) ?? 0;
      counts.set(key, nth + 1);
      return [entry, referenceOf(entry, nth)];
    }),
  );
}
