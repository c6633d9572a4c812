import { attrsBehind, type AttrSet, type Unknown } from '../nix/value.ts';
import type { Definition } from './definition.ts';

/** A part of a set that could not be read, with the definition it is in. */
export interface PartGap {
  readonly definition: Definition;
  readonly unknown: Unknown;
}

/** Fewer are gone through as fast. */
const FEW = 4;

/**
 * Which of the definitions of one option path say something below it, by name: a path at which hundreds of modules define or declare
 * something is asked for hundreds of names. Sets that are answered on demand are asked for each name, as their names may not be known yet.
 */
export class DefinitionIndex {
  readonly #definitions: readonly Definition[];
  #byName: ReadonlyMap<string, readonly number[]> | null = null;
  #onDemand: readonly number[] = [];
  #gaps: readonly PartGap[] | null = null;

  /** `definitions`: plain values, in module order. */
  constructor(definitions: readonly Definition[]) {
    this.#definitions = definitions;
  }

  /** The definitions that may say something of a name, in module order; all that do are among them. */
  of(name: string): readonly Definition[] {
    if (this.#definitions.length < FEW) return this.#definitions;
    const named = (this.#byName ??= this.#index()).get(name) ?? [];
    const asked = this.#onDemand.length === 0 ? named : [...named, ...this.#onDemand].toSorted((a, b) => a - b);
    return asked.flatMap((position) => this.#definitions[position] ?? []);
  }

  /** Names of the sets that could not be read (`${unknown} = …`, `// unknown`). */
  gaps(): readonly PartGap[] {
    if (this.#gaps) return this.#gaps;
    const sets = this.#definitions.flatMap((definition) => {
      const set = setOf(definition);
      return set ? [{ definition, set }] : [];
    });
    const gaps = sets.flatMap(({ definition, set }) => set.gaps.map((unknown) => ({ definition, unknown })));
    // What a set answers on demand while it is being worked out is not what it answers later.
    if (sets.every(({ set }) => set.all)) this.#gaps = gaps;
    return gaps;
  }

  #index(): ReadonlyMap<string, readonly number[]> {
    const byName = new Map<string, number[]>();
    const onDemand: number[] = [];
    for (const [position, definition] of this.#definitions.entries()) {
      const set = setOf(definition);
      if (set && !set.all) onDemand.push(position);
      for (const name of set?.all?.keys() ?? []) {
        const positions = byName.get(name);
        if (positions) positions.push(position);
        else byName.set(name, [position]);
      }
    }
    this.#onDemand = onDemand;
    return byName;
  }
}

function setOf({ thunk }: Definition): AttrSet | null {
  return attrsBehind(thunk)?.attrs ?? null;
}
