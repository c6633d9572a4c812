import { ReadingRequests } from '../protocol/reading.ts';
import { unreadPlaces } from '../workspace/unread.ts';
import { answer } from './answer.ts';
import type { LspContext } from './context.ts';
import { locationDto } from './convert.ts';
import type { Reading } from './reading.ts';

/** Answers what concerns the reading of configurations. */
export function serveReading(context: LspContext, reading: Reading): void {
  answer(context, ReadingRequests.unread, async () => {
    await reading.settled();
    const { analysis } = context.workspace.lastAnalysis();
    return unreadPlaces(analysis).map(({ location, reason, hosts }) => ({ location: locationDto(context, location), reason, hosts }));
  });
}
