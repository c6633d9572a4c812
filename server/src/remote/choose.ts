import type { ProblemDto } from '../protocol.ts';
import type { BackendDto, BackendName, BaselineName } from '../protocol/live.ts';
import { snapshotProblem } from '../text/destination.ts';
import type { HostFacts } from './hostFacts.ts';
import { mountPointOf, snapshotDirectory } from './hostFacts.ts';
import { nests } from './mountinfo.ts';
import type { Mount } from './mountinfo.ts';
import type { WalkTarget } from './walkSource.ts';

/** What is asked of a listing; null where the host decides. */
export interface Wanted {
  readonly dataset: string | null;
  readonly snapshot: string | null;
  readonly backend: BackendName | null;
  readonly baseline: BaselineName | null;
  /** Datasets beside the root's that are rolled back at boot as well, by what is known of the host; listed where they are mounted. */
  readonly others?: readonly { readonly dataset: string; readonly snapshot: string }[];
  /** Subvolumes of the root's btrfs that are replaced at boot, by what is known of the host; `blank`: by a snapshot of that one, else by an empty one. */
  readonly renewed?: readonly { readonly subvolume: string; readonly blank: string | null }[];
}

export interface Plan {
  readonly backend: BackendName;
  readonly baseline: BaselineName;
  /** Root dataset, or device and subvolume, for sentences and for `zfs diff`. */
  readonly dataset: string;
  /** The blank snapshot's name; empty when nothing is compared with. */
  readonly snapshot: string;
  /** Of the walk: the root, then other file systems that are gone at the next boot. */
  readonly targets: readonly WalkTarget[];
}

/** What is possible on this host, the best first. */
export function backendsOf(facts: HostFacts, wanted: Wanted): readonly BackendDto[] {
  const usable = (backend: BackendName, baseline: BaselineName): BackendDto => {
    const found = planOf(facts, { ...wanted, backend, baseline });
    return { backend, baseline, problem: 'message' in found ? found.message : null };
  };
  const type = facts.root?.type ?? '';
  const boot = usable('walk', 'boot');
  if (type === 'zfs') return [usable('walk', 'blank'), usable('zfs-diff', 'blank'), boot];
  if (facts.root !== null && nests(facts.root)) {
    const blank = usable('walk', 'blank');
    const empty = usable('walk', 'empty');
    const old = type === 'btrfs' ? [usable('walk', 'old-root')] : [];
    // A subvolume that was made at boot is empty by itself; a blank one beside it is from other times. Where the configuration says that it
    // is made at boot, no clock is asked: it may have been wrong then.
    const isNew = ownRenewal(facts, wanted)?.blank === null || (isMadeAtBoot(facts) && blank.problem !== null);
    return isNew ? [empty, ...old, blank, boot] : [blank, boot, ...old, empty];
  }
  if (type === 'tmpfs' || type === 'ramfs' || type === 'rootfs') return [usable('walk', 'empty'), boot];
  return [boot, usable('walk', 'empty')];
}

/** The listing that is asked for, or the best one; or why it can't be. */
export function choosePlan(facts: HostFacts, wanted: Wanted): Plan | ProblemDto {
  const { dataset, snapshot } = wanted;
  if (
    dataset !== null &&
    snapshot !== null &&
    (wanted.backend === 'zfs-diff' || (wanted.backend === null && facts.root?.type !== 'zfs' && wanted.baseline === null))
  ) {
    // What is wrong with it, zfs itself says best.
    return { backend: 'zfs-diff', baseline: 'blank', dataset, snapshot, targets: [] };
  }
  // Who names a snapshot wants that one, and no other comparison in its place.
  const baseline = wanted.baseline ?? (wanted.snapshot !== null || wanted.dataset !== null ? namedBaseline(facts) : null);
  const possible = backendsOf(facts, wanted).filter(
    (each) => (wanted.backend === null || each.backend === wanted.backend) && (baseline === null || each.baseline === baseline),
  );
  const best = possible.find(({ problem }) => problem === null) ?? possible[0];
  const fallback = { backend: wanted.backend ?? 'walk', baseline: baseline ?? 'boot' } as const;
  return planOf(facts, { ...wanted, ...(best ?? fallback) });
}

/** A tmpfs has nothing that could be named. */
function namedBaseline({ root }: HostFacts): BaselineName | null {
  return root !== null && ['zfs', 'btrfs', 'bcachefs'].includes(root.type) ? 'blank' : null;
}

function planOf(facts: HostFacts, wanted: Wanted): Plan | ProblemDto {
  const { root } = facts;
  if (root === null) return problem('no-mounts', 'The host does not show its mounts.', 'Is /proc mounted there, and is it Linux?');
  const walk = (target: Omit<WalkTarget, 'mountPoint'>, dataset = root.source, snapshot = ''): Plan | ProblemDto => {
    if (!facts.find) {
      return problem(
        'find-missing',
        'There is no find that can print what it finds.',
        'Put findutils into environment.systemPackages there.',
      );
    }
    const baseline = wanted.baseline ?? 'blank';
    const others = [...(baseline === 'boot' ? [] : renewedTargets(facts, wanted)), ...memoryTargets(facts)];
    return { backend: 'walk', baseline, dataset, snapshot, targets: [{ ...target, mountPoint: '/' }, ...others] };
  };
  if (wanted.baseline === 'boot') {
    if (facts.bootedAt === null) return problem('no-boot-time', 'The host does not say when it was started.', 'Choose another baseline.');
    return walk({ against: { kind: 'nothing' }, identity: 'content', changedSince: facts.bootedAt });
  }
  if (wanted.baseline === 'empty') return walk({ against: { kind: 'nothing' }, identity: 'content', changedSince: null });
  if (root.type === 'zfs' && wanted.baseline === 'blank') return zfsPlan(facts, wanted);
  if (root.type === 'btrfs' && (wanted.baseline === 'blank' || wanted.baseline === 'old-root')) {
    const { subvolumes } = facts;
    if (subvolumes === null) {
      return problem(
        'permission-subvolume',
        'Only root can see which subvolumes there are.',
        'Connect as root, or allow sudo without a password for this user.',
      );
    }
    const blank = wanted.baseline === 'blank' ? blankSubvolume(root, subvolumes, wanted) : newestOldRoot(subvolumes);
    if (blank === null) {
      return problem(
        'no-blank-snapshot',
        'There is no blank subvolume beside the root.',
        'Name it in the settings of this host, or compare with the time of boot.',
      );
    }
    const against = { kind: 'subvolume', device: root.source, path: blank } as const;
    return walk({ against, identity: wanted.baseline === 'blank' ? 'inode' : 'content', changedSince: null }, root.source, blank);
  }
  if (root.type === 'bcachefs' && wanted.baseline === 'blank' && wanted.snapshot?.startsWith('/') === true) {
    return walk(
      { against: { kind: 'directory', path: wanted.snapshot }, identity: 'inode', changedSince: null },
      root.source,
      wanted.snapshot,
    );
  }
  return problem(
    'no-blank-snapshot',
    `Nothing is known that the root (${root.type}) could be compared with.`,
    'Name the blank snapshot in the settings of this host, or compare with the time of boot.',
  );
}

function zfsPlan(facts: HostFacts, wanted: Wanted): Plan | ProblemDto {
  const rootDataset = facts.root?.source ?? '';
  const dataset = wanted.dataset ?? rootDataset;
  const mountPoint = mountPointOf(facts.mounts, dataset);
  const known = facts.datasets.length > 0;
  if (mountPoint === null) {
    if (known && !facts.datasets.some(({ name }) => name === dataset)) {
      return problem(
        'dataset-missing',
        `There is no dataset ${dataset} on that host.`,
        `Its root is ${rootDataset}: correct the dataset in the settings or in the rollback script.`,
      );
    }
    return problem(
      'not-mounted',
      `${dataset} is not mounted there.`,
      `Its root is ${rootDataset}: correct the dataset in the settings or in the rollback script.`,
    );
  }
  const snapshot = wanted.snapshot ?? blankOf(facts.snapshots);
  if (snapshot === null) {
    return problem(
      'no-blank-snapshot',
      facts.snapshots.length === 0 ? `${dataset} has no snapshot.` : `It is not known which snapshot of ${dataset} is the blank one.`,
      `Set it for this host. There are: ${facts.snapshots.slice(0, 10).join(', ') || 'none'}.`,
    );
  }
  if (dataset === rootDataset && facts.snapshots.length > 0 && !facts.snapshots.includes(snapshot)) {
    return problem(
      'snapshot-missing',
      `${dataset} has no snapshot @${snapshot}.`,
      `There are: ${facts.snapshots.slice(0, 10).join(', ')}. Correct the snapshot's name.`,
    );
  }
  if (wanted.backend === 'zfs-diff') {
    if (facts.zfsVersion === null) return problem('zfs-missing', 'There is no zfs command there.', 'Walk instead.');
    return { backend: 'zfs-diff', baseline: 'blank', dataset, snapshot, targets: [] };
  }
  if (!facts.find) {
    return problem(
      'find-missing',
      'There is no find that can print what it finds.',
      'Put findutils into environment.systemPackages there.',
    );
  }
  const targets = [snapshotTarget(mountPoint, snapshot), ...otherTargets(facts, wanted, dataset), ...memoryTargets(facts)];
  return { backend: 'walk', baseline: 'blank', dataset, snapshot, targets };
}

function snapshotTarget(mountPoint: string, snapshot: string): WalkTarget {
  const path = snapshotDirectory(mountPoint, snapshot);
  return { mountPoint, against: { kind: 'directory', path }, identity: 'inode', changedSince: null };
}

/** Datasets that are rolled back beside the root's. */
function otherTargets(facts: HostFacts, { others = [] }: Wanted, root: string): readonly WalkTarget[] {
  return others.flatMap(({ dataset, snapshot }) => {
    const mountPoint = dataset === root || snapshotProblem(dataset, snapshot) !== null ? null : mountPointOf(facts.mounts, dataset);
    return mountPoint === null ? [] : [{ ...snapshotTarget(mountPoint, snapshot), named: { dataset, snapshot } }];
  });
}

/** Subvolumes beside the root's that are replaced as well, where they are mounted. */
function renewedTargets({ root, mounts }: HostFacts, { renewed = [] }: Wanted): readonly WalkTarget[] {
  if (root?.type !== 'btrfs') return [];
  return [...mounts.values()].flatMap((mount): readonly WalkTarget[] => {
    const found = renewed.find(({ subvolume }) => mount.root === `/${subvolume}`);
    if (found === undefined || mount.mountPoint === '/' || mount.device !== root.device || mount.root === root.root) return [];
    const { mountPoint, source } = mount;
    if (found.blank === null) return [{ mountPoint, against: { kind: 'nothing' }, identity: 'content', changedSince: null }];
    const against = { kind: 'subvolume', device: source, path: found.blank } as const;
    return [{ mountPoint, against, identity: 'inode', changedSince: null, named: { dataset: found.subvolume, snapshot: found.blank } }];
  });
}

/** File systems in memory that hold a user's or a service's things: `/home` as tmpfs. What the system itself keeps there is none's. */
function memoryTargets(facts: HostFacts): readonly WalkTarget[] {
  return [...facts.mounts.values()]
    .filter(({ type, mountPoint }) => type === 'tmpfs' && mountPoint !== '/' && !/^\/(dev|run|proc|sys|tmp|nix)(\/|$)/.test(mountPoint))
    .map(({ mountPoint }) => ({ mountPoint, against: { kind: 'nothing' }, identity: 'content', changedSince: null }));
}

/** Whether the root's top directory is younger than the machine's start (less the seconds that clocks differ by). */
export function isMadeAtBoot({ rootMadeAt, bootedAt }: Pick<HostFacts, 'rootMadeAt' | 'bootedAt'>): boolean {
  return rootMadeAt !== null && bootedAt !== null && rootMadeAt >= bootedAt - 60;
}

const blankNames = ['blank', 'empty', 'root-blank', 'clean', 'start'];

/** The snapshot that is the blank one by its name, or for being the only one. */
function blankOf(snapshots: readonly string[]): string | null {
  const named = blankNames.find((name) => snapshots.includes(name)) ?? snapshots.find((name) => /blank|empty/i.test(name));
  return named ?? (snapshots.length === 1 ? (snapshots[0] ?? null) : null);
}

/** What the configuration says of the root's own subvolume. */
function ownRenewal(
  { root }: Pick<HostFacts, 'root'>,
  { renewed = [] }: Pick<Wanted, 'renewed'>,
): NonNullable<Wanted['renewed']>[number] | undefined {
  return root?.type === 'btrfs' ? renewed.find(({ subvolume }) => root.root === `/${subvolume}`) : undefined;
}

/** The one that is asked for, that the root is said to be made of, or that is named as a blank one of the root's or of nobody's. */
function blankSubvolume(root: Mount, subvolumes: readonly string[], { snapshot, renewed = [] }: Wanted): string | null {
  // Of a name that is asked for, the walk finds out whether it is there: it may lie deeper.
  if (snapshot !== null) return snapshot.replace(/^\/+/, '');
  const own = root.root.slice(1);
  const known = ownRenewal({ root }, { renewed });
  if (known !== undefined) return known.blank;
  const named = subvolumes.filter((each) => !each.startsWith('old_roots') && /blank|empty/i.test(each));
  const owners = [own, ...subvolumes.filter((each) => !named.includes(each))].filter((each) => each !== '');
  // `home-blank` is the one of `home`, where there is such a subvolume.
  const ownerOf = (name: string): string | null =>
    owners.filter((each) => name.startsWith(each)).toSorted((a, b) => b.length - a.length)[0] ?? null;
  return named.find((each) => ownerOf(each) === own) ?? named.find((each) => ownerOf(each) === null) ?? null;
}

/** Old roots are named by their time. */
function newestOldRoot(subvolumes: readonly string[]): string | null {
  return (
    subvolumes
      .filter((name) => /^old_roots\/[^*]/.test(name))
      .toSorted()
      .at(-1) ?? null
  );
}

function problem(code: string, message: string, nextStep: string): ProblemDto {
  return { code, message, nextStep, detail: '' };
}
