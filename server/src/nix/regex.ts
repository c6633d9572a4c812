/**
 * POSIX extended regular expressions as Nix has them (`match`, `split`): of bytes, leftmost and longest. Matched by stepping through all
 * possibilities at once, so that no expression takes longer than its length times that of the text.
 */
export interface Regex {
  readonly program: readonly Instruction[];
  readonly groups: number;
}

/** Groups by number, 0 the whole: where each begins and ends; -1 when it takes no part. */
export type Captures = readonly number[];

type Instruction =
  | { readonly op: 'char'; readonly test: (code: number) => boolean }
  | { readonly op: 'split'; readonly first: number; readonly second: number }
  | { readonly op: 'jump'; readonly to: number }
  | { readonly op: 'save'; readonly slot: number }
  | { readonly op: 'begin' }
  | { readonly op: 'end' }
  | { readonly op: 'match' };

type Node =
  | { readonly kind: 'char'; readonly test: (code: number) => boolean }
  | { readonly kind: 'anchor'; readonly at: 'begin' | 'end' }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly parts: readonly Node[] }
  | { readonly kind: 'group'; readonly number: number; readonly inner: Node }
  | { readonly kind: 'repeat'; readonly inner: Node; readonly least: number; readonly most: number };

const MAX_PROGRAM = 5000;
const MAX_NESTING = 100;

/** What an expression means, or a sentence saying why it means nothing. `pattern` is of bytes. */
export function parseRegex(pattern: string): Regex | string {
  const parser = new Parser(pattern);
  const node = parser.parse();
  if (typeof node === 'string') return node;
  const program: Instruction[] = [];
  emit({ kind: 'group', number: 0, inner: node }, program);
  program.push({ op: 'match' });
  return program.length > MAX_PROGRAM ? 'the regular expression is too large' : { program, groups: parser.groups };
}

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #problem: string | null = null;
  groups = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Node | string {
    const node = this.#choice();
    if (this.#at < this.#text.length) this.#fail('a parenthesis is closed that was not opened');
    return this.#problem ?? node;
  }

  #fail(problem: string): Node {
    this.#problem ??= `the regular expression is not understood: ${problem}`;
    this.#at = this.#text.length;
    return { kind: 'sequence', parts: [] };
  }

  #choice(): Node {
    if (++this.#depth > MAX_NESTING) return this.#fail('it is nested too deeply');
    const parts = [this.#sequence()];
    while (this.#text[this.#at] === '|') {
      this.#at++;
      parts.push(this.#sequence());
    }
    this.#depth--;
    return parts.length === 1 ? (parts[0] as Node) : { kind: 'choice', parts };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#text.length && this.#text[this.#at] !== '|' && this.#text[this.#at] !== ')') {
      let node = this.#atom();
      for (let bounds = this.#bounds(); bounds; bounds = this.#bounds()) {
        // What a group of it holds in the end differs between libraries.
        if (bounds.most > 1 && hasGroup(node) && mayBeEmpty(node)) return this.#fail('a repeated group may be empty');
        node = { kind: 'repeat', inner: node, ...bounds };
      }
      parts.push(node);
    }
    return { kind: 'sequence', parts };
  }

  #atom(): Node {
    const char = this.#text[this.#at++] as string;
    switch (char) {
      case '(': {
        const number = ++this.groups;
        const inner = this.#choice();
        if (this.#text[this.#at++] !== ')') return this.#fail('a parenthesis is not closed');
        return { kind: 'group', number, inner };
      }
      case '[':
        return this.#bracket();
      case '.':
        return { kind: 'char', test: (code) => code !== 0 };
      case '^':
        return { kind: 'anchor', at: 'begin' };
      case '$':
        return { kind: 'anchor', at: 'end' };
      case '*':
      case '+':
      case '?':
      case '{':
        return this.#fail('there is nothing to repeat');
      case '\\': {
        const escaped = this.#text[this.#at++];
        return escaped !== undefined && /[\^$\\.*+?()[\]{}|]/.test(escaped) ? literal(escaped) : this.#fail('a backslash');
      }
      default:
        return literal(char);
    }
  }

  #bounds(): { readonly least: number; readonly most: number } | null {
    switch (this.#text[this.#at]) {
      case '*':
        this.#at++;
        return { least: 0, most: Infinity };
      case '+':
        this.#at++;
        return { least: 1, most: Infinity };
      case '?':
        this.#at++;
        return { least: 0, most: 1 };
      case '{': {
        const found = /^\{(\d{1,4})(,?)(\d{0,4})\}/.exec(this.#text.slice(this.#at, this.#at + 12));
        const least = Number(found?.[1]);
        const most = found?.[3] ? Number(found[3]) : found?.[2] ? Infinity : least;
        if (!found || least > most) {
          this.#fail('the number of repetitions');
          return null;
        }
        this.#at += found[0].length;
        return { least, most };
      }
      default:
        return null;
    }
  }

  #bracket(): Node {
    const negated = this.#text[this.#at] === '^';
    if (negated) this.#at++;
    const tests: ((code: number) => boolean)[] = [];
    for (let first = true; ; first = false) {
      const char = this.#text[this.#at];
      if (char === undefined) return this.#fail('a bracket is not closed');
      if (char === ']' && !first) break;
      const named = /^\[:([a-z]+):\]/.exec(this.#text.slice(this.#at, this.#at + 12));
      if (named) {
        const inClass = CLASSES.get(named[1] as string);
        if (!inClass) return this.#fail(`there is no class ${named[1]}`);
        tests.push((code) => code < 128 && inClass.test(String.fromCharCode(code)));
        this.#at += named[0].length;
        continue;
      }
      if (char === '[' && /[.=]/.test(this.#text[this.#at + 1] ?? '')) return this.#fail('collating elements');
      const low = char.charCodeAt(0);
      if (this.#text[this.#at + 1] === '-' && (this.#text[this.#at + 2] ?? ']') !== ']') {
        const high = this.#text.charCodeAt(this.#at + 2);
        if (this.#text[this.#at + 2] === '[') return this.#fail('a range of classes');
        if (high < low) return this.#fail('a range is the wrong way round');
        tests.push((code) => code >= low && code <= high);
        this.#at += 3;
      } else {
        tests.push((code) => code === low);
        this.#at++;
      }
    }
    this.#at++;
    return { kind: 'char', test: (code) => tests.some((test) => test(code)) !== negated };
  }
}

const CLASSES: ReadonlyMap<string, RegExp> = new Map([
  ['alnum', /[0-9A-Za-z]/],
  ['alpha', /[A-Za-z]/],
  ['blank', /[ \t]/],
  // eslint-disable-next-line no-control-regex
  ['cntrl', /[\x00-\x1f\x7f]/],
  ['digit', /[0-9]/],
  ['graph', /[!-~]/],
  ['lower', /[a-z]/],
  ['print', /[ -~]/],
  ['punct', /[!-/:-@[-`{-~]/],
  ['space', /[ \t-\r]/],
  ['upper', /[A-Z]/],
  ['xdigit', /[0-9A-Fa-f]/],
]);

function literal(char: string): Node {
  const wanted = char.charCodeAt(0);
  return { kind: 'char', test: (code) => code === wanted };
}

function hasGroup(node: Node): boolean {
  if (node.kind === 'sequence' || node.kind === 'choice') return node.parts.some(hasGroup);
  return node.kind === 'group' || (node.kind === 'repeat' && hasGroup(node.inner));
}

function mayBeEmpty(node: Node): boolean {
  switch (node.kind) {
    case 'char':
      return false;
    case 'anchor':
      return true;
    case 'sequence':
      return node.parts.every(mayBeEmpty);
    case 'choice':
      return node.parts.some(mayBeEmpty);
    case 'group':
      return mayBeEmpty(node.inner);
    case 'repeat':
      return node.least === 0 || mayBeEmpty(node.inner);
  }
}

function emit(node: Node, into: Instruction[]): void {
  if (into.length > MAX_PROGRAM) return;
  switch (node.kind) {
    case 'char':
      into.push({ op: 'char', test: node.test });
      return;
    case 'anchor':
      into.push({ op: node.at });
      return;
    case 'sequence':
      for (const part of node.parts) emit(part, into);
      return;
    case 'group':
      into.push({ op: 'save', slot: node.number * 2 });
      emit(node.inner, into);
      into.push({ op: 'save', slot: node.number * 2 + 1 });
      return;
    case 'choice': {
      const jumps: number[] = [];
      for (const [index, part] of node.parts.entries()) {
        if (index === node.parts.length - 1) emit(part, into);
        else {
          const split = into.push({ op: 'jump', to: 0 }) - 1;
          emit(part, into);
          jumps.push(into.push({ op: 'jump', to: 0 }) - 1);
          into[split] = { op: 'split', first: split + 1, second: into.length };
        }
      }
      for (const jump of jumps) into[jump] = { op: 'jump', to: into.length };
      return;
    }
    case 'repeat': {
      for (let i = 0; i < node.least && into.length <= MAX_PROGRAM; i++) emit(node.inner, into);
      if (node.most === Infinity) {
        const split = into.push({ op: 'jump', to: 0 }) - 1;
        emit(node.inner, into);
        into.push({ op: 'jump', to: split });
        into[split] = { op: 'split', first: split + 1, second: into.length };
        return;
      }
      for (let i = node.least; i < node.most && into.length <= MAX_PROGRAM; i++) {
        const split = into.push({ op: 'jump', to: 0 }) - 1;
        emit(node.inner, into);
        into[split] = { op: 'split', first: split + 1, second: into.length };
      }
    }
  }
}

interface Thread {
  readonly at: number;
  readonly saved: Captures;
}

/**
 * The longest match that begins at `start`, or, with `toEnd`, one that ends with the text; null when there is none. `pay` is told how
 * many possibilities were looked at and answers whether to go on.
 */
export function matchAt(regex: Regex, text: string, start: number, toEnd: boolean, pay: (steps: number) => boolean): Captures | null {
  let found: Captures | null = null;
  let threads: Thread[] = [];
  const nothing: Captures = Array.from({ length: (regex.groups + 1) * 2 }, () => -1);
  const add = (into: Thread[], seen: Set<number>, at: number, saved: Captures, position: number): void => {
    const stack: Thread[] = [{ at, saved }];
    for (let next = stack.pop(); next; next = stack.pop()) {
      if (seen.has(next.at)) continue;
      seen.add(next.at);
      const instruction = regex.program[next.at] as Instruction;
      const here = next.saved;
      if (instruction.op === 'jump') stack.push({ at: instruction.to, saved: here });
      else if (instruction.op === 'split') stack.push({ at: instruction.second, saved: here }, { at: instruction.first, saved: here });
      else if (instruction.op === 'save') stack.push({ at: next.at + 1, saved: here.with(instruction.slot, position) });
      else if (instruction.op === 'begin') {
        if (position === 0) stack.push({ at: next.at + 1, saved: here });
      } else if (instruction.op === 'end') {
        if (position === text.length) stack.push({ at: next.at + 1, saved: here });
      } else into.push(next);
    }
  };
  add(threads, new Set(), 0, nothing, start);
  for (let position = start; threads.length > 0; position++) {
    if (!pay(threads.length)) return null;
    const matched = threads.find(({ at }) => regex.program[at]?.op === 'match');
    if (matched && (!toEnd || position === text.length)) found = matched.saved;
    if (position >= text.length) break;
    const code = text.charCodeAt(position);
    const next: Thread[] = [];
    const seen = new Set<number>();
    for (const { at, saved } of threads) {
      const instruction = regex.program[at] as Instruction;
      if (instruction.op === 'char' && instruction.test(code)) add(next, seen, at + 1, saved, position + 1);
    }
    threads = next;
  }
  return found;
}
