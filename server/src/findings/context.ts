import type { StateEntry } from '../catalogue/types.ts';
import { Coverage } from '../host/coverage.ts';
import type { HostModel } from '../host/hostModel.ts';
import type { StorageDeclaration } from '../persistence/entry.ts';
import { readableStorage } from './ephemeral.ts';

/** What rules know besides the host. */
export interface Knowledge {
  readonly state: readonly StateEntry[];
}

/** What the rules see of one host. What several of them need is worked out once, when the first one asks. */
export class RuleContext {
  readonly host: HostModel;
  readonly knowledge: Knowledge;
  #coverage: Coverage | undefined;
  #storage: StorageDeclaration | null | undefined;

  constructor(host: HostModel, knowledge: Knowledge) {
    this.host = host;
    this.knowledge = knowledge;
  }

  get coverage(): Coverage {
    this.#coverage ??= new Coverage(this.host);
    return this.#coverage;
  }

  /** The storage that the host's missing state belongs to; null where nothing must be said of missing state. */
  get storage(): StorageDeclaration | null {
    this.#storage ??= readableStorage(this.host);
    return this.#storage;
  }
}
