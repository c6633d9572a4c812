import type { RealFile } from '../host/entryAttributes.ts';
import type { PersistenceEntry } from '../persistence/entry.ts';
import { referTo } from './entryReference.ts';
import type { Fix, HostFinding } from './finding.ts';
import type { Rule } from './rule.ts';

/** `not-on-host`: an entry whose path is not there on the running machine, or is of the other kind. Only for hosts that are connected to. */
export const notOnHost: Rule = {
  code: 'not-on-host',
  severity: 'warning',
  asked: true,
  page: {
    title: 'What an entry names is not there on the running machine, or is of the other kind',
    what: `A host is connected to in the view *Unsaved state*, and one of its entries names a path that is not there, or names a directory in \`files\` or a file in
\`directories\`. Without a connection nothing is said.`,
    why: `A path that nothing writes is mostly a misspelt one, and the real one is lost. An entry of the wrong kind stops the activation or hides what is there: impermanence
refuses a directory where it is to mount a file, and makes an empty directory where a file should be.`,
    fix: `Correct the path, or move the entry to the other list: the quick fix does that.`,
    silence: `A path that something will write later is right as it is: the hint goes when it is there.`,
    sources: ['stat(1) on the host', 'impermanence, mount-file.bash'],
  },
  check({ host, knowledge }) {
    const { live } = knowledge;
    if (!live) return [];
    return host.entries.flatMap((entry): HostFinding[] => {
      // What is only perhaps declared, or by hand in another place, need not be there.
      if (entry.path === null || entry.conditions.length > 0 || entry.mechanism === 'manual') return [];
      const real = live(host.name, entry.path);
      return real === undefined
        ? []
        : said(entry, real, [
            { title: titleOf(entry), safe: false, change: { kind: 'move-to-list', entry: referTo(host, entry), to: other(entry) } },
          ]);
    });
  },
};

function said(entry: PersistenceEntry, real: RealFile | null, fixes: readonly Fix[]): HostFinding[] {
  const { path, kind, location } = entry;
  const finding = { subject: path ?? '', location, related: [] };
  if (real === null) {
    const message = `${path} is not there on the running machine: nothing has written it yet, or its name is another one.`;
    return [{ ...finding, severity: 'hint', message, fixes: [] }];
  }
  // A link leads into storage, or is somebody else's.
  if (real.kind === kind || real.kind === 'link' || real.kind === 'other') return [];
  const message = `${path} is a ${real.kind} on the running machine, and declared as a ${kind}.`;
  return [{ ...finding, severity: 'warning', message, fixes }];
}

function other({ kind }: PersistenceEntry): 'directory' | 'file' {
  return kind === 'directory' ? 'file' : 'directory';
}

function titleOf(entry: PersistenceEntry): string {
  return `Declare ${entry.path ?? 'it'} as a ${other(entry)}`;
}
