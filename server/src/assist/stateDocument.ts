import type { LossSeverity, StateEntry } from '../catalogue/types.ts';
import { bullets, code, heading, joined, paragraph, type Block, type Document, type Inlines } from './document.ts';
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
  return [heading(entry.title), ...lossBlocks(entry), ...bullets(written)];
}

/** What happens when it is gone, and what else is to be known. */
export function lossBlocks({ severity, loss, note, paths }: StateEntry): readonly Block[] {
  const owners = paths.flatMap(({ path, user, group, mode }): Inlines[] => {
    const owner = [user, group].filter((each) => each !== undefined).join(':');
    const facts = [owner, mode].filter((each) => each !== undefined && each !== '');
    return facts.length === 0 ? [] : [[code(path), ` ${facts.join(' ')}`]];
  });
  return [
    paragraph(`${LOSS[severity]}: ${loss}`),
    ...(note === undefined ? [] : [paragraph(note)]),
    ...(owners.length === 0
      ? []
      : [paragraph('Owner and mode: ', ...owners.flatMap((each, index) => (index === 0 ? each : ['; ', ...each])))]),
  ];
}

/** Names of hosts, as they are listed in a sentence. */
export function hostNames(hosts: readonly { readonly name: string }[]): Inlines {
  return joined(hosts, ({ name }) => name);
}
