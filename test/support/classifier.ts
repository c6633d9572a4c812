import { indexEphemeral } from '../../server/src/catalogue/ephemeralIndex.ts';
import { builtInCatalogue } from '../../server/src/catalogue/load.ts';
import { indexState } from '../../server/src/catalogue/stateIndex.ts';
import type { CoverageOf, Keeper } from '../../server/src/remote/coverage.ts';
import { parseMountinfo, visibleMounts } from '../../server/src/remote/mountinfo.ts';
import type { SessionKnowledge } from '../../server/src/remote/session.ts';
import { Classifier } from '../../server/src/remote/verdict.ts';
import type { ClassifierInput } from '../../server/src/remote/verdict.ts';

/** Coverage by a plain list of declared directories. */
export function coverageOf(paths: readonly string[]): CoverageOf {
  const keepers = new Map<string, Keeper>(paths.map((path) => [path, { path, kind: 'directory', description: `keeps ${path}` }]));
  return (path) => {
    for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
      const keeper = keepers.get(at);
      if (keeper !== undefined) return keeper;
    }
    return null;
  };
}

/** What a session is told when these paths are declared: the real catalogue, and nothing ignored. */
export function knowledgeOf(declared: readonly string[], ignore: readonly string[] = []): SessionKnowledge {
  const catalogue = builtInCatalogue();
  return { coverage: coverageOf(declared), state: indexState(catalogue.state), ephemeral: indexEphemeral(catalogue.ephemeral), ignore };
}

/** A classifier with the real catalogue. `mountinfo`: lines, or null when the mounts are not known. */
export function classifierOf(declared: readonly string[], mountinfo: string | null, more: Partial<ClassifierInput> = {}): Classifier {
  const mounts = mountinfo === null ? null : visibleMounts(parseMountinfo(Buffer.from(mountinfo)));
  return new Classifier({ ...knowledgeOf(declared), mounts, dataset: 'rpool/local/root', ...more });
}
