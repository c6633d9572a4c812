import { posix } from 'node:path';
import { isWithin } from '../host/mountFacts.ts';
import type { RuleContext, SureEntry } from './context.ts';
import type { HostFinding } from './finding.ts';
import type { Rule } from './rule.ts';
import { isSet, namesAt, stringsAt, textAt } from './options.ts';

const PRIVATE = '/var/lib/private';

/** `private-state-directory`: the state of a dynamic user, at the wrong place or below a directory with the wrong mode. */
export const privateStateDirectory: Rule = {
  code: 'private-state-directory',
  severity: 'warning',
  page: {
    title: 'The state of a dynamic user is kept in a way that stops its service',
    what: `A service of the host runs under a dynamic user. Told are: an entry for \`/var/lib/NAME\`, which is only a link that systemd makes to
\`/var/lib/private/NAME\`; and an entry of impermanence below \`/var/lib/private\` while nothing says that \`/var/lib/private\` itself has mode \`0700\`.`,
    why: `systemd refuses to start a service with a dynamic user when \`/var/lib/private\` is open to others, and impermanence makes missing parents with
mode \`0755\`. Where a real directory is mounted at \`/var/lib/NAME\`, systemd can't put its link there.`,
    fix: `For the link, keep \`/var/lib/private/NAME\` instead. For the mode, the quick fix adds \`defaultPerms.mode = "0700"\` to the entry, which is the mode
that missing parents get; or keep \`/var/lib/private\` whole, with mode \`0700\`.`,
    silence: `Where the mode is set in some other way (a unit, a script), say so.`,
    sources: ['systemd.exec(5), DynamicUser= and StateDirectory=', 'impermanence issues 93, 230 and 254'],
  },
  check(context) {
    const { entries } = context;
    const guarded = !entries.some(({ path }) => posix.dirname(path) === PRIVATE) || isGuarded(context);
    return entries.flatMap((entry) => mistake(context, entry, guarded) ?? []);
  },
};

function mistake(context: RuleContext, entry: SureEntry, guarded: boolean): HostFinding | null {
  if (entry.kind !== 'directory' || entry.relative !== null) return null;
  const subject = `${entry.path} ${context.refer(entry).nth}`;
  if (posix.dirname(entry.path) === '/var/lib') {
    const real = posix.join(PRIVATE, posix.basename(entry.path));
    const implied = context.implied.find(
      ({ entry: { verified }, places }) => verified && places?.some(({ path, dynamicUser }) => dynamicUser === true && path === real),
    );
    if (!implied || isStatic(context, implied.option) || context.coverage.of(real) !== null) return null;
    return {
      subject,
      severity: 'warning',
      location: entry.location,
      message: `${entry.path} is a link that systemd makes: ${implied.entry.title} writes to ${real}. Keep that instead.`,
      related: [{ location: implied.cause, message: `${implied.entry.title} is enabled here.` }],
      fixes: [{ title: `Keep ${real} instead`, safe: false, change: { kind: 'rewrite-path', entry: context.refer(entry), to: real } }],
    };
  }
  if (guarded || entry.mechanism !== 'impermanence' || posix.dirname(entry.path) !== PRIVATE) return null;
  return {
    subject,
    severity: 'warning',
    location: entry.location,
    message: `${PRIVATE} is made with mode 0755 for ${entry.path}, and services with a dynamic user do not start then. Have its parents made with 0700.`,
    related: [],
    fixes: [
      {
        title: 'Have missing parents made with mode 0700',
        safe: true,
        change: { kind: 'set-attributes', entry: context.refer(entry), attributes: { 'defaultPerms.mode': '0700' } },
      },
    ],
  };
}

/** A user of the service's own, or DynamicUser switched off: then the short path is the real one. */
function isStatic({ host }: RuleContext, option: readonly string[]): boolean {
  const service = option.slice(0, -1);
  if (isSet(host, [...service, 'user']) || isSet(host, [...service, 'dynamicUser'])) return true;
  return namesAt(host, ['systemd', 'services']).some((name) => isSet(host, ['systemd', 'services', name, 'serviceConfig', 'DynamicUser']));
}

/** Something sets the mode of /var/lib/private: an entry, a rule of tmpfiles, or a script of activation; or it is on a disk of its own. */
function isGuarded(context: RuleContext): boolean {
  const { host, entries } = context;
  if (
    entries.some(({ path, settings }) => path === PRIVATE || (path.startsWith(`${PRIVATE}/`) && settings?.['defaultPerms.mode'] === '0700'))
  )
    return true;
  if (host.mounts.some(({ mountPoint }) => mountPoint !== '/' && isWithin(PRIVATE, mountPoint))) return true;
  if (entries.some(({ path, kind }) => kind === 'directory' && isWithin(PRIVATE, path))) return true;
  if (stringsAt(host, ['systemd', 'tmpfiles', 'rules']).some(({ text }) => text.includes(PRIVATE))) return true;
  const settings = ['systemd', 'tmpfiles', 'settings'];
  if (namesAt(host, settings).some((group) => namesAt(host, [...settings, group]).includes(PRIVATE))) return true;
  const scripts = ['system', 'activationScripts'];
  return namesAt(host, scripts).some((name) => {
    const text = textAt(host, [...scripts, name, 'text']) ?? textAt(host, [...scripts, name]);
    return text === null ? /private|persist/i.test(name) : text.includes(PRIVATE);
  });
}
