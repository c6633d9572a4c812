import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import { inform } from '../notify.ts';
import type { EntryNode } from '../panel/declared.ts';
import { openLocation, placeWords } from '../places.ts';
import { printable } from '../../../server/src/text/printable.ts';
import { chooseHost, chosenRows } from './choose.ts';

/** Shows where a host's storage is declared; several: the user picks. */
export async function openStorage(context: Context, argument?: unknown): Promise<void> {
  const host = await chooseHost(context, argument, 'The storage of which host?');
  if (host === undefined) return;
  const places = host.storages.map(({ path, location }) => ({
    label: path === null ? 'a storage whose path can’t be read' : printable(path),
    description: placeWords(location),
    location,
  }));
  if (places.length === 0) {
    void inform(`${host.name} declares no storage that Keepsake can read.`);
    return;
  }
  const place = places.length === 1 ? places[0] : await vscode.window.showQuickPick(places, { placeHolder: 'Which storage?' });
  if (place !== undefined) await openLocation(place.location);
}

/** Shows where a host is declared. */
export async function openHost(context: Context, argument?: unknown): Promise<void> {
  const host = await chooseHost(context, argument, 'Which host?');
  if (host !== undefined) await openLocation(host.location);
}

/** Shows where a row of the view Declared is written. */
export async function openEntry(_context: Context, node?: unknown): Promise<void> {
  if (typeof node === 'object' && node !== null && 'entry' in node) await openLocation((node as EntryNode).entry.location);
}

/** Copies the paths of the chosen rows, one a line. */
export async function copyPath(context: Context, clicked?: unknown, selected?: unknown): Promise<void> {
  const rows = chosenRows(context, clicked, selected);
  if (rows.length > 0) await vscode.env.clipboard.writeText(rows.map(({ row }) => row.path).join('\n'));
}
