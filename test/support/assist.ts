import assert from 'node:assert/strict';
import { completions, type Completion } from '../../server/src/assist/completion.ts';
import { forwardedList } from '../../server/src/assist/forwardedLists.ts';
import { HostFacts } from '../../server/src/assist/hostFacts.ts';
import { PathSuggestions } from '../../server/src/assist/pathSuggestions.ts';
import type { LiveBelow } from '../../server/src/assist/suggestPaths.ts';
import { writingPlace } from '../../server/src/assist/writingPlace.ts';
import { builtInCatalogue } from '../../server/src/catalogue/load.ts';
import { detectStyle } from '../../server/src/edits/style.ts';
import { preservationNeeds } from '../../server/src/workspace/preservationNeeds.ts';
import { fixtureWorkspace, readFixture } from './fixture.ts';

/** Where the cursor is in a fixture. */
export const CURSOR = '¦';

export interface AssistOptions {
  /** Typed at the cursor after the models were made. */
  readonly typed?: string;
  readonly live?: LiveBelow;
}

/** A fixture with a cursor: the models are of its texts without what is typed. */
export async function assistIn(text: string, { typed = '' }: AssistOptions = {}) {
  const marked = readFixture(text);
  const [file, withCursor] = [...marked.files].find(([, content]) => content.includes(CURSOR)) ?? assert.fail('no cursor');
  const files = new Map(marked.files).set(file, withCursor.replace(CURSOR, ''));
  const { workspace } = await fixtureWorkspace({ ...marked, files });
  workspace.analysis();
  const offset = withCursor.indexOf(CURSOR) + typed.length;
  const now = withCursor.replace(CURSOR, typed);
  workspace.openText(file, now, 1);
  const { analysis, sourceOf } = workspace.lastAnalysis();
  const hosts = analysis.hosts
    .filter((host) => host.files.includes(file))
    .map((host) => new HostFacts(host, (each) => workspace.data.of(each)));
  return { workspace, file, text: now, offset, analysis, sourceOf, hosts };
}

/** What could be written at the cursor; null where Keepsake has nothing to say. */
export async function completionsIn(fixture: string, options: AssistOptions = {}) {
  const { workspace, file, text, offset, hosts } = await assistIn(fixture, options);
  const { state } = builtInCatalogue();
  const lists = hosts.map(({ host }) => workspace.data.forwarded(host));
  const place = writingPlace(text, offset, (names) => forwardedList(lists, file, names));
  if (!place) return null;
  const source = workspace.currentSource(file);
  assert.ok(typeof source !== 'string');
  const live = options.live ?? (() => []);
  const found = completions(place, {
    hosts,
    sources: { paths: new PathSuggestions(state, preservationNeeds(state)), live },
    text,
    offset,
    style: detectStyle(source),
  });
  const chosen = (label: string): Completion => found.find((each) => each.label === label) ?? assert.fail(`no ${label}`);
  return {
    place,
    found,
    labels: found.map(({ label }) => label),
    chosen,
    /** The text after a completion is taken. */
    taken(label: string): string {
      const { replace, newText } = chosen(label);
      return text.slice(0, replace.start) + newText + text.slice(replace.end);
    },
  };
}
