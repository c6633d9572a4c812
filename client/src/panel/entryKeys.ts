import type { DeclaredEntryDto } from '../../../server/src/protocol/panel.ts';

/**
 * Entries of one storage, each with a text of its own: VS Code refuses a view in which two rows have one. What is written once may be an
 * entry of several users, or several times the same.
 */
export function keyed(entries: readonly DeclaredEntryDto[]): readonly (readonly [key: string, entry: DeclaredEntryDto])[] {
  const times = new Map<string, number>();
  return entries.map((entry) => {
    const { text, kind, user, location } = entry;
    const { line, character } = location.range.start;
    const key = [text, kind, user ?? '', location.uri, line, character].join('\0');
    const before = times.get(key) ?? 0;
    times.set(key, before + 1);
    return [before === 0 ? key : `${key}\0${before}`, entry];
  });
}
