import type { HostModel } from '../host/hostModel.ts';
import type { EntryRequest } from '../host/persistPlan.ts';
import type { Location } from '../syntax/source.ts';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

export interface Fix {
  readonly title: string;
  /** May be applied without looking (`--fix`). */
  readonly safe: boolean;
  readonly entries: readonly EntryRequest[];
}

export interface Related {
  readonly location: Location;
  readonly message: string;
}

/** What a rule says of one host. */
export interface HostFinding {
  /** What it is about, stable: an id of the catalogue. */
  readonly subject: string;
  readonly severity: Severity;
  readonly location: Location;
  /** Without the host's name. */
  readonly message: string;
  readonly related: readonly Related[];
  readonly fix: Fix | null;
}

/** A finding, for all hosts that share it at one place. */
export interface Finding extends Omit<HostFinding, 'fix'> {
  readonly code: string;
  readonly hosts: readonly string[];
  /** For the first of the hosts; where the storage is shared, for all of them. */
  readonly fixes: readonly Fix[];
}

/** A rule: one kind of mistake. Its code is stable; documents and settings name it. */
export interface Rule {
  readonly code: string;
  check(host: HostModel): readonly HostFinding[];
}
