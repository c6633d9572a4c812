import type { Rule } from './finding.ts';
import { missingCriticalState } from './missingCriticalState.ts';
import { missingServiceState } from './missingServiceState.ts';

/** All rules, in the order of the manual. */
export const RULES: readonly Rule[] = [missingCriticalState, missingServiceState];
