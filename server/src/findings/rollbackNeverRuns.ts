import type { InitrdScript } from '../host/initrdScripts.ts';
import { erases } from '../host/erasure.ts';
import { releaseOf } from './release.ts';
import type { RuleContext } from './context.ts';
import type { HostFinding } from './finding.ts';
import type { Rule } from './rule.ts';
import { flagAt, isSet } from './options.ts';

const SYSTEMD = ['boot', 'initrd', 'systemd', 'enable'];

/** `rollback-never-runs`: the script that erases the root is for the other kind of initrd, or is started by nothing. */
export const rollbackNeverRuns: Rule = {
  code: 'rollback-never-runs',
  severity: 'error',
  page: {
    title: 'The script that erases the root never runs',
    what: `The commands that roll back or replace the root stand in an option of the scripted initrd (\`boot.initrd.postDeviceCommands\`,
\`postResumeCommands\` …), and the host uses systemd in the initrd: because it says so, or because its release does by default (26.05 and newer). Or the
other way round: they are a service of systemd's initrd, which the host does not use, or which nothing wants.`,
    why: `Older releases ignored the commands silently: the root was never erased, and what nobody kept was noticed as missing only much later. Newer
ones refuse to build.`,
    fix: `Take the quick fix: it rewrites the commands as \`boot.initrd.systemd.services.rollback\`, after the pool or device is there and before
\`sysroot.mount\`. Look it over and try it on a machine that you can reach otherwise.`,
    silence: `Where another module starts the service, say so. On a host with modules that could not be read only what the host itself says of systemd counts.`,
    sources: [
      'nixpkgs `nixos/modules/system/boot/systemd/initrd.nix`, assertions on the options of the scripted initrd',
      'NixOS 26.05 release notes: systemd stage 1 by default',
      'bootup(7), "Bootup in the initrd"',
    ],
  },
  check(context) {
    const { host } = context;
    return host.scripts.flatMap((script) =>
      script.conditions.length === 0 && erases(script.text) ? (mistake(context, script) ?? []) : [],
    );
  },
};

function mistake(context: RuleContext, script: InitrdScript): HostFinding | null {
  const { host } = context;
  const { option, location } = script;
  const systemd = usesSystemd(context);
  const common = { subject: option.join('.'), severity: 'error' as const, location };
  if (script.scripted) {
    if (systemd?.on !== true) return null;
    return {
      ...common,
      message: `this never runs: ${systemd.why}, which does not know ${option.join('.')}.`,
      related: systemd.related,
      fixes: [{ title: 'Rewrite it as a systemd service of the initrd', safe: false, change: { kind: 'rollback-service', option } }],
    };
  }
  if (systemd?.on === false) {
    return {
      ...common,
      message: `this never runs: ${systemd.why}, and only systemd runs services there.`,
      related: systemd.related,
      fixes: [{ title: 'Use systemd in the initrd', safe: false, change: { kind: 'set-option', option: SYSTEMD, value: 'true' } }],
    };
  }
  const service = option.slice(0, 5);
  if (
    // What could not be read may want it.
    host.unresolved.some(({ scope }) => scope === 'system') ||
    ['wantedBy', 'requiredBy', 'upheldBy'].some((name) => isSet(host, [...service, name])) ||
    isWantedElsewhere(context, service.at(-1) ?? '')
  )
    return null;
  return {
    ...common,
    message: `this never runs: nothing wants the service ${service.at(-1) ?? ''}.`,
    related: [],
    fixes: [
      {
        title: 'Have initrd.target want it',
        safe: true,
        change: { kind: 'set-option', option: [...service, 'wantedBy'], value: '[ "initrd.target" ]' },
      },
    ],
  };
}

/** Whether systemd runs the host's initrd, and why; null when it can't be told. */
function usesSystemd({
  host,
  lock,
}: RuleContext): { readonly on: boolean; readonly why: string; readonly related: HostFinding['related'] } | null {
  if (isSet(host, SYSTEMD)) {
    const on = flagAt(host, SYSTEMD, false);
    const at = host.configuration?.applying(host.configuration.tree.at(SYSTEMD).definitions)[0]?.from.binding;
    if (on === null) return null;
    const why = on ? 'the host uses systemd in the initrd' : 'the host uses the scripted initrd';
    return { on, why, related: at ? [{ location: at, message: 'It is said here.' }] : [] };
  }
  const release = releaseOf(lock);
  // What could not be read may say otherwise than the release does.
  if (release === null || host.unresolved.some(({ scope }) => scope === 'system')) return null;
  const on = release >= 26.05;
  return {
    on,
    why: `NixOS ${release.toFixed(2)} uses ${on ? 'systemd in' : 'the scripted'} ${on ? 'the initrd' : 'initrd'} by default`,
    related: [],
  };
}

/** Another unit or target of the initrd may name it (`boot.initrd.systemd.targets.initrd.wants`, `services.x.requires`). */
function isWantedElsewhere({ host }: RuleContext, name: string): boolean {
  const { configuration } = host;
  if (!configuration) return true;
  return ['services', 'targets', 'mounts', 'units'].some((kind) => {
    const root = ['boot', 'initrd', 'systemd', kind];
    if (kind === 'mounts' || kind === 'units') return configuration.tree.at(root).definitions.length > 0;
    return configuration.tree.names(root).some((other) =>
      ['wants', 'requires', 'bindsTo', 'upholds'].some((link) => {
        const value = configuration.value([...root, other, link]);
        return (
          value.type === 'list' &&
          (value.gaps.length > 0 ||
            value.items.some(({ thunk }) => {
              const each = thunk.force();
              return each.type !== 'string' || each.value === `${name}.service`;
            }))
        );
      }),
    );
  });
}
