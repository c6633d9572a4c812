import type { NixSource } from '../syntax/nixSource.ts';
import type { Configuration } from './configuration.ts';

/** What is written at an option, as text, by each definition that may apply, whether it can be read or not. */
export function textsAt(configuration: Configuration, path: readonly string[]): readonly string[] {
  const { definitions, gaps } = configuration.tree.at(path);
  const all = [...definitions, ...gaps.flatMap((gap) => (gap.inherited ? [] : [gap.definition]))];
  return configuration
    .applying(all)
    .flatMap(({ from: { thunk } }) => (thunk.location && configuration.evaluation.textAt(thunk.location)) ?? []);
}

/** What stands in double quotes in the comments of a file. */
export function stringsInComments({ evaluation }: Configuration, file: string): readonly string[] {
  const found = evaluation.fact(file, quotedInComments);
  return found === '' ? [] : found.split('\n');
}

/** One a line: none of them has a line break in it. */
function quotedInComments(source: NixSource | string): string {
  if (typeof source === 'string') return '';
  const comments = source.comments.map(({ start, end }) => source.text.slice(start, end)).join('\n');
  return [...comments.matchAll(/"([^"\n]+)"/g)].map(([, text = '']) => text).join('\n');
}
