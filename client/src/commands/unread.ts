import * as vscode from 'vscode';
import { ReadingRequests, type UnreadDto } from '../../../server/src/protocol/reading.ts';
import { printable } from '../../../server/src/text/printable.ts';
import type { Context } from '../context.ts';
import { inform } from '../notify.ts';
import { openLocation, placeWords } from '../places.ts';
import { counted } from '../text.ts';

interface UnreadPick extends vscode.QuickPickItem {
  readonly place: UnreadDto;
}

/** Lists the places that could not be read; the chosen one is shown. */
export async function showUnread(context: Context): Promise<void> {
  const places = await context.server.ask(ReadingRequests.unread, null);
  if (places.length === 0) {
    void inform('Keepsake could read everything.');
    return;
  }
  const picks = places.map((place): UnreadPick => ({
    label: printable(place.reason),
    description: placeWords(place.location),
    detail: place.hosts.map(printable).join(', '),
    place,
  }));
  const title = `${counted(places.length, 'place', 'places')} could not be read`;
  const chosen = await vscode.window.showQuickPick(picks, { title, matchOnDescription: true, matchOnDetail: true });
  if (chosen) await openLocation(chosen.place.location);
}
