import type { ProblemDto } from '../protocol.ts';
import type { ApartDto, CrossCheckDto } from '../protocol/live.ts';
import type { ChangeRecord } from './changeRecord.ts';
import type { ChangeTree } from './changeTree.ts';
import type { Mount } from './mountinfo.ts';
import type { ChangeSource, SourceEnd } from './source.ts';
import { ZfsDiffParser } from './zfsDiffParser.ts';

export interface CrossCheckInput {
  /** What the walk listed. */
  readonly tree: ChangeTree;
  /** Paths of files that have more than one name, as the walk saw them. */
  readonly severalNames: ReadonlySet<string>;
  /** Visible mounts by mount point. */
  readonly mounts: ReadonlyMap<string, Mount>;
  /** When the walk ended, in milliseconds. */
  readonly walkedAt: number;
}

/** Seconds that the host's clock may be behind ours without a change after the walk looking like one before. */
const clocks = 60;

/** Of each side's paths that are told; all are counted. */
const mostTold = 1000;

/** Lists once more with `zfs diff` and says what the two have apart, and why. */
export async function crossCheck(input: CrossCheckInput, source: ChangeSource, signal: AbortSignal): Promise<CrossCheckDto> {
  const { tree } = input;
  const parser = new ZfsDiffParser();
  const seen = new Set<number>();
  const onlyZfsDiff: ApartDto[] = [];
  let same = 0;
  let onlyZfsDiffCount = 0;
  const take = (records: readonly ChangeRecord[]): void => {
    for (const record of records) {
      const node = record.unlinked ? null : tree.find(record.newPath ?? record.path);
      if (node !== null && tree.kind(node) !== null) {
        if (!seen.has(node)) same++;
        seen.add(node);
        continue;
      }
      onlyZfsDiffCount++;
      if (onlyZfsDiff.length < mostTold) onlyZfsDiff.push({ path: nameOf(record), reason: reasonOfDiff(record, input) });
    }
  };
  const reading = source.read(signal);
  let end: SourceEnd;
  for (;;) {
    const next = await reading.next();
    if (next.done === true) {
      end = next.value;
      break;
    }
    if (next.value.kind === 'bytes') take(parser.push(next.value.bytes));
  }
  take(parser.finish(end.complete));
  const onlyWalk: ApartDto[] = [];
  let onlyWalkCount = 0;
  for (const node of tree.changed()) {
    if (seen.has(node)) continue;
    onlyWalkCount++;
    if (onlyWalk.length >= mostTold) continue;
    const path = tree.path(node).toString('utf8');
    onlyWalk.push({ path, reason: reasonOfWalk(path, tree.kind(node) === '-', input, end.problem) });
  }
  return { problem: end.problem, same, onlyWalk, onlyWalkCount, onlyZfsDiff, onlyZfsDiffCount };
}

function nameOf({ unlinked, path }: ChangeRecord): string {
  return unlinked ? '(on_delete_queue)' : path.toString('utf8');
}

function reasonOfDiff({ unlinked, time, path }: ChangeRecord, { mounts, walkedAt }: CrossCheckInput): string {
  if (unlinked) return 'A file that a program holds open and that has no name any more: a walk goes by names.';
  if (time !== null && Number(time) > walkedAt / 1000 - clocks) return 'It changed after the walk.';
  const text = path.toString('utf8');
  for (let at = text.slice(0, text.lastIndexOf('/')); at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const mount = mounts.get(at);
    if (mount !== undefined) return `It lies hidden under ${at}, where ${mount.source} is mounted: only root can walk there.`;
  }
  return 'The walk did not see it: it went away in between, or this account may not read its directory.';
}

function reasonOfWalk(path: string, gone: boolean, { severalNames }: CrossCheckInput, problem: ProblemDto | null): string {
  if (severalNames.has(path)) return 'zfs diff knows one name of a file that has several (hard links), and not this one.';
  if (gone) return 'A name that was taken away from a file with several (hard links): zfs diff knows one of them.';
  if (problem !== null) return 'zfs diff was not complete.';
  return 'It changed while the two were listed, or zfs diff lost it to a hard link that is gone.';
}
