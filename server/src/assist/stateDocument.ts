import type { LossSeverity, StateEntry } from '../catalogue/types.ts';
import { bullets, code, heading, paragraph, type Block, type Document, type Inlines } from './document.ts';
import type { HostFacts } from './hostFacts.ts';

/** What the loss of state means, in a word or two. */
export const LOSS: Readonly<Record<LossSeverity, string>> = {
  critical: 'Critical',
  data: 'Data',
  convenience: 'Convenience',
  cache: 'Cache',
};

/** What is known about a kind of state, and which options of `hosts` imply it. */
export function stateDocument(entry: StateEntry, hosts: readonly HostFacts[]): Document {
  const written = hosts.flatMap((facts) =>
    facts.implied
      .filter((implied) => implied.entry.id === entry.id)
      .flatMap(({ causes }) =>
        causes.map((cause): Inlines => [`${facts.host.name}: `, code(cause.option), ' in ', { place: cause.location }]),
      ),
  );
  return [heading(entry.title), lossOf(entry), ...bullets([...written, ...ownersOf(entry)]), ...notesOf([entry])];
}

/** What happens when it is gone. */
export function lossOf({ severity, loss }: StateEntry): Block {
  return paragraph(`${LOSS[severity]}: ${loss}`);
}

/** Whatever else is to be known. */
export function notesOf(entries: readonly StateEntry[]): readonly Block[] {
  return entries.flatMap(({ note }) => (note === undefined ? [] : [paragraph(note)]));
}

/** Owner and mode of each place, where the module of the service says them. */
export function ownersOf({ paths }: StateEntry): readonly Inlines[] {
  return paths.flatMap(({ path, user, group, mode }): Inlines[] => {
    const owner = [user, group].filter((each) => each !== undefined).join(':');
    const facts = [owner, mode].filter((each) => each !== undefined && each !== '');
    return facts.length === 0 ? [] : [[code(path), ` is ${facts.join(', mode ')}`]];
  });
}
