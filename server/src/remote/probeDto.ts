import { posix } from 'node:path';
import type { ProbeDto } from '../protocol/live.ts';
import { backendsOf } from './choose.ts';
import type { Plan, Wanted } from './choose.ts';
import type { WalkAgainst } from './walkScript.ts';
import { keptMounts } from './hostFacts.ts';
import type { HostFacts } from './hostFacts.ts';

/** What a host said of itself, as the editor is told it. `now`: our own clock, milliseconds. */
export function probeDto(facts: HostFacts, wanted: Wanted, plan: Plan | null, now: number): ProbeDto {
  const { root, mounts } = facts;
  const erased = (plan?.targets ?? []).flatMap(({ mountPoint, against }) => {
    const mount = mounts.get(mountPoint);
    if (mount === undefined) return [];
    return [{ mountPoint, type: mount.type, source: mount.source, blank: blankOf(against, plan) }];
  });
  return {
    user: facts.user,
    rights: facts.rights,
    system: facts.system,
    bootedAt: facts.bootedAt === null ? null : facts.bootedAt * 1000,
    clockSkewSeconds: facts.now === null ? null : facts.now - Math.round(now / 1000),
    generation: facts.generation,
    bootedGeneration: facts.bootedGeneration,
    root: root === null ? null : { type: root.type, source: root.source },
    erased,
    zfs: facts.zfsVersion === null ? null : { version: facts.zfsVersion, datasets: facts.datasets, snapshots: facts.snapshots },
    kept: keptMounts(facts).map(({ mountPoint, source, type }) => ({ mountPoint, source, type })),
    backends: backendsOf(facts, wanted),
  };
}

function blankOf(against: WalkAgainst, plan: Plan | null): string | null {
  if (against.kind === 'nothing') return null;
  if (against.kind === 'subvolume') return against.path;
  return against.path.includes('/.zfs/snapshot/') ? posix.basename(against.path) : (plan?.snapshot ?? null);
}
