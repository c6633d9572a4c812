import type { LossSeverity, RowDto, Verdict, VerdictGroup } from '../../../server/src/protocol/rows.ts';

/** How a group of rows is told apart: never by colour alone. */
export interface GroupLook {
  readonly label: string;
  /** At most two characters, behind each row. */
  readonly letter: string;
  readonly icon: string;
  /** A colour of the theme. */
  readonly colour: string;
  /** What it means for its owner, as a sentence. */
  readonly meaning: string;
}

export const GROUP_LOOKS: Readonly<Record<VerdictGroup, GroupLook>> = {
  critical: {
    label: 'Would be lost: critical',
    letter: 'L!',
    icon: 'error',
    colour: 'problemsErrorIcon.foreground',
    meaning: 'The machine, or what it is for, does not come back as it was without these.',
  },
  data: {
    label: 'Would be lost: data',
    letter: 'L',
    icon: 'warning',
    colour: 'problemsWarningIcon.foreground',
    meaning: 'What a service has stored, and can’t make anew.',
  },
  unknown: {
    label: 'Would be lost: not in the catalogue',
    letter: 'L?',
    icon: 'question',
    colour: 'problemsWarningIcon.foreground',
    meaning: 'Nothing keeps these, and Keepsake does not know what they are worth.',
  },
  convenience: {
    label: 'Would be lost: convenience',
    letter: 'Lc',
    icon: 'info',
    colour: 'problemsInfoIcon.foreground',
    meaning: 'It works without, but somebody has to do something again.',
  },
  mounted: {
    label: 'Kept now, not declared',
    letter: 'M',
    icon: 'unverified',
    colour: 'problemsWarningIcon.foreground',
    meaning: 'The running system keeps these, the configuration no longer does: lost after the next switch.',
  },
  declared: {
    label: 'Declared, not active yet',
    letter: 'D',
    icon: 'history',
    colour: 'problemsInfoIcon.foreground',
    meaning: 'The configuration keeps these, the running system does not yet: move the data, and switch.',
  },
  kept: {
    label: 'Kept',
    letter: 'K',
    icon: 'pass',
    colour: 'testing.iconPassed',
    meaning: 'Declared, and kept by the running system.',
  },
  noise: {
    label: 'Noise',
    letter: 'N',
    icon: 'circle-slash',
    colour: 'disabledForeground',
    meaning: 'Made anew at each boot, caches, links into the store.',
  },
};

/** Groups that are unfolded by themselves: what would be lost and is worth a look. */
export const UNFOLDED: ReadonlySet<VerdictGroup> = new Set(['critical', 'data', 'unknown']);

/** What the server is asked for to get one group. */
export function queryOf(group: VerdictGroup): { readonly verdicts: readonly Verdict[]; readonly severities?: readonly LossSeverity[] } {
  switch (group) {
    case 'mounted':
    case 'declared':
    case 'kept':
    case 'noise':
      return { verdicts: [group] };
    default:
      return { verdicts: ['lost'], severities: [group] };
  }
}

/** The group of a verdict. */
export function groupOf(verdict: Verdict, severity: LossSeverity | null): VerdictGroup {
  return verdict === 'lost' ? (severity ?? 'unknown') : verdict;
}

/** The group of a row among those of a group: its own; a directory on the way is there for what it has of the group it stands in. */
export function groupOfRow(row: RowDto, among: VerdictGroup): VerdictGroup {
  return row.verdict === null ? among : groupOf(row.verdict, row.severity);
}
