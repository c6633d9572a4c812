import type { ProblemDto } from '../protocol.ts';
import type { CountsDto } from '../protocol/rows.ts';
import type { RebootDto, RebootReasonDto } from '../protocol/panel.ts';
import { printable } from '../text/printable.ts';

/** What is known of a host when it is asked whether it may be rebooted. */
export interface RebootFacts {
  readonly host: string;
  /** Null: it was never listed. */
  readonly counts: CountsDto | null;
  readonly partial: boolean;
  /** Why the last listing is not the truth now, when it is not. */
  readonly problem: ProblemDto | null;
  /** The things that would be lost, worst first, with what their loss means where that is known. */
  readonly lost: { readonly critical: readonly LostPlace[]; readonly data: readonly LostPlace[]; readonly unknown: readonly LostPlace[] };
  readonly declared: readonly string[];
  readonly mounted: readonly string[];
  /** What the host says of itself that stands against it (a root that was not erased, a snapshot that is not there). */
  readonly notes: readonly (ProblemDto & { readonly severity: 'error' | 'warning' | 'information'; readonly paths: readonly string[] })[];
  /** Storages that are mounted too late: what is kept in them is not there when it is needed. */
  readonly lateStorages: readonly string[];
  /** Places of the configuration that could not be read. */
  readonly unread: number;
}

export interface LostPlace {
  readonly path: string;
  readonly loss: string | null;
}

const mostPaths = 30;

/** Whether a host can be rebooted without a loss that nobody wants, with all that stands against it and what to do about each. */
export function rebootReport(facts: RebootFacts): RebootDto {
  const reasons = reasonsOf(facts);
  const against = reasons.some(({ kind }) => !['incomplete', 'unread', 'mounted'].includes(kind));
  const unknown = reasons.some(({ kind }) => kind === 'incomplete');
  const safe = against ? false : unknown ? null : true;
  return { safe, reasons, text: rebootText(facts.host, safe, reasons) };
}

function reasonsOf(facts: RebootFacts): readonly RebootReasonDto[] {
  const reasons: RebootReasonDto[] = [];
  const add = (kind: RebootReasonDto['kind'], message: string, nextStep: string, paths: readonly string[] = []): void => {
    reasons.push({ kind, message, nextStep, paths: paths.slice(0, mostPaths) });
  };
  const { critical, data, unknown } = facts.lost;
  const keep = 'Persist what is to stay, move the data, and switch; ignore what is not worth keeping.';
  if (critical.length > 0)
    add('lost', `${things(critical.length)} would be lost that the machine does not come back without.`, keep, told(critical));
  if (data.length > 0) add('lost', `${things(data.length)} with data would be lost.`, keep, told(data));
  if (facts.declared.length > 0) {
    const step = 'Copy the data into storage (Move What Is There), then switch.';
    add(
      'not-active',
      `${things(facts.declared.length)} declared, but not active: storage has no data for the next boot to mount.`,
      step,
      facts.declared,
    );
  }
  for (const note of facts.notes) {
    if (note.severity === 'information' || note.code === 'declared-not-mounted' || note.code === 'mounted-not-declared') continue;
    add('never-rolled-back', note.message, note.nextStep, note.paths);
  }
  if (facts.lateStorages.length > 0) {
    const step = 'Set neededForBoot = true on its file system.';
    add('storage-late', 'Storage is mounted too late for what is needed early in the boot.', step, facts.lateStorages);
  }
  if (unknown.length > 0) add('lost', `${things(unknown.length)} would be lost whose worth is not known.`, keep, told(unknown));
  if (facts.mounted.length > 0) {
    const step = 'Declare again what is to stay; the rest goes with the next switch.';
    add('mounted', `${things(facts.mounted.length)} kept by the running system, but no longer declared.`, step, facts.mounted);
  }
  if (facts.counts === null) add('incomplete', 'The host was not listed.', 'Connect to it first.');
  else if (facts.partial) add('incomplete', 'The listing is not whole.', 'Refresh it, and wait until it is done.');
  if (facts.problem !== null) add('incomplete', facts.problem.message, facts.problem.nextStep);
  if (facts.unread > 0) {
    const what = facts.unread === 1 ? 'One place' : `${facts.unread} places`;
    add('unread', `${what} of the configuration could not be read: more may be kept than is known.`, 'See `keepsake entries`.');
  }
  return reasons;
}

/** A path with what its loss means. */
function told(places: readonly LostPlace[]): readonly string[] {
  return places.map(({ path, loss }) => (loss === null ? path : `${path}: ${loss}`));
}

function things(count: number): string {
  return count === 1 ? 'One thing' : `${count} things`;
}

/** Plain text, with a line for each path: to be pasted into a message or an issue. */
export function rebootText(host: string, safe: boolean | null, reasons: readonly RebootReasonDto[]): string {
  const answer = safe === null ? 'it can’t be told' : safe ? 'yes' : 'no';
  const lines = [`Safe to reboot ${printable(host)}? ${answer}`];
  for (const { message, nextStep, paths } of reasons) {
    lines.push('', `- ${printable(message)}${nextStep === '' ? '' : ` ${printable(nextStep)}`}`);
    for (const path of paths) lines.push(`    ${printable(path)}`);
  }
  if (safe === true && reasons.length === 0) lines.push('', 'Nothing that changed since the blank snapshot would be missed.');
  return `${lines.join('\n')}\n`;
}
