import { ephemeralAt } from '../catalogue/ephemeralIndex.ts';
import type { EphemeralIndex } from '../catalogue/ephemeralIndex.ts';
import { PathTrie } from '../catalogue/pathTrie.ts';
import type { TrieStep } from '../catalogue/pathTrie.ts';
import { componentsOf, splitPattern, usualHomes } from '../catalogue/pattern.ts';
import type { KnownState, StateIndex } from '../catalogue/stateIndex.ts';
import type { EphemeralPattern } from '../catalogue/types.ts';
import type { ChangeKind } from '../protocol/rows.ts';
import { kindBytes } from './changeRecord.ts';
import type { CoverageOf, Keeper } from './coverage.ts';
import { isWhole, listedMount, outlives } from './mountinfo.ts';
import type { Mount } from './mountinfo.ts';
import { codes, isLost } from './verdictCode.ts';
import type { VerdictCode } from './verdictCode.ts';

export interface ClassifierInput {
  readonly coverage: CoverageOf;
  /** Visible mounts by mount point; null when they are not known (a capture). */
  readonly mounts: ReadonlyMap<string, Mount> | null;
  /** Without mounts: what was declared when the listing was read, and is believed to have been active; `coverage` when not given. */
  readonly believed?: CoverageOf;
  /** What was listed; null when it is not known. */
  readonly dataset: string | null;
  /** Mount points of other file systems that were listed with it: they hide nothing, and are gone at the next boot. */
  readonly erased?: readonly string[];
  /** Paths that activation copies anew at each boot. */
  readonly copied?: readonly string[];
  /** Patterns the user does not want to hear of, written as in `ephemeral.json`. What can't be read is left out. */
  readonly ignore: readonly string[];
  readonly state: StateIndex;
  readonly ephemeral: EphemeralIndex;
  /** Homes of users, `*` being one component; the usual ones when not given. */
  readonly homes?: readonly string[];
}

/** What holds in one directory; made once, asked for every name in it. */
export interface DirectoryScope {
  /** Ends in a slash. */
  readonly prefix: string;
  /** The directory is not on the listed file system as the host sees it: another mount lies over it. */
  readonly hidden: boolean;
  /** Everything below is declared by this, or by something nearer. */
  readonly covered: Keeper | null;
  /** Something below may be declared. */
  readonly declaredBelow: boolean;
  /** Verdicts that all names below it share, at any depth, by {@link formOf}, {@link unasked} where none is worked out yet; null when names decide. */
  readonly shared: Uint8Array | null;
  readonly mounts: TrieStep<Mount>;
  readonly ignore: TrieStep<true>;
  readonly state: TrieStep<KnownState>;
  readonly ephemeral: TrieStep<EphemeralPattern>;
}

/** Names by node, as bytes: a million of them are not made into strings to look at their ends. */
export interface NameEnds {
  endsWith(node: number, suffix: Uint8Array): boolean;
}

/** A verdict with its grounds, for showing. */
export interface Judgement {
  readonly code: VerdictCode;
  /** What declares the path, whether or not it is active. */
  readonly keeper: Keeper | null;
  readonly state: KnownState | null;
  /** Why it is noise; null for other verdicts. */
  readonly reason: string | null;
}

/** Classes of `zfs diff -F` that only live while a program runs: sockets, pipes, devices, doors, event ports. */
const runtimeTypes: ReadonlySet<string> = new Set(['=', '|', 'B', 'C', '>', 'P']);

/** No code: nobody asked for the verdict of this form yet. */
export const unasked = 255;
const forms = 40;

/** What a verdict depends on besides the name, as a number below {@link forms}. `kind` and `type` as a {@link ChangeRow} has them. */
export function formOf(kind: number, type: number, hasChildren: boolean): number {
  return ((kindGroups[kind] as number) * 5 + (typeGroups[type] as number)) * 2 + (hasChildren ? 1 : 0);
}
/** By character; of classes: none, ordinary, directory, link, runtime. */
const kindGroups = new Uint8Array(256);
Object.values(kindBytes).forEach((kind, index) => (kindGroups[kind] = index));
const typeGroups = new Uint8Array(256).fill(1);
typeGroups[0] = 0;
typeGroups['/'.charCodeAt(0)] = 2;
typeGroups['@'.charCodeAt(0)] = 3;
for (const type of runtimeTypes) typeGroups[type.charCodeAt(0)] = 4;

/** What no name can be: only what holds for every name holds for it. */
const anyName = '\0';

/**
 * Tells what becomes of changed paths at the next boot. The first that applies: what the blank snapshot had and is deleted comes
 * back (noise); sockets, pipes, devices (noise); a mount point of something that outlives the boot is *kept* when declared and
 * *mounted* when a part of another file system is bound there undeclared; other mount points and what mounts hide (noise); a
 * directory that only changed its list of names (noise); what is declared is *declared* as long as it is not mounted, or *kept* when
 * it is a link at the declared path, or when the mounts are not known and it was declared before the listing was read (a capture: that
 * is believed to have been active); links
 * hold no data and activation makes them anew (noise); a created directory holds nothing but what is listed below it, and is made
 * again by whoever needs it (noise), while a renamed one stands for what is in it; ignored patterns (noise); what is made anew
 * (noise) unless the catalogue knows a longer path as state; else it is lost, as badly as the catalogue says, and caches are noise.
 */
export class Classifier {
  readonly #input: ClassifierInput;
  readonly #mounts = new PathTrie<Mount>();
  readonly #ignore = new PathTrie<true>();
  readonly #ignoredNames: readonly RegExp[];
  readonly #listed: Mount | null;
  readonly #root: Mount | null;
  readonly #erased: ReadonlySet<string>;
  readonly #copied: ReadonlySet<string>;
  /** Ends of names that are made anew anywhere, as bytes. */
  readonly #ends: readonly Uint8Array[];

  constructor(input: ClassifierInput) {
    this.#input = input;
    this.#listed = input.mounts === null ? null : listedMount(input.mounts, input.dataset);
    this.#root = input.mounts?.get('/') ?? null;
    this.#erased = new Set(input.erased);
    this.#copied = new Set(input.copied);
    this.#ends = input.ephemeral.names.filter(({ pattern }) => pattern.safe !== false).map(({ suffix }) => Buffer.from(suffix));
    for (const mount of input.mounts?.values() ?? []) this.#mounts.add(componentsOf(mount.mountPoint), mount, false);
    const names: string[] = [];
    for (const pattern of input.ignore) {
      for (const split of splitPattern(pattern, input.homes ?? usualHomes) ?? []) {
        if (split.kind === 'path') this.#ignore.add(split.components, true, split.below);
        else names.push(split.name);
      }
    }
    this.#ignoredNames = names.map((name) => new RegExp(`^${name.split('*').map(literal).join('.*')}$`, 's'));
  }

  /** The scope of `/`. */
  root(): DirectoryScope {
    const { coverage, state, ephemeral } = this.#input;
    const mounts = this.#mounts.root();
    return {
      prefix: '/',
      hidden: this.#hides(mounts.match?.value ?? null),
      covered: coverage('/'),
      declaredBelow: true,
      shared: null,
      mounts,
      ignore: this.#ignore.root(),
      state: state.root(),
      ephemeral: ephemeral.paths.root(),
    };
  }

  /** The scope of a directory in the directory of `scope`. */
  enter(scope: DirectoryScope, name: string): DirectoryScope {
    const { coverage, state, ephemeral } = this.#input;
    const path = scope.prefix + name;
    const mounts = this.#mounts.step(scope.mounts, name);
    const mount = mounts.match?.value ?? null;
    const next = {
      prefix: `${path}/`,
      hidden: mount === null ? scope.hidden : this.#hides(mount),
      covered: scope.covered ?? (scope.declaredBelow ? coverage(path) : null),
      declaredBelow: scope.declaredBelow && (coverage.hasBelow?.(path) ?? true),
      mounts,
      ignore: this.#ignore.step(scope.ignore, name),
      state: state.step(scope.state, name),
      ephemeral: ephemeral.paths.step(scope.ephemeral, name),
    };
    return { ...next, shared: scope.shared ?? (this.#shares(next) ? new Uint8Array(forms).fill(unasked) : null) };
  }

  /** Whether no rule speaks of a single path below the directory. */
  #shares({ prefix, covered, declaredBelow, mounts, ignore, state, ephemeral }: Omit<DirectoryScope, 'shared'>): boolean {
    if (mounts.live.length + ignore.live.length + state.live.length + ephemeral.live.length > 0) return false;
    for (const path of this.#copied) if (path.startsWith(prefix)) return false;
    if (covered === null) return !declaredBelow;
    const { believed, coverage, mounts: known } = this.#input;
    return known !== null || (!declaredBelow && covered.kind === 'directory' && (believed ?? coverage) === coverage);
  }

  /** The verdict of what has no name of its own below a directory whose names share theirs; see {@link classify}. */
  classifyAny(scope: DirectoryScope, kind: ChangeKind, fileType: string | null, hasChildren: boolean): VerdictCode {
    return this.classify(scope, anyName, kind, fileType, hasChildren);
  }

  /** Whether `code`, said of all names below a directory, may not hold for the name of `node`. */
  mayDiffer(code: VerdictCode, node: number, names: NameEnds): boolean {
    if (!isLost(code)) return false;
    if (this.#ignoredNames.length > 0) return true;
    for (const suffix of this.#ends) if (names.endsWith(node, suffix)) return true;
    return false;
  }

  /** What the catalogue knows of a directory; see {@link ChangeTree.known}. */
  known({ state, prefix }: DirectoryScope): { readonly state: KnownState | null; readonly exact: boolean; readonly below: boolean } {
    const { match, live } = state;
    const depth = componentsOf(prefix).length;
    return { state: match?.value ?? null, exact: match !== null && match.depth === depth, below: live.length > 0 };
  }

  #isBelieved(path: string): boolean {
    const { mounts, believed, coverage } = this.#input;
    return mounts === null && (believed ?? coverage)(path) !== null;
  }

  /**
   * The verdict of `name` in the directory of `scope`. `hasChildren`: other changes are listed below it, which makes it a directory
   * where the listing has no classes. The empty name is the directory of `scope` itself when that is `/`.
   */
  classify(scope: DirectoryScope, name: string, kind: ChangeKind, fileType: string | null, hasChildren: boolean): VerdictCode {
    if (kind === '-' || name === '' || (fileType !== null && runtimeTypes.has(fileType))) return codes.noise;
    const { coverage } = this.#input;
    const mount = this.#mounts.at(scope.mounts, name)?.value ?? null;
    if (mount !== null && this.#hides(mount)) {
      const keeper = coverage(scope.prefix + name);
      if (!outlives(mount, this.#root)) return keeper === null ? codes.noise : codes.declared;
      if (keeper !== null) return codes.kept;
      return isWhole(mount) ? codes.noise : codes.mounted;
    }
    if (scope.hidden) return codes.noise;
    const isDirectory = fileType === '/' || (fileType === null && hasChildren);
    if (isDirectory && kind === 'M') return codes.noise;
    const path = scope.prefix + name;
    if (scope.covered !== null) return this.#isBelieved(path) ? codes.kept : codes.declared;
    const keeper = coverage(path);
    if (keeper !== null) return fileType === '@' || this.#isBelieved(path) ? codes.kept : codes.declared;
    if (fileType === '@') return codes.noise;
    if (isDirectory && kind === '+') return codes.noise;
    return this.#loss(scope, name);
  }

  /** The same verdict with its grounds. `code` is what {@link classify} said. */
  explain(scope: DirectoryScope, name: string, kind: ChangeKind, fileType: string | null, code: VerdictCode): Judgement {
    const path = name === '' ? '/' : scope.prefix + name;
    const keeper = this.#input.coverage(path);
    const state = name === '' ? null : (this.#input.state.at(scope.state, name)?.value ?? null);
    return { code, keeper, state, reason: code === codes.noise ? this.#reason(scope, name, kind, fileType, state) : null };
  }

  #hides(mount: Mount | null): boolean {
    return mount !== null && mount !== this.#listed && !this.#erased.has(mount.mountPoint);
  }

  #loss(scope: DirectoryScope, name: string): VerdictCode {
    if (this.#ignores(scope, name) || this.#copied.has(scope.prefix + name)) return codes.noise;
    const state = this.#input.state.at(scope.state, name);
    const anew = ephemeralAt(this.#input.ephemeral, scope.ephemeral, name);
    // Conditions (`depends`) can't be decided here; they are believed to hold unless a longer path is known as state.
    if (anew !== null && anew.value.safe !== false && (state === null || anew.depth >= state.depth)) return codes.noise;
    if (state === null) return codes.unknown;
    return state.value.entry.severity === 'cache' ? codes.noise : codes[state.value.entry.severity];
  }

  #ignores(scope: DirectoryScope, name: string): boolean {
    return this.#ignore.at(scope.ignore, name) !== null || this.#ignoredNames.some((pattern) => pattern.test(name));
  }

  #reason(scope: DirectoryScope, name: string, kind: ChangeKind, fileType: string | null, state: KnownState | null): string {
    if (kind === '-') return 'The blank snapshot has it: it comes back.';
    if (name === '') return 'The root directory itself.';
    if (fileType !== null && runtimeTypes.has(fileType)) return 'Only there while a program runs.';
    const mount = this.#mounts.at(scope.mounts, name)?.value ?? null;
    if (mount !== null && this.#hides(mount)) return `The mount point of ${mount.source} (${mount.type}).`;
    if (scope.hidden) return 'Hidden under a mount.';
    if (fileType === '@') return 'A link: it holds no data, and activation makes it anew.';
    if (this.#ignores(scope, name)) return 'On your list of paths to ignore.';
    if (this.#copied.has(scope.prefix + name)) return 'Activation copies it anew at each boot.';
    const anew = ephemeralAt(this.#input.ephemeral, scope.ephemeral, name);
    if (anew !== null && anew.value.safe !== false) return anew.value.reason;
    if (state !== null && state.entry.severity === 'cache') return state.entry.loss;
    return 'A directory; what is in it counts by itself.';
  }
}

function literal(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
}
