import assert from 'node:assert/strict';
import { colours } from '../../server/src/assist/colours.ts';
import { completions } from '../../server/src/assist/completion.ts';
import { HostFacts } from '../../server/src/assist/hostFacts.ts';
import { hover } from '../../server/src/assist/hover.ts';
import { PathSuggestions } from '../../server/src/assist/pathSuggestions.ts';
import { writingPlace } from '../../server/src/assist/writingPlace.ts';
import { indexState } from '../../server/src/catalogue/stateIndex.ts';
import { builtInCatalogue } from '../../server/src/catalogue/load.ts';
import { detectStyle } from '../../server/src/edits/style.ts';
import { preservationNeeds } from '../../server/src/workspace/preservationNeeds.ts';
import { Workspace } from '../../server/src/workspace/workspace.ts';
import { MemoryFiles } from '../support/coreFiles.ts';
import { nixGrammar } from '../support/nixGrammar.ts';
import { FaultTable } from '../support/faultTable.ts';
import { Random } from '../support/random.ts';
import { fleetTexts } from '../unit/workspace/support.ts';
import { mutate } from './nixMutations.ts';

const ROUNDS = 400;
const PLACES = 12;
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);

suite('fuzz: help while writing', () => {
  const table = new FaultTable('Fuzz: help while writing');
  suiteTeardown(() => table.print());
  test('is asked at any place of any text without an exception, and replaces only what is written there', async function () {
    this.timeout(240_000);
    const grammar = await nixGrammar();
    const texts = fleetTexts();
    const files = [...texts.keys()].filter((file) => file.endsWith('.nix'));
    const others = files.map((file) => texts.get(file) ?? '');
    const workspace = new Workspace({ grammar, fileSystem: new MemoryFiles(texts), roots: ['/fleet'] });
    const { state } = builtInCatalogue();
    const byPath = indexState(state);
    const sources = {
      paths: new PathSuggestions(state, preservationNeeds(state)),
      live: () => [{ path: '/srv/"${x}', isDirectory: true }],
    };
    const facts = workspace.analysis().hosts.map((host) => new HostFacts(host, (each) => workspace.data.of(each)));
    let offered = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const random = new Random(SEED * 10_000 + round);
      const file = random.pick(files);
      const text = mutate(texts.get(file) ?? '', random, others);
      const source = grammar.parse(file, text);
      let end = 0;
      for (const coloured of colours(source)) {
        assert.ok(coloured.start >= end && coloured.end > coloured.start, `colours overlap in round ${round}`);
        end = coloured.end;
      }
      const hosts = facts.filter(({ host }) => host.files.includes(file));
      const style = detectStyle(source);
      for (let i = 0; i < PLACES; i++) {
        const offset = placeIn(text, random);
        hover({ file, offset, text, hosts, known: byPath, live: () => undefined });
        const place = writingPlace(text, offset, () => null);
        table.note('asked at a random place of a mutated file', place === null ? 'nothing to say there' : 'completions in place');
        if (place === null) continue;
        for (const { replace, newText } of completions(place, { hosts, sources, text, offset, style })) {
          offered++;
          const written = text.slice(replace.start, replace.end);
          assert.ok(replace.start <= offset && offset <= replace.end && newText !== '', `round ${round} at ${offset}`);
          assert.ok(!/[\r\n]/.test(written), `round ${round} at ${offset} goes over lines: ${written}`);
        }
      }
    }
    assert.ok(offered > 1000, `${offered} completions were looked at`);
  });
});

/** Any place, but mostly where lists of paths are. */
function placeIn(text: string, random: Random): number {
  const from = random.chance(0.7) ? text.indexOf('directories', random.below(text.length + 1)) : -1;
  return Math.min(text.length, (from < 0 ? random.below(text.length + 1) : from) + random.below(60));
}
