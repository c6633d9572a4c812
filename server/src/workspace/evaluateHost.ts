import { posix } from 'node:path';
import type { HostModel } from '../host/hostModel.ts';
import { REAL_VALUES, realEntries, type RealEntry } from './realValues.ts';

/** A machine of a flake, and the function in Nix that is given it. */
export interface EvaluationRequest {
  readonly directory: string;
  readonly host: string;
  readonly apply: string;
}

/** How long one machine may take when nothing else is said: a large one takes half a minute, its inputs may have to be fetched first. */
export const EVALUATION_SECONDS = 600;

/** What a timer of Node's can wait. */
const MOST_SECONDS = 2 ** 31 / 1000 - 1;

/**
 * Asks the real Nix for what a host keeps, as its flake is on disk. `ask` runs Nix and gives a JSON text or what is wrong. Ended by
 * `signal`, and after so many seconds.
 */
export async function evaluateHost<P extends { readonly problem: string }>(
  ask: (request: EvaluationRequest, signal: AbortSignal) => Promise<{ readonly json: string } | P>,
  { name, ownName = name, location }: HostModel,
  signal: AbortSignal,
  seconds: number,
): Promise<{ readonly entries: readonly RealEntry[] } | P | { readonly kind: 'failed'; readonly problem: string }> {
  const request = { directory: posix.dirname(location.file), host: ownName, apply: REAL_VALUES };
  const late = AbortSignal.timeout(Math.min(seconds, MOST_SECONDS) * 1000);
  const evaluated = await ask(request, AbortSignal.any([signal, late]));
  if ('problem' in evaluated) return evaluated;
  const entries = realEntries(evaluated.json);
  return entries ? { entries } : { kind: 'failed', problem: 'what Nix answers could not be understood' };
}
