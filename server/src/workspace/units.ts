import type { RuleFinding } from '../findings/check.ts';
import type { HostModel } from '../host/hostModel.ts';
import type { FlakeHosts } from '../module/flake.ts';
import type { HostDeclaration } from '../module/hostDeclaration.ts';
import type { Reads } from '../nix/reads.ts';
import { atEachPlace } from '../persistence/declared.ts';
import type { PersistenceEntry } from '../persistence/entry.ts';
import { differenceBetween, movedData, type Difference } from '../syntax/difference.ts';
import type { NixSource } from '../syntax/nixSource.ts';

/** A host with what it was made of. */
export interface HostUnit {
  readonly reads: Reads;
  readonly model: HostModel;
}

/** A flake with its hosts and what the list of them was made of. */
export interface FlakeUnit {
  readonly reads: Reads;
  readonly result: FlakeHosts;
  /** In the order of {@link declarationsOf} the result, homes among them; null where one has to be made anew. */
  hosts: readonly (HostUnit | null)[];
  /** Its expressions are of a text that has moved since: they have to be made anew before a host is made of them. */
  moved: boolean;
}

/** The machines that a flake declares, and after them the users that it configures apart from any. */
export function declarationsOf({ hosts, homes = [] }: FlakeHosts): readonly HostDeclaration[] {
  return [...hosts, ...homes];
}

/** The models of a flake's machines, or of its homes, as far as they are read. */
export function unitModels({ result, hosts }: FlakeUnit, kind: 'host' | 'home'): readonly HostModel[] {
  const part = kind === 'host' ? hosts.slice(0, result.hosts.length) : hosts.slice(result.hosts.length);
  return part.flatMap((host) => (host ? [host.model] : []));
}

/** What is known of a flake's machines and homes where it is read again: those that have the same names in the same order. */
export function keptUnits(known: FlakeUnit, result: FlakeHosts): readonly (HostUnit | null)[] {
  const machines = known.result.hosts.length;
  const kept = (declared: readonly HostDeclaration[], before: readonly HostDeclaration[], from: number): readonly (HostUnit | null)[] =>
    declared.map(({ name }, index) => (before[index]?.name === name ? (known.hosts[from + index] ?? null) : null));
  return [...kept(result.hosts, known.result.hosts, 0), ...kept(result.homes ?? [], known.result.homes ?? [], machines)];
}

/** How far the reading of a workspace has come. */
export interface ReadingStep {
  /** Hosts are read first; then the rules are asked about each. */
  readonly stage: 'reading' | 'rules';
  /** The host that was done last. */
  readonly host: string;
  /** Hosts of its flake that are read (of the workspace that the rules were asked about), and how many there are. */
  readonly done: number;
  readonly all: number;
}

/** A change of a text: to what, and how they differ where both are Nix. */
export interface TextChange {
  readonly after: NixSource | string;
  readonly difference: Difference | null;
}

/** Whether something must be made anew after a change. */
export function isAffected(reads: Reads, file: string, change: TextChange | null): boolean {
  if (!reads.files.has(file)) return false;
  if (!change?.difference || typeof change.after === 'string') return true;
  return reads.dependsOn(change.difference, change.after);
}

/** How a text changed; null when it says the same in the same places. */
export function textChange(before: NixSource | string, after: NixSource | string): TextChange | null {
  if (typeof before === 'string' || typeof after === 'string') return { after, difference: null };
  const difference = differenceBetween(before, after);
  return difference && { after, difference };
}

/**
 * A flake that a change does not matter to, with those of its hosts that it does not matter to; the others are made anew when asked for.
 * Null when it can't be told where all of it stands now. `moveHost` moves the model of one of them, given by its place in the list.
 */
export function movedFlake(
  unit: FlakeUnit,
  file: string,
  change: TextChange | null,
  moveHost: (host: HostUnit, difference: Difference, index: number) => HostModel | null,
): FlakeUnit | null {
  const difference = change?.difference;
  const hosts = unit.hosts.map((host, index): HostUnit | null => {
    if (!host) return null;
    const isRead = host.reads.files.has(file) || unit.reads.files.has(file);
    if (!isRead) return host;
    if (!difference || isAffected(host.reads, file, change)) return null;
    const reads = host.reads.moved(difference);
    const model = reads && moveHost(host, difference, index);
    return reads && model ? { reads, model } : null;
  });
  if (!difference || !unit.reads.files.has(file)) return { ...unit, hosts };
  const reads = unit.reads.moved(difference);
  const problems = movedData(unit.result.problems, difference)?.data;
  return reads && problems ? { ...unit, reads, result: { ...unit.result, problems }, hosts, moved: true } : null;
}

/** Names of a host model under which live values are, which go on reading the texts they were made of. */
const LIVE = ['configuration', 'homes'] as const;

/**
 * A host that a change does not matter to: the same, with its places where they are now. Whoever asks for its live values makes it anew.
 * Null when it can't be moved.
 */
export function movedModel(model: HostModel, difference: Difference, again: () => HostModel): HostModel | null {
  const data: Partial<HostModel> = Object.fromEntries(
    Object.entries(Object.getOwnPropertyDescriptors(model)).flatMap(([name, { value }]) =>
      isLive(name) ? [] : [[name, value as unknown]],
    ),
  );
  const moved = movedData(data, difference);
  if (!moved) return null;
  let made: HostModel | null = null;
  const live = Object.fromEntries(LIVE.map((name) => [name, { enumerable: true, get: () => (made ??= again())[name] }]));
  return Object.defineProperties({ ...moved.data }, live) as HostModel;
}

function isLive(name: string): boolean {
  return (LIVE as readonly string[]).includes(name);
}

/** A model under another name; what is not asked for of it stays so. */
export function withName(model: HostModel, name: string): HostModel {
  const named = { name: { value: name, enumerable: true }, ownName: { value: model.ownName ?? model.name, enumerable: true } };
  return Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(model), ...named }) as HostModel;
}

/** What the rules say of a host, moved with it; null when it can't be. */
export function movedFindings(found: readonly RuleFinding[], difference: Difference): readonly RuleFinding[] | null {
  return movedData(found, difference)?.data ?? null;
}

export function isImported(file: string, by: FlakeUnit | undefined): boolean {
  return by?.hosts.some((host) => host?.model.files.includes(file)) ?? false;
}

/** Tells entries apart by what they are and where they are written. */
export function placeOf({ location, kind }: PersistenceEntry): string {
  return `${location.file}:${location.start}:${kind}`;
}

/** The same for every place that declares an entry. */
export function placesOf(entry: PersistenceEntry): readonly string[] {
  return atEachPlace(entry).map(placeOf);
}
