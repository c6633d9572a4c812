import type { NixSource } from '../syntax/nixSource.ts';
import type { Location } from '../syntax/source.ts';
import type { Configuration } from './configuration.ts';
import type { Definition } from './definition.ts';

/** What is written at an option, as text, by each definition that may apply, whether it can be read or not. */
export function textsAt(configuration: Configuration, path: readonly string[]): readonly string[] {
  const { definitions, gaps } = configuration.tree.at(path);
  const all = [...definitions, ...gaps.flatMap((gap) => (gap.inherited ? [] : [gap.definition]))];
  return configuration
    .applying(all)
    .flatMap(({ from: { thunk } }) => (thunk.location && configuration.evaluation.textAt(thunk.location)) ?? []);
}

/**
 * Where a definition of an option is written, from a name to the end of its value. Where a module takes a switch of a library
 * (`swtpm = enabled`, with `enabled = { enable = true; }` elsewhere), that is the place, not the library. `from`: one of the path's.
 */
export function placeOfDefinition(configuration: Configuration, path: readonly string[], from: Definition): Location | null {
  const { binding } = from;
  const name = path.at(-1);
  if (!binding || name === undefined) return binding ?? from.thunk.location;
  const taken = configuration.tree.at(path.slice(0, -1)).definitions.find((above) => {
    const value = above.thunk.force();
    if (!above.binding || value.type !== 'attrs' || value.attrs.names().length !== 1) return false;
    return isSame(value.attrs.get(name)?.binding, binding) && REFERENCE.test(configuration.evaluation.textAt(above.binding) ?? '');
  });
  return taken?.binding ?? binding;
}

/** A name that is given another one, nothing else but a priority. */
const REFERENCE = /^[^={]+=\s*(?:(?:lib\.)?mk(?:Default|Force|Override\s+\d+)\s+)?[\w.'-]+\s*;?\s*$/;

function isSame(one: Location | null | undefined, other: Location): boolean {
  return !!one && one.file === other.file && one.start === other.start && one.end === other.end;
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
