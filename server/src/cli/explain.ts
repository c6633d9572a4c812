import { posix } from 'node:path';
import type { EphemeralIndex } from '../catalogue/ephemeralIndex.ts';
import type { EphemeralPattern, StateEntry } from '../catalogue/types.ts';
import type { Knowledge } from '../findings/context.ts';
import { mayLose } from '../findings/ephemeral.ts';
import { impliedState } from '../findings/impliedState.ts';
import { Coverage, ownMount } from '../host/coverage.ts';
import type { HostModel, Mount } from '../host/hostModel.ts';
import { homes } from '../host/persistPlan.ts';
import type { PersistenceEntry } from '../persistence/entry.ts';
import { normalise } from '../persistence/listReader.ts';
import type { Location } from '../syntax/source.ts';
import type { Checks } from '../workspace/checks.ts';
import { printable } from '../text/printable.ts';
import { EXIT, type CommandIo, type Places } from './io.ts';

/** What is known of a path, whatever the host. */
interface Explanation {
  readonly path: string;
  readonly state: StateEntry | null;
  readonly ephemeral: EphemeralPattern | null;
  readonly hosts: readonly HostExplanation[];
}

/** What a host does about it. */
interface HostExplanation {
  readonly host: string;
  /** The path on this host; a path below a home has one for each user. */
  readonly path: string;
  readonly entry: PersistenceEntry | null;
  readonly mount: Mount | null;
  /** Options that are on and have the path written. */
  readonly causes: readonly { readonly option: string; readonly location: Location }[];
  /** Entries keep something below it, and nothing the whole. */
  readonly inPart: boolean;
  /** Its root is not erased, or what it is started from is no disk of its own. */
  readonly stays: boolean;
  /** Something unread may keep it, or nothing that was read erases the root. */
  readonly uncertain: boolean;
}

/** `keepsake explain`: what a path is, who writes it, what its loss means, and which line keeps it, as text or JSON version 1. */
export function runExplain(
  path: string,
  models: readonly HostModel[],
  checks: Pick<Checks, 'knowledgeOf' | 'knowledge'>,
  { places, io, json }: { readonly places: Places; readonly io: CommandIo; readonly json: boolean },
): number {
  const explanation = explain(path, models, checks);
  if (json) io.line(JSON.stringify(describe(explanation, places), null, 2));
  else for (const line of text(explanation, places)) io.line(line);
  return EXIT.ok;
}

function explain(asked: string, models: readonly HostModel[], checks: Pick<Checks, 'knowledgeOf' | 'knowledge'>): Explanation {
  const [first] = models;
  // What a team adds to the catalogue is said of its own hosts.
  const { byPath, ephemeral } = first ? checks.knowledgeOf(first) : checks.knowledge();
  // Below any home the catalogue knows the same state.
  const path = asked.startsWith('~/') ? asked : normalise(asked);
  const anywhere = path.startsWith('~/') ? normalise(`/home/user/${path.slice(2)}`) : path;
  return {
    path,
    state: byPath.lookup(anywhere)?.value.entry ?? null,
    ephemeral: ephemeralOf(anywhere, ephemeral),
    hosts: models.flatMap((host) => {
      const own = path.startsWith('~/') ? [...homes(host).values()].map((home) => posix.join(home, path.slice(2))) : [path];
      const coverage = new Coverage(host);
      return [...new Set(own)].map((each) => explainOn(host, each, coverage, checks.knowledgeOf(host)));
    }),
  };
}

function explainOn(host: HostModel, path: string, coverage: Coverage, { byOption }: Knowledge): HostExplanation {
  const implied = host.configuration ? impliedState(host.configuration, byOption) : [];
  return {
    host: host.name,
    path,
    entry: coverage.of(path),
    mount: ownMount(host, path),
    causes: implied
      .filter(({ places }) => places.some((place) => isWithin(path, place.path)))
      .map(({ option, cause }) => ({ option: option.join('.'), location: cause })),
    inPart: coverage.hasBelow(path),
    stays: !mayLose(host),
    uncertain: host.problem !== null || host.erasure.kind === 'unknown' || host.unresolved.some(({ scope }) => scope === 'system'),
  };
}

function ephemeralOf(path: string, { paths, names }: EphemeralIndex): EphemeralPattern | null {
  return paths.lookup(path)?.value ?? names.find(({ suffix }) => path.endsWith(suffix))?.pattern ?? null;
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}

function describe({ path, state, ephemeral, hosts }: Explanation, places: Places): object {
  return {
    version: 1,
    path,
    state: state && {
      id: state.id,
      title: state.title,
      severity: state.severity,
      loss: state.loss,
      options: state.options,
      source: state.source,
    },
    ephemeral: ephemeral && { pattern: ephemeral.pattern, reason: ephemeral.reason, safe: ephemeral.safe },
    hosts: hosts.map((each) => describeHost(each, places)),
  };
}

function describeHost(on: HostExplanation, places: Places): object {
  const { host, path, entry, mount, causes } = on;
  return {
    host,
    path,
    verdict: verdictOf(on),
    entry: entry && {
      path: entry.path,
      kind: entry.kind,
      mechanism: entry.mechanism,
      storage: entry.storage,
      conditions: entry.conditions.map((condition) => condition.text),
      ...lineOf(entry.location, places),
    },
    mount: mount && { mountPoint: mount.mountPoint, fsType: mount.fsType, ...lineOf(mount.location, places) },
    writers: causes.map(({ option, location }) => ({ option, ...lineOf(location, places) })),
  };
}

function lineOf(location: Location, places: Places): { readonly file: string; readonly line: number; readonly column: number } {
  const { file, line, column } = places.of(location);
  return { file, line, column };
}

/** `partial`: what entries name below it is kept, the rest is lost; `stays`: nothing erases the root that it is on. */
type Verdict = 'kept' | 'conditional' | 'partial' | 'stays' | 'lost' | 'unknown';

function verdictOf({ entry, mount, inPart, stays, uncertain }: HostExplanation): Verdict {
  if (mount || (entry && entry.conditions.length === 0)) return 'kept';
  if (stays) return 'stays';
  if (entry) return 'conditional';
  if (uncertain) return 'unknown';
  return inPart ? 'partial' : 'lost';
}

function text(explanation: Explanation, places: Places): readonly string[] {
  const { path, state, ephemeral, hosts } = explanation;
  const lines = [printable(path)];
  if (state) {
    lines.push(`  ${printable(state.title)} (${state.severity}): ${printable(state.loss)}`);
    if (state.options.length > 0) lines.push(`  written with: ${state.options.map(printable).join(', ')}`);
  } else if (!ephemeral) lines.push('  The catalogue knows nothing of it.');
  if (ephemeral) lines.push(`  ${anewText(ephemeral)} (${printable(ephemeral.pattern)}): ${printable(ephemeral.reason)}`);
  if (hosts.length === 0) lines.push('  No host was found that could keep it.');
  return [...lines, ...hostLines(explanation, places)];
}

/** Hosts of which the same is to be said share its lines: most of a fleet does not have what one asks for. */
function hostLines({ path, state, hosts }: Explanation, places: Places): readonly string[] {
  const hasWriters = (state?.options.length ?? 0) > 0;
  const named = new Map<string, string[]>();
  for (const each of hosts) {
    const written = each.causes.map(({ option, location }) => `\n    written by ${printable(option)}, ${places.text(location)}`);
    const unwritten = hasWriters && each.causes.length === 0 && verdictOf(each) === 'lost' ? ', and no option that is on writes it' : '';
    const said = keptText(each, places) + unwritten + written.join('');
    const name = `${printable(each.host)}${each.path === path ? '' : ` (${printable(each.path)})`}`;
    const names = named.get(said);
    if (names) names.push(name);
    else named.set(said, [name]);
  }
  return [...named].flatMap(([said, names]) => `  ${names.join(', ')}: ${said}`.split('\n'));
}

function anewText({ safe }: EphemeralPattern): string {
  return safe === true ? 'made anew' : safe === false ? 'looks as if it were made anew' : 'made anew in some cases';
}

function keptText(host: HostExplanation, places: Places): string {
  const { entry, mount } = host;
  switch (verdictOf(host)) {
    case 'kept':
      if (entry?.conditions.length === 0)
        return `kept in ${printable(entry.storage ?? 'a storage that is not known')} by ${printable(entry.path ?? '')}, ${places.text(entry.location)}`;
      return mount ? `kept by the file system at ${printable(mount.mountPoint)}, ${places.text(mount.location)}` : 'kept';
    case 'conditional':
      return `kept only if ${(entry?.conditions ?? []).map((each) => printable(each.text)).join(' and ')}, ${entry ? places.text(entry.location) : ''}`;
    case 'unknown':
      return 'nothing that could be read keeps it; whether it is lost depends on what could not be read';
    case 'stays':
      return 'not lost: nothing erases its root';
    case 'partial':
      return 'lost at the next boot but for what is kept below it';
    case 'lost':
      return 'lost at the next boot: nothing keeps it';
  }
}
