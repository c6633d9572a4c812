import { posix } from 'node:path';
import type { Evaluation } from './evaluation.ts';
import { Interpreter } from './interpreter.ts';
import type { Scope } from './scope.ts';
import { Thunk, unknown, type Value } from './value.ts';

/**
 * Evaluates a whole file of the workspace, or the `default.nix` of a directory. With the names that every file sees (`globals`) it is done
 * once an evaluation.
 */
export function evaluateFile(evaluation: Evaluation, file: string, scope: Scope): Value {
  const name = posix.normalize(file).replace(/(.)\/$/, '$1');
  const path = evaluation.sources.kindOf(name) === 'directory' ? posix.join(name, 'default.nix') : name;
  const known = scope.isRoot ? evaluation.imported.get(path) : undefined;
  if (known) return known.force();
  const thunk = new Thunk({ file: path, start: 0, end: 0 }, () => {
    const source = evaluation.code(path);
    if (typeof source === 'string') return unknown(source, null);
    return new Interpreter(evaluation, source).evaluate(source.root, scope);
  });
  if (scope.isRoot) evaluation.imported.set(path, thunk);
  return thunk.force();
}
