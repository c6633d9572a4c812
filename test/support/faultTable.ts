/** What was injected, how often, and what happened, printed when a suite ends in a form that can be reported. */
export class FaultTable {
  readonly #title: string;
  readonly #rows = new Map<string, Map<string, number>>();

  constructor(title: string) {
    this.#title = title;
  }

  /** `fault` was injected `times` times, and this is how each ended. */
  note(fault: string, end: string, times = 1): void {
    const ends = this.#rows.get(fault) ?? new Map<string, number>();
    ends.set(end, (ends.get(end) ?? 0) + times);
    this.#rows.set(fault, ends);
  }

  /** A Markdown table. */
  text(): string {
    const rows = [...this.#rows].map(([fault, ends]) => {
      const times = [...ends.values()].reduce((sum, count) => sum + count, 0);
      return `| ${fault} | ${times} | ${[...ends].map(([end, count]) => `${end}: ${count}`).join(', ')} |`;
    });
    return [`### ${this.#title}`, '', '| injected | times | what happened |', '|---|---|---|', ...rows, ''].join('\n');
  }

  print(): void {
    if (this.#rows.size > 0) console.log(`\n${this.text()}`);
  }
}
