import { ownMount } from '../host/coverage.ts';
import type { HostModel, Mount } from '../host/hostModel.ts';
import { isWithin } from '../host/mountFacts.ts';
import type { RuleContext, SureEntry } from './context.ts';
import type { HostFinding } from './finding.ts';
import { flagAt } from './options.ts';
import type { Rule } from './rule.ts';

/** What is never part of the root, or made anew before anything could be kept there. */
const ELSEWHERE: readonly (readonly [directory: string, why: string])[] = [
  ['/nix', 'the store is on a filesystem that is not erased'],
  ['/run', 'it is in memory, and a mount on top hides what the boot makes there'],
  ['/dev', 'it is in memory'],
  ['/proc', 'the kernel makes it'],
  ['/sys', 'the kernel makes it'],
  ['/etc/static', 'activation makes this link anew'],
  ['/bin', 'activation makes it anew'],
  ['/usr/bin', 'activation makes it anew'],
];

/** `pointless-entry`: keeping the path changes nothing. */
export const pointlessEntry: Rule = {
  code: 'pointless-entry',
  severity: 'information',
  page: {
    title: 'Keeping this path changes nothing',
    what: `The path is under \`/nix\`, \`/run\`, \`/dev\`, \`/proc\`, \`/sys\` or another place that is never part of the root, is \`/tmp\` (without \`boot.tmp.cleanOnBoot\`), or lies on a
filesystem of its own that is not erased.`,
    why: `A mount more that keeps what nothing loses. On top of a filesystem of its own it even hides the data that is there. \`/tmp\` is meant to be
emptied; where it is kept only to have room on disk, a filesystem of its own says so better.`,
    fix: `Remove the entry. When the data is in the storage by now, move it to where it would be without the entry first.`,
    silence: `A path that is kept so that a root in memory does not fill up is kept for a reason: say so.`,
    sources: ['file-hierarchy(7)', 'tmpfiles.d(5): /tmp'],
  },
  check(context) {
    return context.entries.flatMap((entry) => pointless(context, entry) ?? []);
  },
};

function pointless(context: RuleContext, entry: SureEntry): HostFinding | null {
  const { host } = context;
  const elsewhere = ELSEWHERE.find(([directory]) => isWithin(entry.path, directory));
  if (elsewhere) return found(context, entry, 'warning', `keeping ${entry.path} changes nothing: ${elsewhere[1]}. Remove the entry.`);
  if (entry.path === '/tmp') {
    // Kept to have room on disk, and emptied.
    if (flagAt(host, ['boot', 'tmp', 'cleanOnBoot'], false) !== false) return null;
    return found(
      context,
      entry,
      'hint',
      `/tmp is kept across boots, although everybody takes it to be emptied. Remove the entry, or set boot.tmp.cleanOnBoot.`,
    );
  }
  const mount = ownMount(host, entry.path);
  // home-manager's module links files of a repository into homes too, which is no keeping.
  if (
    !mount ||
    entry.mechanism === 'home-manager' ||
    entry.storage === null ||
    isWithin(entry.path, entry.storage) ||
    mayBeErased(host, mount)
  )
    return null;
  const where = entry.path === mount.mountPoint ? 'is' : `lies on ${mount.mountPoint},`;
  return {
    ...found(
      context,
      entry,
      'information',
      `${entry.path} ${where} a filesystem of its own that is not erased. Remove the entry, and move its data from ${entry.storage} there.`,
    ),
    related: [{ location: mount.location, message: `${mount.mountPoint} is mounted here.` }],
  };
}

function found(context: RuleContext, entry: SureEntry, severity: HostFinding['severity'], message: string): HostFinding {
  const reference = context.refer(entry);
  return {
    subject: `${entry.kind} ${entry.path} ${reference.nth}`,
    location: entry.location,
    severity,
    message,
    related: [],
    fixes: [{ title: `Remove ${entry.path}`, safe: false, change: { kind: 'remove', entry: reference } }],
  };
}

/** A script of the initrd that mentions the mount's device or name may erase it as well as the root. */
function mayBeErased({ scripts }: HostModel, { mountPoint, device }: Mount): boolean {
  const name = mountPoint.split('/').at(-1) ?? '';
  return scripts.some(
    ({ text }) => text.includes(name) || (device?.includes('/') === true && !device.startsWith('/dev') && text.includes(device)),
  );
}
