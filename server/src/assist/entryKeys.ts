import type { ListPlace } from './listPlace.ts';

/** An attribute of an entry. */
export interface EntryKey {
  readonly name: string;
  readonly about: string;
  /** What stands behind the `=` at first: a string, a switch, a list, or a set. */
  readonly value: 'string' | 'boolean' | 'list' | 'set';
  /** The only values there are. */
  readonly values?: readonly { readonly text: string; readonly about: string }[];
}

const OWNER: readonly EntryKey[] = [
  { name: 'user', value: 'string', about: 'Name of the owner. It is given when the path is made in the storage.' },
  { name: 'group', value: 'string', about: 'Name of the group. It is given when the path is made in the storage.' },
  { name: 'mode', value: 'string', about: 'Permissions as chmod(1) takes them, such as "0700".' },
];

/** nix-community/impermanence, submodule-options.nix. */
const IMPERMANENCE: Readonly<Record<ListPlace['kind'], readonly EntryKey[]>> = {
  directory: [
    { name: 'directory', value: 'string', about: 'The path: absolute, or below the home in a user’s list.' },
    ...OWNER,
    { name: 'hideMount', value: 'boolean', about: 'Keeps the mount out of file managers (mount option x-gvfs-hide).' },
    { name: 'allowTrash', value: 'boolean', about: 'Lets file managers have a trash on the mount (mount option x-gvfs-trash).' },
    { name: 'persistentStoragePath', value: 'string', about: 'The storage for this entry alone.' },
    { name: 'defaultPerms', value: 'set', about: 'Owner and mode of the directories above it that have to be made.' },
  ],
  file: [
    { name: 'file', value: 'string', about: 'The path: absolute, or below the home in a user’s list.' },
    { name: 'parentDirectory', value: 'set', about: 'Owner and mode of the directory that the file is in.' },
    {
      name: 'method',
      value: 'string',
      about: 'How the file is put in its place.',
      values: [
        { text: 'auto', about: 'A bind mount where the file is in the storage already, else a link.' },
        { text: 'symlink', about: 'Always a link: for programs that replace the file.' },
      ],
    },
    { name: 'persistentStoragePath', value: 'string', about: 'The storage for this entry alone.' },
  ],
};

/** nix-community/preservation, options.nix. */
const PRESERVATION: Readonly<Record<ListPlace['kind'], readonly EntryKey[]>> = {
  directory: preservation('directory'),
  file: preservation('file'),
};

function preservation(kind: ListPlace['kind']): readonly EntryKey[] {
  return [
    { name: kind, value: 'string', about: 'The path: absolute, or below the home in a user’s list.' },
    {
      name: 'how',
      value: 'string',
      about: 'How the path is put in its place.',
      values: [
        { text: 'bindmount', about: 'A bind mount: the usual way.' },
        { text: 'symlink', about: 'A link: for programs that replace the file, and for keys that must not be there empty.' },
      ],
    },
    ...OWNER.map((key) =>
      key.name === 'mode'
        ? {
            ...key,
            about: `${key.about} Set at every boot, also on what is there: ${kind === 'directory' ? '0755' : '0644'} when nothing is said.`,
          }
        : key,
    ),
    { name: 'configureParent', value: 'boolean', about: 'Sets owner and mode of the directory above as `parent` says.' },
    { name: 'parent', value: 'set', about: 'Owner and mode of the directory above, with configureParent.' },
    { name: 'inInitrd', value: 'boolean', about: 'Mounts it in the first boot stage: for what is read before the second.' },
    { name: 'mountOptions', value: 'list', about: 'Options of the bind mount.' },
    {
      name: 'createLinkTarget',
      value: 'boolean',
      about: 'With how = "symlink": makes the link’s target in the storage when it is not there.',
    },
  ];
}

/** Sets of an entry that hold owner and mode of other directories. */
const GROUPS = new Set(['parentDirectory', 'defaultPerms', 'parent']);

/** The attributes of an entry of a list, or of the set `group` in it. */
export function entryKeys({ mechanism, kind }: ListPlace, group: string | null): readonly EntryKey[] {
  const keys = (mechanism === 'preservation' ? PRESERVATION : IMPERMANENCE)[kind];
  if (group === null) return keys;
  return GROUPS.has(group) && keys.some(({ name }) => name === group) ? OWNER : [];
}
