import { certain } from '../../server/src/nix/combine.ts';
import { globalScope } from '../../server/src/nix/builtins.ts';
import { Evaluation, type Limits } from '../../server/src/nix/evaluation.ts';
import { evaluateFile } from '../../server/src/nix/wholeFile.ts';
import type { Value } from '../../server/src/nix/value.ts';
import type { NixGrammar } from '../../server/src/syntax/grammar.ts';
import { MemoryFiles } from './coreFiles.ts';

/** An evaluation over texts in memory. `files` by absolute path. */
export function evaluationOf(grammar: NixGrammar, files: Readonly<Record<string, string>>, limits?: Limits): Evaluation {
  const memory = new MemoryFiles(Object.entries(files));
  return new Evaluation(
    {
      source(file) {
        const read = memory.read(file);
        return typeof read === 'string' ? read : grammar.parse(file, read.text);
      },
      kindOf: (path) => memory.kindOf(path),
      realPath: (path) => memory.realPath(path) ?? path,
      text: (file) => memory.read(file),
      entries: (directory) => (/^\/t(\/|$)/.test(directory) ? memory.entries(directory) : 'it is outside this workspace'),
    },
    limits,
  );
}

/** What an expression is worth, standing in `/t/expr.nix`; further files can be imported. */
export function evaluateText(grammar: NixGrammar, text: string, files: Readonly<Record<string, string>> = {}, limits?: Limits): Value {
  const evaluation = evaluationOf(grammar, { ...files, '/t/expr.nix': text }, limits);
  return evaluateFile(evaluation, '/t/expr.nix', globalScope(evaluation));
}

/** Why a value can't be written as JSON: it, or a part of it, is not known. */
export class NotKnown {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** A value as `nix-instantiate --json` would print it, worked out to the bottom; {@link NotKnown} when a part is not known for sure. */
export function toJson(value: Value, depth = 0): unknown {
  if (depth > 100) return new NotKnown('deeper than anybody looks');
  switch (value.type) {
    case 'null':
      return null;
    case 'bool':
    case 'float':
    case 'string':
      return value.value;
    case 'int':
      return Number(value.value);
    case 'path':
      return value.path;
    case 'function':
      return new NotKnown('a function');
    case 'unknown':
      return new NotKnown(value.reason);
    case 'list': {
      if (value.gaps[0]) return new NotKnown(value.gaps[0].reason);
      const items: unknown[] = [];
      for (const { thunk, conditions } of value.items) {
        if (conditions[0]) return new NotKnown(`it depends on ${conditions[0].text}`);
        const item = toJson(thunk.force(), depth + 1);
        if (item instanceof NotKnown) return item;
        items.push(item);
      }
      return items;
    }
    case 'attrs': {
      if (value.attrs.gaps[0]) return new NotKnown(value.attrs.gaps[0].reason);
      const set: Record<string, unknown> = {};
      for (const name of value.attrs.names()) {
        const found = value.attrs.get(name);
        const item = found ? toJson(certain(found), depth + 1) : new NotKnown(`${name} has no value`);
        if (item instanceof NotKnown) return item;
        // `__proto__` is a name like any other in Nix.
        Object.defineProperty(set, name, { value: item, enumerable: true, configurable: true, writable: true });
      }
      return set;
    }
  }
}

/** Whether two JSON values are the same; numbers may differ by what Nix rounds when it prints them. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b || Math.abs(a - b) <= 1e-5 * Math.max(Math.abs(a), Math.abs(b));
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    if (Array.isArray(a) !== Array.isArray(b)) return false;
    const left = Object.entries(a);
    const right = new Map(Object.entries(b));
    return left.length === right.size && left.every(([name, item]) => right.has(name) && sameJson(item, right.get(name)));
  }
  return a === b;
}
