import type * as vscode from 'vscode';
import type { TargetsDto } from '../../server/src/protocol/targets.ts';

const KEY = 'keepsake.targets';

/**
 * Which file new entries of a host go to, where several would do as well. Kept with the workspace, on this machine: it is one user's
 * choice, made in passing, and no file of the team's is changed for it.
 */
export class Targets {
  readonly #state: vscode.Memento;

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  all(): TargetsDto {
    return this.#state.get<TargetsDto>(KEY, {});
  }

  async set(targets: TargetsDto): Promise<void> {
    await this.#state.update(KEY, Object.keys(targets).length === 0 ? undefined : targets);
  }
}
