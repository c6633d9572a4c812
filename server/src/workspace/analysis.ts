import type { Finding } from '../findings/finding.ts';
import type { HostModel } from '../host/hostModel.ts';
import type { Location } from '../syntax/source.ts';
import type { ReadingStep } from './units.ts';

/** What is read of a workspace at one moment. Immutable. */
export interface Models {
  readonly hosts: readonly HostModel[];
  /** Users that flakes configure apart from any machine. */
  readonly homes: readonly HostModel[];
  /** Flakes, or parts of them, in which hosts may be that are not listed. */
  readonly problems: readonly { readonly location: Location; readonly reason: string }[];
}

/** What is known of it, with what the rules say. */
export interface Analysis extends Models {
  readonly findings: readonly Finding[];
}

/** Before anything is read. */
export const NOTHING: Analysis = { hosts: [], homes: [], findings: [], problems: [] };

/** What a reading comes to, when nobody waits for its steps. */
export function finished<T>(steps: Generator<ReadingStep, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** What is read and is no machine of its own: guests of machines, and homes. Nothing is found in them, as it can't be told what they should keep. */
export function apartOf({ hosts, homes }: Pick<Models, 'hosts' | 'homes'>): readonly HostModel[] {
  return [...hosts.flatMap(({ guests }) => guests), ...homes];
}

/** What people are told one of {@link apartOf} is called: homes may have the names of hosts. */
export function apartName({ name, guest }: HostModel): string {
  return guest === null ? `${name} (home)` : name;
}
