import { posix } from 'node:path';
import type { HostModel } from '../host/hostModel.ts';
import { REAL_VALUES, realEntries, type RealEntry } from './realValues.ts';

/** A machine of a flake, and the function in Nix that is given it. */
export interface EvaluationRequest {
  readonly directory: string;
  readonly host: string;
  readonly apply: string;
}

/** How long one machine may take: a large one takes half a minute, its inputs may have to be fetched first. */
const MOST_MILLISECONDS = 10 * 60_000;

/** What a workspace adds to the names of hosts that several flakes have. */
const FLAKE_LABEL = / \([^()]*\)$/;

/**
 * Asks the real Nix for what a host keeps, as its flake is on disk. `ask` runs Nix and gives a JSON text or what is wrong. Ended by
 * `signal`, and after ten minutes.
 */
export async function evaluateHost<P extends { readonly problem: string }>(
  ask: (request: EvaluationRequest, signal: AbortSignal) => Promise<{ readonly json: string } | P>,
  { name, location }: HostModel,
  signal: AbortSignal,
): Promise<{ readonly entries: readonly RealEntry[] } | P | { readonly kind: 'failed'; readonly problem: string }> {
  const request = { directory: posix.dirname(location.file), host: name.replace(FLAKE_LABEL, ''), apply: REAL_VALUES };
  const evaluated = await ask(request, AbortSignal.any([signal, AbortSignal.timeout(MOST_MILLISECONDS)]));
  if ('problem' in evaluated) return evaluated;
  const entries = realEntries(evaluated.json);
  return entries ? { entries } : { kind: 'failed', problem: 'what Nix answers could not be understood' };
}
