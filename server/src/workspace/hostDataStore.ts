import { hostData, type HostData } from '../assist/hostData.ts';
import type { Knowledge } from '../findings/context.ts';
import type { HostModel } from '../host/hostModel.ts';
import { movedData, type Difference } from '../syntax/difference.ts';

/** What help asks hosts for, worked out once for each model and what is known of state. */
export class HostDataStore {
  readonly #knowledgeOf: (model: HostModel) => Knowledge;
  readonly #made = new WeakMap<HostModel, { readonly knowledge: Knowledge; readonly data: HostData }>();

  constructor(knowledgeOf: (model: HostModel) => Knowledge) {
    this.#knowledgeOf = knowledgeOf;
  }

  of(model: HostModel): HostData {
    const knowledge = this.#knowledgeOf(model);
    const known = this.#made.get(model);
    if (known?.knowledge === knowledge) return known.data;
    const data = hostData(model, knowledge);
    this.#made.set(model, { knowledge, data });
    return data;
  }

  /** The model is another object with its places moved: what is known of it moves with it, where it can. */
  move(from: HostModel, to: HostModel, difference: Difference): void {
    const known = this.#made.get(from);
    const moved = known && movedData(known.data, difference);
    if (known && moved) this.#made.set(to, { ...known, data: moved.data });
  }
}
