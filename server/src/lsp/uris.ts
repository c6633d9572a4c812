import { fileURLToPath, pathToFileURL } from 'node:url';

/** Texts that have no file yet live here in our eyes: nothing real is below it, so nothing is imported by accident. */
const UNTITLED = '/\u0000untitled/';

/**
 * URIs of the editor and our absolute paths, both ways. A text that was opened keeps the very URI its editor uses, since some editors
 * compare URIs as strings and each writes them in its own way; also when it is closed, since what was pushed for it is replaced then.
 */
export class Uris {
  readonly #opened = new Map<string, string>();

  /** The path of a `file:` or `untitled:` URI; null for what Keepsake does not read (other schemes, no local path). */
  pathOf(uri: string): string | null {
    if (uri.startsWith('untitled:')) return UNTITLED + encodeURIComponent(uri.slice('untitled:'.length));
    if (!uri.startsWith('file:')) return null;
    try {
      return fileURLToPath(uri);
    } catch {
      return null;
    }
  }

  uriOf(path: string): string {
    const opened = this.#opened.get(path);
    if (opened !== undefined) return opened;
    return path.startsWith(UNTITLED) ? `untitled:${decodeURIComponent(path.slice(UNTITLED.length))}` : pathToFileURL(path).href;
  }

  /** Takes the editor's own spelling of an opened text's URI. */
  opened(uri: string): void {
    const path = this.pathOf(uri);
    if (path !== null) this.#opened.set(path, uri);
  }
}
