import type { ProbeDto } from '../../../server/src/protocol/live.ts';
import { printable } from '../../../server/src/text/printable.ts';
import { counted } from '../text.ts';

const RIGHTS: Record<ProbeDto['rights'], string> = {
  root: 'as root',
  sudo: 'as root through sudo',
  'sudo-listing': 'with sudo for the listing alone',
  user: 'with its own rights',
};

/** What a host said of itself, a line each: who reads it, what it runs, what of it is erased and what is kept. `time` writes a moment. */
export function probeWords(probe: ProbeDto, time: (milliseconds: number) => string): string[] {
  const { zfs, generation, bootedGeneration } = probe;
  const lines = [
    `Read by ${printable(probe.user)}, ${RIGHTS[probe.rights]}`,
    [probe.system, zfs?.version ?? '']
      .filter((each) => each !== '')
      .map(printable)
      .join(', '),
  ];
  if (probe.bootedAt !== null) lines.push(`Booted at ${time(probe.bootedAt)}`);
  if (generation !== null && bootedGeneration !== null && generation !== bootedGeneration) lines.push('Switched since it was booted');
  for (const { mountPoint, type, source, blank } of probe.erased) {
    const against = blank === null ? '' : `, compared with ${printable(blank)}`;
    lines.push(`Erased at boot: ${printable(mountPoint)} (${printable(type)} ${printable(source)}${against})`);
  }
  lines.push(`${counted(probe.kept.length, 'mount outlives', 'mounts outlive')} a boot`);
  return lines.filter((line) => line !== '');
}
