/**
 * Options that name the keys that secrets are decrypted with in activation, by the option that has the secrets (sops-nix
 * modules/sops/default.nix, agenix modules/age.nix).
 */
export const SECRET_KEYS: readonly { readonly secrets: readonly string[]; readonly options: readonly (readonly string[])[] }[] = [
  {
    secrets: ['sops', 'secrets'],
    options: [
      ['sops', 'age', 'keyFile'],
      ['sops', 'age', 'sshKeyPaths'],
      ['sops', 'gnupg', 'sshKeyPaths'],
    ],
  },
  { secrets: ['age', 'secrets'], options: [['age', 'identityPaths']] },
];
