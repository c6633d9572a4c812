import type { LocationDto } from '../protocol.ts';

/** What concerns the reading of configurations. Requests, client to server. */
export const ReadingRequests = {
  /** `null` -> {@link UnreadDto}[]: the places that could not be read, by file and place. */
  unread: 'keepsake/unread',
} as const;

/** Parameters and result of each. */
export interface ReadingRequestTypes {
  readonly 'keepsake/unread': { readonly params: null; readonly result: readonly UnreadDto[] };
}

/** A place of a configuration that may say something about persistence and could not be read. */
export interface UnreadDto {
  readonly location: LocationDto;
  /** One clause, without a capital and a full stop. */
  readonly reason: string;
  /** Names of the hosts that it is a part of; empty for a flake whose hosts could not be listed. */
  readonly hosts: readonly string[];
}
