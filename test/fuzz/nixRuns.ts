import { MemoryFiles } from '../support/coreFiles.ts';
import { generateExpression } from '../support/coreExpressions.ts';
import { evaluateText, toJson } from '../support/coreNix.ts';
import { Random } from '../support/random.ts';
import { Workspace } from '../../server/src/workspace/workspace.ts';
import type { FileSystem } from '../../server/src/workspace/fileSystem.ts';
import type { NixGrammar } from '../../server/src/syntax/grammar.ts';
import { describeWorkspace } from '../unit/workspace/support.ts';
import { mutate } from './nixMutations.ts';

/** One run of a fuzzer: what was read, for whoever has to look at it, and what came out of it as text. */
export interface Run {
  readonly texts: ReadonlyMap<string, string>;
  /** Does the work; throws when something is wrong. */
  go(): string;
}

/** A fleet with up to four files mutated: read from disk, and typed over the good one. `fleet` by absolute path, below `/fleet`. */
export function fleetRun(grammar: NixGrammar, fleet: ReadonlyMap<string, string>, seed: number): Run {
  const random = new Random(seed);
  const names = [...fleet.keys()];
  const files = new MemoryFiles(fleet);
  const texts = new Map<string, string>();
  for (let count = random.below(4) + 1; count > 0; count--) {
    const file = random.pick(names);
    const text = mutate(files.files.get(file) as string, random, [...fleet.values()]);
    files.files.set(file, text);
    texts.set(file, text);
  }
  return {
    texts,
    go() {
      const said = describe(grammar, files, '/fleet');
      // Typed instead of saved: the same texts over the good ones.
      const typed = new Workspace({ grammar, fileSystem: new MemoryFiles(fleet), roots: ['/fleet'] });
      typed.analysis();
      let version = 0;
      for (const [file, text] of texts) typed.openText(file, text, ++version);
      const parses = [...texts.keys()].every((file) => typed.openDocument(file)?.source.broken === false);
      if (parses && JSON.stringify(describeWorkspace(typed)) !== said) throw new Error('typed and read from disk are not the same');
      typed.analysis();
      return said;
    },
  };
}

/** What a workspace that is made anew says. */
export function describe(grammar: NixGrammar, fileSystem: FileSystem, root: string): string {
  return JSON.stringify(describeWorkspace(new Workspace({ grammar, fileSystem, roots: [root] })));
}

/** An expression, generated and perhaps mutated, worked out to the bottom. */
export function expressionRun(grammar: NixGrammar, seed: number): Run {
  const random = new Random(seed);
  let text = generateExpression(random, 1 + random.below(7));
  if (random.chance(0.7)) text = mutate(text, random, [generateExpression(random, 3), generateExpression(random, 2)]);
  return { texts: new Map([['/t/expr.nix', text]]), go: () => JSON.stringify(toJson(evaluateText(grammar, text))) ?? '' };
}

/**
 * A file of a workspace on disk, mutated while it is open: read on its own, and with all that is made of it; after it is closed
 * everything has to be as before, which `before` tells.
 */
export function fileRun(workspace: Workspace, files: readonly string[], read: (file: string) => string, seed: number): Run {
  const random = new Random(seed);
  const file = random.pick(files);
  const text = mutate(read(file), random, [read(random.pick(files)), read(random.pick(files))]);
  return {
    texts: new Map([[file, text]]),
    go() {
      const before = JSON.stringify(workspace.analysis().findings);
      workspace.openText(file, text, seed);
      const { findings } = workspace.analysis();
      const alone = workspace.file(file);
      workspace.closeText(file);
      if (JSON.stringify(workspace.analysis().findings) !== before) throw new Error('the findings are others after the file was closed');
      return JSON.stringify([findings, alone.entries, alone.unresolved]);
    },
  };
}
