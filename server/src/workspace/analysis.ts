import type { Finding } from '../findings/finding.ts';
import type { HostModel } from '../host/hostModel.ts';
import type { Location } from '../syntax/source.ts';
import type { ReadingStep } from './units.ts';

/** What is read of a workspace at one moment. Immutable. */
export interface Models {
  readonly hosts: readonly HostModel[];
  /** Flakes, or parts of them, in which hosts may be that are not listed. */
  readonly problems: readonly { readonly location: Location; readonly reason: string }[];
}

/** What is known of it, with what the rules say. */
export interface Analysis extends Models {
  readonly findings: readonly Finding[];
}

/** Before anything is read. */
export const NOTHING: Analysis = { hosts: [], findings: [], problems: [] };

/** What a reading comes to, when nobody waits for its steps. */
export function finished<T>(steps: Generator<ReadingStep, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
