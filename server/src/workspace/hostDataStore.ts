import { forwardedLists, type ForwardedLists } from '../assist/forwardedLists.ts';
import { hostData, type HostData } from '../assist/hostData.ts';
import type { Knowledge } from '../findings/context.ts';
import type { HostModel } from '../host/hostModel.ts';
import { movedData, type Difference } from '../syntax/difference.ts';
import type { NixSource } from '../syntax/nixSource.ts';

/** What help asks hosts for, worked out once for each model and what is known of state. */
export class HostDataStore {
  readonly #knowledgeOf: (model: HostModel) => Knowledge;
  readonly #sourceOf: (file: string) => NixSource | string;
  readonly #made = new WeakMap<HostModel, { readonly knowledge: Knowledge; readonly data: HostData }>();
  readonly #forwarded = new WeakMap<HostModel, ForwardedLists>();

  /** `sourceOf`: the texts that the models were made of. */
  constructor(knowledgeOf: (model: HostModel) => Knowledge, sourceOf: (file: string) => NixSource | string) {
    this.#knowledgeOf = knowledgeOf;
    this.#sourceOf = sourceOf;
  }

  of(model: HostModel): HostData {
    const knowledge = this.#knowledgeOf(model);
    const known = this.#made.get(model);
    if (known?.knowledge === knowledge) return known.data;
    const data = hostData(model, knowledge);
    this.#made.set(model, { knowledge, data });
    return data;
  }

  forwarded(model: HostModel): ForwardedLists {
    const known = this.#forwarded.get(model);
    if (known) return known;
    const lists = forwardedLists(model, this.#sourceOf);
    this.#forwarded.set(model, lists);
    return lists;
  }

  /** The model is another object with its places moved: what is known of it moves with it, where it can. */
  move(from: HostModel, to: HostModel, difference: Difference): void {
    const forwarded = this.#forwarded.get(from);
    // The lists have names and no places: what does not matter to the host leaves them as they are.
    if (forwarded) this.#forwarded.set(to, forwarded);
    const known = this.#made.get(from);
    const moved = known && movedData(known.data, difference);
    if (known && moved) this.#made.set(to, { ...known, data: moved.data });
  }
}
