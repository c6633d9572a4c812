import type { SessionDto } from '../protocol/live.ts';
import type { ChangeTree } from './changeTree.ts';
import type { CoverageOf } from './coverage.ts';
import type { Mount } from './mountinfo.ts';
import type { SourceEnd } from './source.ts';

/** A listing as far as it has come. */
export interface Listing {
  readonly run: number;
  readonly tree: ChangeTree;
  readonly mounts: ReadonlyMap<string, Mount> | null;
  /** What was declared when the listing began. */
  readonly believed: CoverageOf;
  readonly dataset: string | null;
  readonly source: string;
  /** Mount points besides the dataset's own that are listed, and gone at the next boot. */
  readonly erased: readonly string[];
  readonly listedBy: SessionDto['listedBy'];
  /** Paths that activation makes anew. */
  readonly copied: readonly string[];
  partial: boolean;
}

/** Whether an incomplete listing is all there will ever be. */
export function isLasting({ problem, lasting }: SourceEnd): boolean {
  return lasting === true || problem?.code === 'incomplete' || problem?.code === 'too-many-changes';
}
