import type { FindingData } from '../protocol.ts';
import { findingDataOf } from './diagnostics.ts';

/** `CodeAction.data`: what is to be done, in words that outlive an edit. The edit is made when the action is chosen. */
export type ActionData =
  /** One of the fixes of a finding; `target`: the file that is chosen for it, of several that would do as well. */
  | { readonly kind: 'fix'; readonly uri: string; readonly finding: FindingData; readonly fix: number; readonly target: string | null }
  /** Everything that the finding's host is missing. */
  | { readonly kind: 'missing'; readonly uri: string; readonly finding: FindingData }
  /** A comment that silences it. */
  | { readonly kind: 'ignore'; readonly uri: string; readonly finding: FindingData }
  /** All of a code in a file; null: every safe fix. */
  | { readonly kind: 'all'; readonly uri: string; readonly code: string | null };

/** What an editor sent back, read again; null when it is nothing of ours. */
export function actionDataOf(value: unknown): ActionData | null {
  const data = value as Partial<Record<'kind' | 'uri' | 'finding' | 'fix' | 'code' | 'target', unknown>> | null | undefined;
  if (typeof data?.uri !== 'string') return null;
  const { uri, kind, code, fix } = data;
  if (kind === 'all') return typeof code === 'string' || code === null ? { kind, uri, code } : null;
  const finding = findingDataOf(data.finding);
  if (!finding) return null;
  if (kind === 'ignore' || kind === 'missing') return { kind, uri, finding };
  const target = typeof data.target === 'string' ? data.target : null;
  return kind === 'fix' && typeof fix === 'number' ? { kind, uri, finding, fix, target } : null;
}
