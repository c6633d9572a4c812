import type { HostFinding } from './finding.ts';
import type { Rule } from './rule.ts';

/** `differs-from-nix`: the real Nix keeps something else than Keepsake reads. Only for hosts that Nix was asked of. */
export const differsFromNix: Rule = {
  code: 'differs-from-nix',
  severity: 'information',
  always: true,
  asked: true,
  page: {
    title: 'Nix keeps something else than Keepsake reads in the text',
    what: `Nix was asked for what a host keeps (*Keepsake: Check Against Real Nix Evaluation…*, or \`--evaluate\` on the command line), and it keeps a path that Keepsake
does not see written, or does not keep one that Keepsake reads as kept. Nothing is said of what Keepsake leaves undecided, nor of hosts that Nix was not asked of.`,
    why: `Keepsake reads the text without evaluating it. A module from outside the workspace, or a value it can't work out, may add entries or take them away; the other
findings of the host are then made of what Nix says, and this one tells where the text misleads.`,
    fix: `Nothing is wrong with the machine. Where the path surprises you, look for the module that sets it; where Keepsake reads the text wrongly, tell its authors.`,
    silence: `It goes when the evaluated values are no longer used (the same command), and when what the host keeps is written otherwise.`,
    sources: ['nix(1), nix eval', 'impermanence, nixos.nix and home-manager.nix', 'preservation, options.nix'],
  },
  check: ({ host }) =>
    (host.differences ?? []).map((difference): HostFinding => ({ ...difference, severity: 'information', related: [], fixes: [] })),
};
