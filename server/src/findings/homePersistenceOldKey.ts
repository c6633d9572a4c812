import { isWithin } from '../host/mountFacts.ts';
import type { HostFinding } from './finding.ts';
import type { Rule } from './rule.ts';
import { impermanenceVersion } from './release.ts';

/** `home-persistence-old-key`: the key of `home.persistence` holds the home, as its first version wanted. */
export const homePersistenceOldKey: Rule = {
  code: 'home-persistence-old-key',
  severity: 'error',
  page: {
    title: 'The key of home.persistence holds the home',
    what: `The storage of a \`home.persistence\` ends with the path of the home (\`"/persist/home/ann"\`), and \`flake.lock\` has a revision of impermanence that
adds the home by itself.`,
    why: `The first version of the module took the key as the place of the home. Since January 2026 the key is the storage alone, and a key with the home in it is
refused: "persistentStoragePath contains home directory path".`,
    fix: `Take the quick fix: it takes the home off the key. What is in the storage stays where it is. The import of the module for home-manager has to go
too: it comes by itself now.`,
    silence: `To stay with the first version, lock the branch \`home-manager-v1\`.`,
    sources: ['impermanence `home-manager.nix`, its assertions; pull request 272'],
  },
  check(context) {
    const { host } = context;
    if (impermanenceVersion(context.lock) !== 'second') return [];
    return host.homes.flatMap(({ home, configuration }) => {
      if (home === null) return [];
      return host.storages.flatMap(({ mechanism, storage, name, conditions }): readonly HostFinding[] => {
        const isOwn = configuration.tree.names(['home', 'persistence']).some((key) => trimmed(key) === storage);
        if (mechanism !== 'home-manager' || storage === null || conditions.length > 0 || !isOwn) return [];
        if (!storage.endsWith(home) || isWithin(storage, home)) return [];
        const to = storage.slice(0, -home.length);
        return [
          {
            subject: storage,
            severity: 'error',
            location: name,
            message: `the key holds the home ${home}, which the locked impermanence adds by itself and refuses here.`,
            related: [],
            fixes: [{ title: `Write ${to}`, safe: false, change: { kind: 'rewrite-key', mechanism, from: storage, to } }],
          },
        ];
      });
    });
  },
};

function trimmed(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
