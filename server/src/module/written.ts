import type { Configuration } from './configuration.ts';

/** What is written at an option, as text, by each definition that may apply, whether it can be read or not. */
export function textsAt(configuration: Configuration, path: readonly string[]): readonly string[] {
  const { definitions, gaps } = configuration.tree.at(path);
  const all = [...definitions, ...gaps.flatMap((gap) => (gap.inherited ? [] : [gap.definition]))];
  return configuration
    .applying(all)
    .flatMap(({ from: { thunk } }) => (thunk.location && configuration.evaluation.textAt(thunk.location)) ?? []);
}

/** Whether a text stands in a comment of a file. */
export function isCommented({ evaluation }: Configuration, file: string, text: string): boolean {
  return evaluation.fact(
    file,
    (source) => typeof source !== 'string' && source.comments.some(({ start, end }) => source.text.slice(start, end).includes(text)),
  );
}
