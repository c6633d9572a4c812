import type { Configuration } from '../module/configuration.ts';
import type { Location } from '../syntax/source.ts';
import type { RuleContext } from './context.ts';
import type { HostFinding } from './finding.ts';
import type { Rule } from './rule.ts';
import { impermanenceVersion } from './release.ts';

/** Options of a storage that the second version of impermanence refuses (submodule-options.nix, mkRemovedOptionModule). */
const OF_STORAGE: ReadonlyMap<string, string> = new Map([
  ['allowOther', 'real mounts need no permission for others'],
  ['removePrefixDirectory', 'directories in front are no longer taken off'],
  ['defaultDirectoryMethod', 'directories are always mounted'],
]);

/** `removed-option`: an option of impermanence that is gone. */
export const removedOption: Rule = {
  code: 'removed-option',
  severity: 'error',
  page: {
    title: 'An option is used that impermanence no longer has',
    what: `\`allowOther\`, \`removePrefixDirectory\` or \`defaultDirectoryMethod\` of a storage, \`home\` of a user in it, or \`method\` of a directory are used, and
\`flake.lock\` has a revision of impermanence that has removed them.`,
    why: `The configuration no longer builds. For \`removePrefixDirectory\` it is more: the paths in the storage change, so the data has to be moved.`,
    fix: `Take the option away; real mounts do without. For \`removePrefixDirectory\`, move the data to where the home is in the storage, and take the first directory
off each path.`,
    silence: `To stay with the first version, lock the branch \`home-manager-v1\`.`,
    sources: ['impermanence `submodule-options.nix`'],
  },
  check(context) {
    if (impermanenceVersion(context.lock) !== 'second') return [];
    const { host } = context;
    const machine = host.configuration ? storageOptions(host.configuration, ['environment', 'persistence'], true) : [];
    const homes = host.homes.flatMap(({ configuration }) => storageOptions(configuration, ['home', 'persistence'], false));
    return [...machine, ...homes, ...methods(context)];
  },
};

function storageOptions(configuration: Configuration, root: readonly string[], isMachine: boolean): readonly HostFinding[] {
  const { tree } = configuration;
  const at = (path: readonly string[]): Location | null => {
    const [first] = configuration.applying(tree.at(path).definitions);
    return first && first.conditions.length === 0 ? first.from.binding : null;
  };
  return tree.names(root).flatMap((storage) => {
    const path = [...root, storage];
    const own = [...OF_STORAGE].flatMap(([name, why]) => finding([...path, name], at([...path, name]), why, isMachine));
    const users = isMachine ? tree.names([...path, 'users']) : [];
    const homes = users.flatMap((user) => {
      const option = [...path, 'users', user, 'home'];
      return finding(option, at(option), 'the home is taken from users.users', isMachine);
    });
    return [...own, ...homes];
  });
}

function finding(option: readonly string[], location: Location | null, why: string, isMachine: boolean): readonly HostFinding[] {
  if (!location) return [];
  return [
    {
      subject: option.join('.'),
      severity: 'error',
      location,
      message: `${option.at(-1) ?? ''} is refused by the locked impermanence: ${why}.`,
      related: [],
      // Options of a home are not the machine's, where a fix looks for them.
      fixes: isMachine ? [{ title: `Remove ${option.at(-1) ?? ''}`, safe: true, change: { kind: 'remove-option', option } }] : [],
    },
  ];
}

function methods(context: RuleContext): readonly HostFinding[] {
  return context.entries.flatMap((entry): readonly HostFinding[] => {
    if (entry.mechanism === 'preservation' || entry.kind !== 'directory' || entry.settings?.['method'] === undefined) return [];
    return [
      {
        subject: `method of ${entry.path} ${context.refer(entry).nth}`,
        severity: 'error',
        location: entry.location,
        message: `method is refused by the locked impermanence: directories are always mounted.`,
        related: [],
        fixes: [],
      },
    ];
  });
}
