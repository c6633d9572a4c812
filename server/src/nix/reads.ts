import type { NixSource } from '../syntax/nixSource.ts';
import type { SourceRange } from '../syntax/source.ts';
import { movedLocation, type Difference } from '../syntax/difference.ts';

/** Something that was made of a text as a whole and is asked for anew when the text is another. */
interface Fact {
  readonly derive: (source: NixSource | string) => string | number | boolean | null;
  readonly value: string | number | boolean | null;
}

/** What of the files of a workspace something was made of, so that it can be told whether a change matters to it. */
export class Reads {
  /** All files that were looked at. */
  readonly files = new Set<string>();
  /** Those of which everything matters. */
  readonly #whole = new Set<string>();
  /** Bindings and literals given to functions whose values were worked out, by their starts. */
  readonly #parts = new Map<string, Set<number>>();
  /** Pieces of text that are shown: ends by start. */
  readonly #quotes = new Map<string, Map<number, number>>();
  readonly #facts = new Map<string, readonly Fact[]>();

  readWhole(file: string): void {
    this.files.add(file);
    this.#whole.add(file);
  }

  /** The starts of the parts of a file (see {@link Difference}) whose values were worked out; whoever works one out adds it. */
  partsOf(file: string): Set<number> {
    this.files.add(file);
    const known = this.#parts.get(file) ?? new Set();
    this.#parts.set(file, known);
    return known;
  }

  readQuote(file: string, { start, end }: SourceRange): void {
    this.files.add(file);
    const known = this.#quotes.get(file) ?? new Map<number, number>();
    this.#quotes.set(file, known.set(start, Math.max(end, known.get(start) ?? 0)));
  }

  readFact(file: string, fact: Fact): void {
    this.files.add(file);
    const known = this.#facts.get(file) ?? [];
    if (!known.some(({ derive }) => derive === fact.derive)) this.#facts.set(file, [...known, fact]);
  }

  /** Whether anything that was made of the file may be another now. `after`: its new text. */
  dependsOn(difference: Difference, after: NixSource): boolean {
    const { file, parts, change } = difference;
    if (!this.files.has(file)) return false;
    if (this.#whole.has(file) || parts === null) return true;
    const worked = this.#parts.get(file);
    if (worked && parts.some((start) => worked.has(start))) return true;
    if (this.#quotesOf(file).some(({ start, end }) => start <= change.end && change.start <= end)) return true;
    return this.#facts.get(file)?.some(({ derive, value }) => derive(after) !== value) ?? false;
  }

  /** Takes what another one has, of which something goes on being used; all but one file. */
  add(other: Reads, except?: string): void {
    for (const file of other.files) {
      if (file === except) continue;
      this.files.add(file);
      if (other.#whole.has(file)) this.#whole.add(file);
      const starts = other.#parts.get(file);
      const known = this.#parts.get(file);
      if (starts) this.#parts.set(file, known ? new Set([...known, ...starts]) : starts);
      for (const range of other.#quotesOf(file)) this.readQuote(file, range);
      for (const fact of other.#facts.get(file) ?? []) this.readFact(file, fact);
    }
  }

  #quotesOf(file: string): readonly SourceRange[] {
    return [...(this.#quotes.get(file) ?? [])].map(([start, end]) => ({ start, end }));
  }

  /** The same after a change that it does not depend on; null when it can't be told where all of it stands now. */
  moved(difference: Difference): Reads | null {
    const { file, change, by } = difference;
    const starts = this.#parts.get(file) ?? new Set();
    const ranges = this.#quotesOf(file);
    const movedRanges = ranges.flatMap((range) => movedLocation(range, difference) ?? []);
    if (movedRanges.length < ranges.length || [...starts].some((start) => start >= change.start && start < change.end)) return null;
    const copy = new Reads();
    copy.add(this, file);
    copy.files.add(file);
    if (this.#parts.has(file)) copy.#parts.set(file, new Set([...starts].map((start) => (start >= change.end ? start + by : start))));
    for (const range of movedRanges) copy.readQuote(file, range);
    const facts = this.#facts.get(file);
    if (facts) copy.#facts.set(file, facts);
    return copy;
  }
}
