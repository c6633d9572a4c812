import type { BaselineName, NoteDto } from '../protocol/live.ts';
import type { CoverageOf } from './coverage.ts';
import type { Evidence } from './evidence.ts';
import type { HostFacts } from './hostFacts.ts';
import type { Listing } from './listing.ts';
import { isWhole, outlives } from './mountinfo.ts';
import type { Mount } from './mountinfo.ts';

/** A directory that the configuration mounts from storage, for sure. */
export interface DeclaredMount {
  readonly path: string;
  /** The entry, as a person would say it. */
  readonly description: string;
}

export interface NotesInput {
  readonly facts: HostFacts;
  readonly baseline: BaselineName;
  readonly erased: readonly string[];
  readonly coverage: CoverageOf;
  readonly declared: readonly DeclaredMount[];
  readonly evidence: Evidence;
  /** Our own clock, in seconds. */
  readonly now: number;
}

/** Seconds that clocks may differ by without a word. */
const mostSkew = 120;
const mostPaths = 100;

/** What the owner of a machine should know before it is restarted, worst first. Only what is sure. */
export function notesOf(input: NotesInput): readonly NoteDto[] {
  return [...notErased(input), ...noBlank(input), ...notMounted(input), ...notDeclared(input), ...otherGeneration(input), ...skewed(input)];
}

/** The same for what was listed of a host, at `now` in milliseconds; nothing for a capture, and for a listing that is not whole. */
export function notesAbout(
  listing: Pick<Listing, 'listedBy' | 'erased' | 'partial'> | null,
  facts: HostFacts | null,
  { coverage, declared = [] }: { readonly coverage: CoverageOf; readonly declared?: readonly DeclaredMount[] },
  evidence: Evidence,
  now: number,
): readonly NoteDto[] {
  if (facts === null || listing?.listedBy == null || listing.partial) return [];
  const { baseline } = listing.listedBy;
  return notesOf({ facts, baseline, erased: listing.erased, coverage, declared, evidence, now: Math.round(now / 1000) });
}

function notErased({ facts, baseline, evidence }: NotesInput): NoteDto[] {
  if (baseline !== 'blank' && baseline !== 'empty') return [];
  if (evidence.erased(facts.now) !== false) return [];
  const { paths, total } = evidence.old;
  const message = `The root was not erased when the machine was started last: ${total} paths on it are older.`;
  const nextStep =
    'Look at why the rollback did not run: systemctl status of its unit in the initrd (journalctl -b -o short-monotonic), or boot.initrd.systemd.enable beside a rollback in postDeviceCommands, which is ignored then.';
  return [{ code: 'root-not-erased', severity: 'error', message, nextStep, detail: '', paths, total }];
}

function noBlank({ facts, baseline }: NotesInput): NoteDto[] {
  const { root } = facts;
  if (root === null || baseline !== 'boot' || !['zfs', 'btrfs', 'bcachefs'].includes(root.type)) return [];
  const create = root.type === 'zfs' ? `zfs snapshot ${root.source}@blank` : 'btrfs subvolume snapshot -r ROOT ROOT-blank';
  return [
    {
      code: 'no-blank-snapshot',
      severity: 'warning',
      message: `What is shown is what has changed since the start: no blank ${root.type === 'zfs' ? 'snapshot' : 'subvolume'} of the root is known.`,
      nextStep: `Name it in the settings of this host. Where there is none, one is made from an empty root, before the first boot: ${create}`,
      detail: '',
      paths: [],
      total: 0,
    },
  ];
}

function notMounted({ facts, erased, declared }: NotesInput): NoteDto[] {
  if (facts.mountinfo === null) return [];
  const missing = declared.filter(({ path }) => {
    const holder = holderOf(facts.mounts, path);
    return holder !== null && (holder.mountPoint === '/' || erased.includes(holder.mountPoint) || !outlives(holder, facts.root));
  });
  if (missing.length === 0) return [];
  const one = missing.length === 1;
  return [
    {
      code: 'declared-not-mounted',
      severity: 'error',
      message: one
        ? `${missing[0]?.path} is declared and not mounted: what is in it now will be lost.`
        : `${missing.length} directories are declared and not mounted: what is in them now will be lost.`,
      nextStep: 'Move what is there into storage first, then run nixos-rebuild switch there.',
      detail: missing
        .slice(0, mostPaths)
        .map(({ path, description }) => `${path}: ${description}`)
        .join('\n'),
      ...listed(missing.map(({ path }) => path)),
    },
  ];
}

function notDeclared({ facts, coverage }: NotesInput): NoteDto[] {
  const found = [...facts.mounts.values()].filter(
    (mount) =>
      !isWhole(mount) &&
      outlives(mount, facts.root) &&
      !/^\/(nix|run|proc|sys|dev)(\/|$)/.test(mount.mountPoint) &&
      coverage(mount.mountPoint) === null,
  );
  if (found.length === 0) return [];
  const one = found.length === 1;
  return [
    {
      code: 'mounted-not-declared',
      severity: 'warning',
      message: one
        ? `${found[0]?.mountPoint} is mounted from storage and no longer declared: it will be empty after the next switch or start.`
        : `${found.length} paths are mounted from storage and no longer declared: they will be empty after the next switch or start.`,
      nextStep: 'Declare them again if they are needed; what they hold stays in storage.',
      detail: '',
      ...listed(found.map(({ mountPoint }) => mountPoint)),
    },
  ];
}

function otherGeneration({ facts }: NotesInput): NoteDto[] {
  const { generation, profileGeneration } = facts;
  if (generation === null || profileGeneration === null || generation === profileGeneration) return [];
  return [
    {
      code: 'other-generation',
      severity: 'information',
      message: 'The system that runs there is not the one that was set up for the next boot: what that keeps may be something else.',
      nextStep:
        'Run nixos-rebuild switch there to run what will be booted (nixos-rebuild boot and test, and --profile-name, set them apart).',
      detail: `running: ${generation}\n/nix/var/nix/profiles/system: ${profileGeneration}`,
      paths: [],
      total: 0,
    },
  ];
}

function skewed({ facts, now }: NotesInput): NoteDto[] {
  const skew = facts.now === null ? 0 : facts.now - now;
  if (Math.abs(skew) <= mostSkew) return [];
  const message = `The clock there is ${Math.abs(Math.round(skew))} s ${skew > 0 ? 'ahead' : 'behind'}.`;
  const nextStep = 'Check services.timesyncd.enable there; times of changes are by its clock.';
  return [{ code: 'clock-skew', severity: 'information', message, nextStep, detail: '', paths: [], total: 0 }];
}

function listed(paths: readonly string[]): Pick<NoteDto, 'paths' | 'total'> {
  return { paths: paths.slice(0, mostPaths), total: paths.length };
}

/** The mount that a path lies on. */
function holderOf(mounts: ReadonlyMap<string, Mount>, path: string): Mount | null {
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const mount = mounts.get(at);
    if (mount !== undefined) return mount;
  }
  return mounts.get('/') ?? null;
}
