import type { LocationDto, RangeDto } from '../protocol.ts';
import type { LineIndex, Location, SourceRange } from '../syntax/source.ts';
import type { LspContext } from './context.ts';

/** Offsets of a text as lines and columns. */
export function rangeOf(lines: LineIndex, range: SourceRange): RangeDto {
  return { start: lines.position(range.start), end: lines.position(range.end) };
}

/** A place in a file as the editor names it; the file's start when its text is gone. */
export function locationDto(context: LspContext, location: Location): LocationDto {
  const text = context.texts.of(location.file);
  const start = { line: 0, character: 0 };
  return { uri: context.uris.uriOf(location.file), range: text === null ? { start, end: start } : rangeOf(text.lines, location) };
}
