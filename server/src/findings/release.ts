import type { FlakeLock, LockedInput } from './flakeLock.ts';

/** The NixOS release that the flake's `nixpkgs` is locked to, as a number (25.11); null for unstable and what can't be told. */
export function releaseOf(lock: FlakeLock | null): number | null {
  const nixpkgs = lock?.find(({ name }) => name === 'nixpkgs');
  const release = /^(?:nixos|release)-(\d\d\.\d\d)(?:-small)?$/.exec(nixpkgs?.ref ?? '')?.[1];
  return release === undefined ? null : Number(release);
}

/** The input that is nix-community/impermanence, by whatever name. */
export function impermanenceOf(lock: FlakeLock | null): LockedInput | null {
  return lock?.find(({ owner, repo }) => owner === 'nix-community' && repo === 'impermanence') ?? null;
}

/** Commit times of impermanence's main branch, in seconds since the epoch. */
export const IMPERMANENCE = {
  /** 0ce550d, with which the second version begins. */
  secondVersion: 1_758_371_588,
  /** 1b02741: `home.persistence` is an interface to the NixOS module. */
  homesByMachine: 1_758_372_989,
  /** 69ecf31: `/` is no longer taken for a home. */
  rootIsNoHome: 1_768_941_735,
} as const;

/** How the locked impermanence reads `home.persistence`; null when it can't be told. */
export function impermanenceVersion(lock: FlakeLock | null): 'first' | 'second' | null {
  const input = impermanenceOf(lock);
  if (input?.ref === 'home-manager-v1') return 'first';
  if (!input || input.lastModified === null) return null;
  return input.lastModified < IMPERMANENCE.secondVersion ? 'first' : input.lastModified >= IMPERMANENCE.homesByMachine ? 'second' : null;
}
