import type { FindingData } from '../protocol.ts';
import type { Refactoring } from '../workspace/refactorings.ts';
import { findingDataOf } from './diagnostics.ts';

/** `CodeAction.data`: what is to be done, in words that outlive an edit. The edit is made when the action is chosen. */
export type ActionData =
  /** One of the fixes of a finding; `target`: the file that is chosen for it, of several that would do as well. */
  | { readonly kind: 'fix'; readonly uri: string; readonly finding: FindingData; readonly fix: number; readonly target: string | null }
  /** Everything that the finding's host is missing. */
  | { readonly kind: 'missing'; readonly uri: string; readonly finding: FindingData }
  /** A comment that silences it. */
  | { readonly kind: 'ignore'; readonly uri: string; readonly finding: FindingData }
  /** A change of what a host keeps, although nothing is wrong with it. */
  | { readonly kind: 'refactor'; readonly uri: string; readonly host: string; readonly title: string; readonly change: Refactoring }
  /** All of a code in a file; null: every safe fix. */
  | { readonly kind: 'all'; readonly uri: string; readonly code: string | null };

/** What an editor sent back, read again; null when it is nothing of ours. */
export function actionDataOf(value: unknown): ActionData | null {
  const data = value as
    Partial<Record<'kind' | 'uri' | 'finding' | 'fix' | 'code' | 'target' | 'host' | 'title' | 'change', unknown>> | null | undefined;
  if (typeof data?.uri !== 'string') return null;
  const { uri, kind, code, fix } = data;
  if (kind === 'all') return typeof code === 'string' || code === null ? { kind, uri, code } : null;
  if (kind === 'refactor') {
    const { host, title, change } = data;
    return typeof host === 'string' && typeof title === 'string' && isRefactoring(change) ? { kind, uri, host, title, change } : null;
  }
  const finding = findingDataOf(data.finding);
  if (!finding) return null;
  if (kind === 'ignore' || kind === 'missing') return { kind, uri, finding };
  const target = typeof data.target === 'string' ? data.target : null;
  return kind === 'fix' && typeof fix === 'number' ? { kind, uri, finding, fix, target } : null;
}

const KINDS: ReadonlySet<unknown> = new Set<Refactoring['kind']>([
  'tidy-list',
  'set-attributes',
  'plain-string',
  'move-to-user',
  'convert-to-preservation',
]);

/** As far as an editor could have changed it: the parts that are looked things up by are there. */
function isRefactoring(value: unknown): value is Refactoring {
  const change = value as Partial<Record<'kind' | 'entry' | 'storage', unknown>> | null | undefined;
  if (!KINDS.has(change?.kind)) return false;
  if (change?.kind === 'convert-to-preservation') return typeof change.storage === 'string';
  return typeof change?.entry === 'object' && change.entry !== null;
}
