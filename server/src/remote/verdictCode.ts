import type { CountsDto, LossSeverity, Verdict } from '../protocol/rows.ts';

/** Verdict and severity in one small number, the index of a count. */
export type VerdictCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

export const codes = { critical: 0, data: 1, convenience: 2, unknown: 3, kept: 4, declared: 5, mounted: 6, noise: 7 } as const;

export const codeCount = 8;

const severities: readonly LossSeverity[] = ['critical', 'data', 'convenience', 'unknown'];
const others: readonly Verdict[] = ['kept', 'declared', 'mounted', 'noise'];

export function isLost(code: VerdictCode): boolean {
  return code < codes.kept;
}

export function verdictOf(code: VerdictCode): Verdict {
  return isLost(code) ? 'lost' : (others[code - codes.kept] as Verdict);
}

/** The severity of a loss; null when nothing is lost. */
export function severityOf(code: VerdictCode): LossSeverity | null {
  return severities[code] ?? null;
}

/** A bit per code, for filters. `wanted`: of what is lost only these. */
export function maskOf(verdicts: readonly Verdict[], wanted: readonly LossSeverity[] = severities): number {
  const lost = wanted.reduce((mask, severity) => mask | (1 << codes[severity]), 0);
  return verdicts.reduce((mask, verdict) => mask | (verdict === 'lost' ? lost : 1 << codes[verdict]), 0);
}

/** `counts` has one number for every code. */
export function countsOf(counts: ArrayLike<number>): CountsDto {
  const at = (code: VerdictCode): number => counts[code] ?? 0;
  return {
    lost: { critical: at(codes.critical), data: at(codes.data), convenience: at(codes.convenience), unknown: at(codes.unknown) },
    kept: at(codes.kept),
    declared: at(codes.declared),
    mounted: at(codes.mounted),
    noise: at(codes.noise),
  };
}

/** All that would be lost, however bad. */
export function lostCount({ lost }: Pick<CountsDto, 'lost'>): number {
  return lost.critical + lost.data + lost.convenience + lost.unknown;
}
