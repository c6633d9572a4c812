/**
 * What help while writing costs: a completion list, a hover and the lenses in a file of a fleet, beside making the models of the hosts
 * that read the file. `node --import tsx test/bench/help.ts [DIRECTORY]`; without one, the example fleet is taken.
 */
import { join } from 'node:path';
import { completions } from '../../server/src/assist/completion.ts';
import { forwardedList, forwardedLists } from '../../server/src/assist/forwardedLists.ts';
import { HostFacts } from '../../server/src/assist/hostFacts.ts';
import { hover } from '../../server/src/assist/hover.ts';
import { storageSummaries } from '../../server/src/assist/outline.ts';
import { writingPlace } from '../../server/src/assist/writingPlace.ts';
import { indexState } from '../../server/src/catalogue/stateIndex.ts';
import { builtInCatalogue } from '../../server/src/catalogue/load.ts';
import { detectStyle } from '../../server/src/edits/style.ts';
import { loadNixGrammar } from '../../server/src/syntax/grammar.ts';
import { diskFileSystem } from '../../server/src/workspace/fileSystem.ts';
import { preservationNeeds } from '../../server/src/workspace/preservationNeeds.ts';
import { Workspace } from '../../server/src/workspace/workspace.ts';

const repository = join(import.meta.dirname, '../..');
const ROUNDS = 30;

const at = (times: readonly number[], share: number): number =>
  times.toSorted((a, b) => a - b)[Math.floor((times.length - 1) * share)] ?? 0;

/** Processor time of this process so far, in milliseconds: what else the machine does must not count. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Times of so many rounds, the first apart: it works out what is kept for the others. */
function timed(work: () => void): { readonly first: number; readonly others: readonly number[] } {
  const times = Array.from({ length: ROUNDS + 1 }, () => {
    const start = cpu();
    work();
    return cpu() - start;
  });
  return { first: times[0] ?? 0, others: times.slice(1) };
}

async function main(): Promise<void> {
  const directory = process.argv[2] ?? join(repository, 'examples/fleet');
  const runtime = join(repository, 'node_modules/web-tree-sitter/web-tree-sitter.wasm');
  const grammar = await loadNixGrammar({ runtime, grammar: join(repository, 'syntaxes/tree-sitter-nix.wasm') });
  const workspace = new Workspace({ grammar, fileSystem: diskFileSystem, roots: [directory] });
  const begun = cpu();
  const { hosts, findings } = workspace.analysis();
  const cold = cpu() - begun;
  const declared = hosts.flatMap(({ entries }) => entries.filter(({ mechanism }) => mechanism !== 'manual'));
  // Elements of a list that are strings, where there are such: behind one, another can be typed.
  const literal = declared.filter(({ location: { file, start, end }, settings, written }) => {
    const text = workspace.currentSource(file);
    return settings === null && typeof text !== 'string' && text.text.slice(start, end) === `"${written}"`;
  });
  const written = literal.length > 0 ? literal : declared;
  // The file that most entries stand in.
  const counts = new Map<string, number>();
  for (const { location } of written) counts.set(location.file, (counts.get(location.file) ?? 0) + 1);
  const [file] = [...counts].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  const entry = written.find(({ location }) => location.file === file);
  const source = file === undefined ? 'no host keeps anything' : workspace.currentSource(file);
  if (typeof source === 'string' || file === undefined || !entry) throw new Error('nothing to measure: no host keeps anything');

  const { state } = builtInCatalogue();
  const byPath = indexState(state);
  const sources = { catalogue: state, needs: preservationNeeds(state), live: () => [] };
  const facts = hosts.map((host) => new HostFacts(host, (each) => workspace.dataOf(each))).filter(({ host }) => host.files.includes(file));
  // As the server does it when it has nothing else to do.
  const prepared = hosts.map((host) => {
    const start = cpu();
    workspace.dataOf(host);
    return cpu() - start;
  });
  const lists = new Map<HostFacts, ReturnType<typeof forwardedLists>>();
  const listsOf = (each: HostFacts): ReturnType<typeof forwardedLists> => {
    const known = lists.get(each) ?? forwardedLists(each.host, (name) => workspace.currentSource(name));
    lists.set(each, known);
    return known;
  };
  // As it is while one types: a quote that is not closed yet, which takes the rest of the text with it.
  const offset = entry.location.end + 3;
  const text = `${source.text.slice(0, entry.location.end)} "/${source.text.slice(entry.location.end)}`;
  const broken = grammar.parse(file, text, source);
  let items = 0;
  const completion = timed(() => {
    const place = writingPlace(text, offset, (names) => {
      for (const each of facts) {
        const found = forwardedList(listsOf(each), file, names);
        if (found) return found;
      }
      return null;
    });
    if (place === null) throw new Error('nothing is offered');
    items = completions(place, { hosts: facts, sources, text, offset, style: detectStyle(broken) }).length;
  });
  const hovering = timed(() => {
    if (!hover({ file, offset: entry.location.start + 1, text: source.text, hosts: facts, known: byPath, live: () => undefined }))
      throw new Error('nothing is told');
  });
  const lenses = timed(() => storageSummaries(file, facts, findings));

  console.log(
    `${hosts.length} hosts, ${declared.length} entries, read in ${cold.toFixed(0)} ms; ${facts.length} hosts read the file of ${source.text.length} characters`,
  );
  const all = prepared.reduce((sum, each) => sum + each, 0);
  console.log(
    `prepared in ${all.toFixed(0)} ms, ${Math.max(...prepared).toFixed(0)} ms at most for a host: ${((all / cold) * 100).toFixed(0)} % of reading the fleet`,
  );
  for (const [name, { first, others }] of [
    [`completion list of ${items}`, completion],
    ['hover of an entry', hovering],
    ['lenses of the file', lenses],
  ] as const) {
    const share = ((at(others, 0.5) / cold) * 100).toFixed(2);
    console.log(
      `${name}: first ${first.toFixed(1)} ms, then median ${at(others, 0.5).toFixed(1)} ms, 95th percentile ${at(others, 0.95).toFixed(1)} ms: ${share} % of reading the fleet`,
    );
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
