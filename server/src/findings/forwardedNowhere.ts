import type { Configuration } from '../module/configuration.ts';
import { isComplete } from '../nix/combine.ts';
import type { Location } from '../syntax/source.ts';
import type { HostFinding } from './finding.ts';
import type { Rule } from './rule.ts';

/** Names by which people call options that are meant for the lists of a storage. */
const ABOUT = /persist|preserv|impermanence|ephemeral/i;
const LISTS = /^(directories|dirs|files|paths|folders|(persist|preserv)\w*)$/i;

/** Sets of declared options that are looked into. */
const MAX_SETS = 3000;

/** `forwarded-nowhere`: an option of the author's own that is filled, and that no storage takes. */
export const forwardedNowhere: Rule = {
  code: 'forwarded-nowhere',
  severity: 'warning',
  page: {
    title: 'An option of your own is filled, but goes into no storage',
    what: `A module of the configuration declares a list option whose name says that it is about persistence, the host puts paths into it, and none of them
arrives in \`environment.persistence\`, \`home.persistence\` or \`preservation.preserveAt\`.`,
    why: `The paths look as if they were kept, and are not. It happens when the module that forwards the option is not imported by a host, or forwards only some of its
options.`,
    fix: `Forward the option: \`environment.persistence."/persist".directories = config.…;\`. Or import the module that does.`,
    silence: `An option that serves another purpose (a backup, say) can be named so too.`,
    sources: ['the modules of the workspace itself'],
  },
  check({ host }) {
    const { configuration } = host;
    if (!configuration || host.unresolved.length > 0 || host.storages.length === 0) return [];
    const arrived = new Set(host.entries.map(({ location }) => placeKey(location)));
    const values = new Set(host.entries.flatMap(({ path, relative }) => [path, relative]));
    return configuration.declaredOptions(MAX_SETS).flatMap((option): readonly HostFinding[] => {
      if (!option.some((name) => ABOUT.test(name)) || !LISTS.test(option.at(-1) ?? '')) return [];
      const paths = pathsAt(configuration, option);
      const [first] = paths;
      if (!first || paths.some(({ text, location }) => arrived.has(placeKey(location)) || values.has(text))) return [];
      return [
        {
          subject: option.join('.'),
          severity: 'warning',
          location: first.location,
          message: `${first.text} in ${option.join('.')} is not kept: the option goes into no storage. Pass it on to one, in the module that declares it.`,
          related: [],
          fixes: [],
        },
      ];
    });
  },
};

/** Paths that are put into an option without condition; none when it can't be read whole. */
function pathsAt(
  configuration: Configuration,
  option: readonly string[],
): readonly { readonly text: string; readonly location: Location }[] {
  // Its default is the module's own.
  if (configuration.tree.at(option).definitions.length === 0) return [];
  const value = configuration.value(option);
  if (value.type !== 'list' || !isComplete(value)) return [];
  return value.items.flatMap(({ thunk }) => {
    const each = thunk.force();
    const inner =
      each.type === 'attrs' ? (each.attrs.get('directory') ?? each.attrs.get('file') ?? each.attrs.get('path'))?.thunk.force() : each;
    return inner?.type === 'string' && inner.location && /^[~./\w]/.test(inner.value)
      ? [{ text: inner.value, location: inner.location }]
      : [];
  });
}

function placeKey({ file, start }: Location): string {
  return `${file}\0${start}`;
}
