import type { SinceDto } from '../protocol/live.ts';
import type { ChangeTree } from './changeTree.ts';
import { codes } from './verdictCode.ts';

const isNew = 1;
const hasGrown = 2;
const newBelow = 4;
const grownBelow = 8;

/** Rows compared before others get their turn. */
const slice = 20_000;
const mostGone = 20;

/** What has become of the paths of a listing since another one was looked at. Noise is left out. */
export class Since {
  readonly #marks: Uint8Array;
  readonly summary: SinceDto;

  private constructor(marks: Uint8Array, summary: SinceDto) {
    this.#marks = marks;
    this.summary = summary;
  }

  /** Compares in slices; `turn` lets other work have its turn between them. */
  static async of(now: ChangeTree, looked: ChangeTree, turn: () => Promise<void>): Promise<Since> {
    const marks = new Uint8Array(now.nodes);
    let [added, grown, gone] = [0, 0, 0];
    const goneSample: string[] = [];
    let done = 0;
    for (const node of now.changed()) {
      if (++done % slice === 0) await turn();
      if (now.code(node) === codes.noise) continue;
      const before = looked.find(now.path(node));
      const wasThere = before !== null && looked.kind(before) !== null && looked.kind(before) !== '-';
      const grew = before !== null && wasThere && now.size(node) > looked.size(before);
      if (wasThere && !grew) continue;
      if (wasThere) grown++;
      else added++;
      marks[node] = (marks[node] ?? 0) | (wasThere ? hasGrown : isNew);
      const below = wasThere ? grownBelow : newBelow;
      for (let at = now.parent(node); ((marks[at] ?? 0) & below) === 0; at = now.parent(at)) {
        marks[at] = (marks[at] ?? 0) | below;
        if (at === 0) break;
      }
    }
    for (const node of looked.changed()) {
      if (++done % slice === 0) await turn();
      const code = looked.code(node);
      if (code === codes.noise || looked.kind(node) === '-') continue;
      const after = now.find(looked.path(node));
      if (after !== null && now.kind(after) !== null && now.kind(after) !== '-') continue;
      gone++;
      if (goneSample.length < mostGone) goneSample.push(looked.path(node).toString('utf8'));
    }
    return new Since(marks, { added, grown, gone, goneSample });
  }

  /** Nothing is new. */
  static nothing(): Since {
    return new Since(new Uint8Array(0), { added: 0, grown: 0, gone: 0, goneSample: [] });
  }

  /** Of a row: its own, else what is below it. */
  of(node: number): 'new' | 'grown' | null {
    const marks = this.#marks[node] ?? 0;
    if ((marks & (isNew | newBelow)) !== 0) return 'new';
    return (marks & (hasGrown | grownBelow)) === 0 ? null : 'grown';
  }
}
