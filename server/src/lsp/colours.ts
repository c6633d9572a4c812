import { SemanticTokensBuilder, type SemanticTokens, type SemanticTokensLegend } from 'vscode-languageserver/node';
import { colours, COLOURS } from '../assist/colours.ts';
import type { Help } from './help.ts';

export const COLOUR_LEGEND: SemanticTokensLegend = { tokenTypes: [...COLOURS], tokenModifiers: [] };

/** The colours of a whole text; for editors in which nothing else colours Nix. */
export function semanticTokens(help: Help, uri: string): SemanticTokens | null {
  const file = help.fileOf(uri);
  const text = file === null ? null : help.context.texts.of(file);
  if (text === null) return null;
  const builder = new SemanticTokensBuilder();
  for (const { start, end, colour } of colours(text.source)) {
    const from = text.lines.position(start);
    const to = text.lines.position(end);
    // A token is of one line.
    for (let line = from.line; line <= to.line; line++) {
      const first = line === from.line ? from.character : 0;
      const last = line === to.line ? to.character : text.lines.position(text.lines.offset({ line: line + 1, character: 0 }) - 1).character;
      if (last > first) builder.push(line, first, last - first, COLOURS.indexOf(colour), 0);
    }
  }
  return builder.build();
}
