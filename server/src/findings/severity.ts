import type { LossSeverity } from '../catalogue/types.ts';
import type { Severity } from './finding.ts';

/** Severity follows the loss. */
export function severityOf(loss: LossSeverity): Severity {
  switch (loss) {
    case 'critical':
      return 'error';
    case 'data':
      return 'warning';
    case 'convenience':
      return 'information';
    case 'cache':
      return 'hint';
  }
}
