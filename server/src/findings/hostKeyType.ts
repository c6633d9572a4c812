import type { Rule } from './rule.ts';

/** Key types that `ssh-keygen -t` makes for hosts (ssh-keygen(1)); dsa went with OpenSSH 10. */
const TYPES = ['ed25519', 'rsa', 'ecdsa'];

/** `host-key-type`: `services.openssh.hostKeys` names a type that ssh-keygen does not know. */
export const hostKeyType: Rule = {
  code: 'host-key-type',
  severity: 'error',
  page: {
    title: 'A host key is of a type that ssh-keygen does not make',
    what: `\`type\` of a key in \`services.openssh.hostKeys\` is not one of \`ed25519\`, \`rsa\` and \`ecdsa\`: the name of an algorithm (\`ssh-ed25519\`), a misspelling, or
\`dsa\`, which OpenSSH 10 no longer has.`,
    why: `The key is made by \`ssh-keygen -t TYPE\` when it is not there: after the first boot with an empty storage this fails, and sshd does not start.`,
    fix: `Write the type as ssh-keygen has it; the quick fix does so where it is clear what was meant.`,
    silence: `Where the key is put there by hand and never made, the type does not matter.`,
    sources: ['ssh-keygen(1), -t', 'nixpkgs `nixos/modules/services/networking/ssh/sshd.nix`'],
  },
  check({ host: { configuration } }) {
    const option = ['services', 'openssh', 'hostKeys'];
    const value = configuration?.value(option);
    if (value?.type !== 'list') return [];
    return value.items.flatMap(({ thunk, conditions }) => {
      const key = thunk.force();
      const type = key.type === 'attrs' ? key.attrs.get('type')?.thunk.force() : undefined;
      if (conditions.length > 0 || type?.type !== 'string' || !type.location || TYPES.includes(type.value)) return [];
      const meant = TYPES.find((each) => type.value.toLowerCase().replace(/^ssh-|-cert.*$|-sha2.*$/g, '') === each);
      return [
        {
          subject: `type ${type.value}`,
          severity: 'error' as const,
          location: type.location,
          message: `ssh-keygen makes no key of type ${type.value}${type.value === 'dsa' ? ' any more' : ''}; it knows ${TYPES.join(', ')}.`,
          related: [],
          fixes:
            meant === undefined
              ? []
              : [{ title: `Write ${meant}`, safe: true, change: { kind: 'replace-string' as const, option, from: type.value, to: meant } }],
        },
      ];
    });
  },
};
