import { cookString } from './strings.ts';
import { tokenize, type Token } from './tokens.ts';

/** A name of an attribute path as it is written; `text` is null for one that is computed. */
export interface WrittenName {
  readonly text: string | null;
  readonly start: number;
  readonly end: number;
}

/** `{`, or the bindings of a `let`. */
export interface OpenSet {
  readonly kind: 'set';
  readonly start: number;
  /** The attribute path of the binding that the place is in, as far as it is written. */
  readonly names: readonly WrittenName[];
  /** The `=` of that binding is written. */
  readonly inValue: boolean;
  /** The path ends in a dot: the next name is still to come. */
  readonly endsInDot: boolean;
}

export interface OpenList {
  readonly kind: 'list';
  readonly start: number;
  /** Names before it in the same expression: the function that it may be an argument of, and the arguments before it. */
  readonly callee: readonly string[];
  /** Texts of the strings that are elements of it so far. */
  readonly strings: readonly string[];
}

export interface OpenString {
  readonly kind: 'string';
  readonly start: number;
  /** Where the text behind its quote begins. */
  readonly content: number;
  readonly indented: boolean;
  /** Nothing is interpolated before the place. */
  readonly plain: boolean;
}

/** A construct that begins before a place of a text and does not end before it. */
export type OpenConstruct =
  OpenSet | OpenList | OpenString | { readonly kind: 'paren' | 'interpolation' | 'comment'; readonly start: number };

/**
 * What is open at `offset`, outermost first. Only what stands before the place counts, so that it holds however broken the text behind
 * it is by typing: a string that is not closed yet makes a parser lose everything that follows.
 */
export function openConstructs(text: string, offset: number): readonly OpenConstruct[] {
  const tokens = tokenize(text, offset);
  const reading = new Reading(text);
  for (const token of tokens) reading.take(token);
  const last = tokens.at(-1);
  const open = reading.stack.slice(1).map(({ construct }) => construct);
  const inComment = last?.kind === 'comment' && last.end === offset && !(text.startsWith('/*', last.start) && isClosed(text, last));
  return inComment ? [...open, { kind: 'comment', start: last.start }] : open;
}

function isClosed(text: string, { start, end }: Token): boolean {
  return end - start >= 4 && text.startsWith('*/', end - 2);
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly string[] ? string[] : T[K] };

interface Frame {
  readonly construct: Mutable<OpenConstruct>;
  readonly isLet: boolean;
  /** Names of the expression that is being written in it. */
  words: string[];
  /** `with` and `assert` whose `;` is still to come. */
  pending: number;
}

class Reading {
  readonly #text: string;
  readonly stack: Frame[] = [frame({ kind: 'paren', start: 0 })];

  constructor(text: string) {
    this.#text = text;
  }

  take({ kind, start, end }: Token): void {
    const word = this.#text.slice(start, end);
    switch (kind) {
      case 'name':
        this.#name(word, start, end);
        return;
      case 'quote':
        this.#quote(word, start, end);
        return;
      case 'interpolation':
        if (word === '}') this.#closeInterpolation(end);
        else this.stack.push(frame({ kind: 'interpolation', start }));
        return;
      case 'keyword':
        this.#keyword(word, start);
        return;
      case 'operator':
        this.#top.words = [];
        if (word === '?' && this.#set) this.#set.inValue = true;
        return;
      case 'punctuation':
        this.#punctuation(word, start);
        return;
      case 'comment':
      case 'number':
      case 'path':
      case 'text':
      case 'escape':
    }
  }

  get #top(): Frame {
    return this.stack.at(-1) as Frame;
  }

  /** The set that is innermost, if that is what is innermost. */
  get #set(): Mutable<OpenSet> | null {
    const { construct } = this.#top;
    return construct.kind === 'set' ? construct : null;
  }

  #name(text: string | null, start: number, end: number): void {
    const set = this.#set;
    if (set && !set.inValue) {
      const name = { text, start, end };
      set.names = set.endsInDot ? [...set.names, name] : [name];
      set.endsInDot = false;
    } else if (text !== null) this.#top.words.push(text);
  }

  #quote(word: string, start: number, end: number): void {
    const { construct } = this.#top;
    if (construct.kind !== 'string') {
      this.stack.push(frame({ kind: 'string', start, content: end, indented: word === "''", plain: true }));
      return;
    }
    this.stack.pop();
    const text = construct.plain && !construct.indented ? cookString(this.#text.slice(construct.content, start)) : null;
    const around = this.#top.construct;
    if (around.kind === 'set' && !around.inValue) this.#name(text, construct.start, end);
    else if (around.kind === 'list' && text !== null) around.strings.push(text);
  }

  #closeInterpolation(end: number): void {
    const index = this.stack.findLastIndex(({ construct }) => construct.kind === 'interpolation');
    if (index < 0) return;
    const [closed] = this.stack.splice(index);
    const { construct } = this.#top;
    if (construct.kind === 'string') construct.plain = false;
    else if (closed) this.#name(null, closed.construct.start, end);
  }

  #keyword(word: string, start: number): void {
    const set = this.#set;
    if (word === 'let') this.stack.push(frame(newSet(start), true));
    else if (word === 'in') {
      const index = this.stack.findLastIndex(({ isLet }) => isLet);
      if (index > 0) this.stack.splice(index);
    } else if (word === 'with' || word === 'assert') this.#top.pending++;
    else if (word === 'inherit' && set) {
      set.names = [];
      set.inValue = true;
    }
    this.#top.words = [];
  }

  #punctuation(word: string, start: number): void {
    switch (word) {
      case '{':
        this.stack.push(frame(newSet(start)));
        return;
      case '[':
        this.stack.push(frame({ kind: 'list', start, callee: this.#top.construct.kind === 'list' ? [] : this.#top.words, strings: [] }));
        return;
      case '(':
        this.stack.push(frame({ kind: 'paren', start }));
        return;
      case '}':
        this.#close(({ construct, isLet }) => construct.kind === 'set' && !isLet);
        return;
      case ']':
        this.#close(({ construct }) => construct.kind === 'list');
        return;
      case ')':
        this.#close(({ construct }) => construct.kind === 'paren');
        return;
      case '.':
        if (this.#set && !this.#set.inValue) this.#set.endsInDot = true;
        return;
      case '=':
        if (this.#set) this.#set.inValue = true;
        this.#top.words = [];
        return;
      case ',':
      case ';':
        this.#endBinding();
    }
  }

  /** What was left open inside ends with it. */
  #close(matches: (open: Frame) => boolean): void {
    const index = this.stack.findLastIndex(matches);
    if (index > 0) this.stack.splice(index);
  }

  #endBinding(): void {
    // No `;` can stand in a list: its bracket is missing.
    while (this.#top.construct.kind === 'list') this.stack.pop();
    const top = this.#top;
    top.words = [];
    const set = this.#set;
    if (top.pending > 0) top.pending--;
    else if (set) {
      set.names = [];
      set.inValue = false;
      set.endsInDot = false;
    }
  }
}

function frame(construct: Mutable<OpenConstruct>, isLet = false): Frame {
  return { construct, isLet, words: [], pending: 0 };
}

function newSet(start: number): OpenSet {
  return { kind: 'set', start, names: [], inValue: false, endsInDot: false };
}
