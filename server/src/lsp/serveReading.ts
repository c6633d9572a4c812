import { ReadingRequests, type UnreadDto } from '../protocol/reading.ts';
import { unreadPlaces } from '../workspace/unread.ts';
import type { LspContext } from './context.ts';
import { locationDto } from './convert.ts';
import { guardRequest } from './guard.ts';
import type { Reading } from './reading.ts';

/** Answers what concerns the reading of configurations. */
export function serveReading(context: LspContext, reading: Reading): void {
  const { connection, log, workspace } = context;
  connection.onRequest(
    ReadingRequests.unread,
    guardRequest(log, ReadingRequests.unread, async (): Promise<readonly UnreadDto[]> => {
      await reading.settled();
      const { analysis } = workspace.lastAnalysis();
      return unreadPlaces(analysis).map(({ location, reason, hosts }) => ({ location: locationDto(context, location), reason, hosts }));
    }),
  );
}
