import { posix } from 'node:path';
import type { RuleContext, SureEntry } from './context.ts';
import type { HostFinding, Severity } from './finding.ts';
import type { Rule } from './rule.ts';

interface Mistake {
  readonly severity: Severity;
  readonly message: string;
  readonly to: string;
  readonly safe: boolean;
}

/** `malformed-path`: a path that is not what its list wants. */
export const malformedPath: Rule = {
  code: 'malformed-path',
  severity: 'error',
  page: {
    title: 'The path is not of the form that its list wants',
    what: `Paths of the system are absolute, paths of a user are relative to the home. Told are: a path of the system that is relative; \`~\` or
\`$HOME\`, which nothing expands; a path of a user that begins with the home; slashes at the end, doubled ones, \`.\` and \`..\`.`,
    why: `\`~\` makes a directory of that name. The home in a user's path makes \`/home/ann/home/ann/…\`, and what was meant is lost. Slashes too many are
harmless by themselves, but two spellings of one path are not recognised as the same by the checks of the modules.`,
    fix: `Take the quick fix: it writes the path as the list wants it.`,
    silence: `There is hardly a reason to leave it as it is.`,
    sources: ['impermanence `nixos.nix`, `submodule-options.nix`: paths of users are prefixed with `users.users.<name>.home`'],
  },
  check(context) {
    return context.entries.flatMap((entry) => {
      const mistake = entry.written === null ? null : mistakeIn(entry, entry.written);
      return mistake ? [finding(context, entry, mistake)] : [];
    });
  },
};

function finding(context: RuleContext, entry: SureEntry, { severity, message, to, safe }: Mistake): HostFinding {
  return {
    subject: `${entry.kind} ${entry.written} ${context.refer(entry).nth}`,
    severity,
    location: entry.location,
    message,
    related: [],
    fixes: [{ title: `Write ${to}`, safe, change: { kind: 'rewrite-path', entry: context.refer(entry), to } }],
  };
}

function mistakeIn(entry: SureEntry, written: string): Mistake | null {
  const below = /^(?:~|\$HOME|\$\{HOME\})\/(.+)$/.exec(written)?.[1];
  const home = entry.relative === null ? null : entry.path.slice(0, -entry.relative.length - 1);
  if (below !== undefined) {
    if (entry.relative === null) return null;
    return {
      severity: 'error',
      message: `nothing expands ${written.split('/')[0]} here: paths of a user are below the home anyway. Write ${below}.`,
      to: below,
      safe: true,
    };
  }
  if (home !== null && written.startsWith(`${home}/`)) {
    const to = written.slice(home.length + 1);
    return { severity: 'error', message: `${written} is below the home already: this keeps ${entry.path}. Write ${to}.`, to, safe: true };
  }
  if (entry.relative === null && !written.startsWith('/'))
    return {
      severity: 'error',
      message: `${written} is relative: paths of the system are absolute. Write /${written}, or move it to the user whose home is meant.`,
      to: `/${written}`,
      safe: false,
    };
  const normal = normalised(written);
  if (normal === written || normal === '') return null;
  return {
    severity: 'hint',
    message: `${written} is the same path as ${normal}, but not to checks that compare texts. Write ${normal}.`,
    to: normal,
    safe: true,
  };
}

/** Without what says nothing; a path of a user keeps a slash in front, which old versions of home-manager's module want. */
function normalised(path: string): string {
  const normal = posix.normalize(path);
  return normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal;
}
