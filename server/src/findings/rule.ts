import type { RuleContext } from './context.ts';
import type { HostFinding, RulePage, Severity } from './finding.ts';

/** A rule: one kind of mistake. Its code is stable; documents and settings name it. */
export interface Rule {
  readonly code: string;
  /** What it usually is; a finding's own follows the loss. */
  readonly severity: Severity;
  /** Also told of hosts that lose nothing: machines whose root stays, installers, containers. */
  readonly always?: true;
  /** Told only when the machine or Nix was asked: texts alone never show it. */
  readonly asked?: true;
  readonly page: RulePage;
  check(context: RuleContext): readonly HostFinding[];
}
