import type { BackendName, BaselineName } from '../../server/src/protocol/live.ts';

const BACKENDS: readonly string[] = ['walk', 'zfs-diff'] satisfies BackendName[];
const BASELINES: readonly string[] = ['blank', 'empty', 'old-root', 'boot'] satisfies BaselineName[];

/** What a user says about one host, under `keepsake.hosts`. Everything is optional. */
export interface HostSettings {
  /** What `ssh` is given as host: `user@name`, a `Host` of the ssh configuration, an address. */
  readonly destination?: string;
  readonly dataset?: string;
  readonly snapshot?: string;
  /** A file of captured `zfs diff` output, read instead of connecting; relative to the workspace folder. */
  readonly capture?: string;
  /** List as root, with a sudo that asks for no password; else only what the account may read is seen. */
  readonly sudo?: boolean;
  /** This machine itself, without ssh. */
  readonly local?: boolean;
  /** How the host is listed; by default what it is best at. */
  readonly backend?: BackendName;
  /** What a walk is compared with; by default what the host has. */
  readonly baseline?: BaselineName;
}

/** How the rows of a verdict are arranged: by directory, or the things worth keeping by path, service, size or last change. */
export type PanelArrangement = 'list' | 'tree' | 'service' | 'size' | 'time';

export const PANEL_ARRANGEMENTS: readonly PanelArrangement[] = ['list', 'tree', 'service', 'size', 'time'];

export interface Settings {
  readonly hosts: Readonly<Record<string, HostSettings>>;
  readonly sshPath: string;
  readonly sshArguments: readonly string[];
  readonly connectTimeoutSeconds: number;
  readonly diffTimeoutSeconds: number;
  readonly evaluationTimeoutSeconds: number;
  readonly showKept: boolean;
  readonly showNoise: boolean;
  readonly arrangement: PanelArrangement;
  readonly checkboxes: boolean;
  /** Follow a host that was connected to, while its view is in sight. */
  readonly follow: boolean;
  readonly followSeconds: number;
}

/** Name (below `keepsake.`) and default of every setting; a test compares them with package.json. */
export const SETTING_DEFAULTS = {
  hosts: {},
  'ssh.path': 'ssh',
  'ssh.arguments': [],
  'ssh.connectTimeout': 15,
  'diff.timeout': 1800,
  'evaluation.timeout': 600,
  'panel.showKept': false,
  'panel.showNoise': false,
  'panel.arrangement': 'list',
  'panel.checkboxes': false,
  'live.follow': true,
  'live.interval': 30,
  'inlayHints.resolvedPaths': false,
  'trace.server': 'off',
} as const;

export type SettingName = keyof typeof SETTING_DEFAULTS;

/** The fields of {@link HostSettings}; a test compares them with package.json. */
export const HOST_SETTING_NAMES = ['destination', 'local', 'dataset', 'snapshot', 'capture', 'sudo', 'backend', 'baseline'] as const;

/** What is read of VS Code's configuration object (section `keepsake`). */
export interface ConfigurationSource {
  get(name: SettingName): unknown;
}

/** The settings, with the default in place of every value of the wrong type: a settings file is written by hand. */
export function readSettings(source: ConfigurationSource): Settings {
  return {
    hosts: readHosts(source.get('hosts')),
    sshPath: text(source.get('ssh.path')) ?? SETTING_DEFAULTS['ssh.path'],
    sshArguments: strings(source.get('ssh.arguments')),
    connectTimeoutSeconds: positive(source.get('ssh.connectTimeout')) ?? SETTING_DEFAULTS['ssh.connectTimeout'],
    diffTimeoutSeconds: positive(source.get('diff.timeout')) ?? SETTING_DEFAULTS['diff.timeout'],
    evaluationTimeoutSeconds: positive(source.get('evaluation.timeout')) ?? SETTING_DEFAULTS['evaluation.timeout'],
    showKept: source.get('panel.showKept') === true,
    showNoise: source.get('panel.showNoise') === true,
    arrangement: PANEL_ARRANGEMENTS.find((name) => name === source.get('panel.arrangement')) ?? SETTING_DEFAULTS['panel.arrangement'],
    checkboxes: source.get('panel.checkboxes') === true,
    follow: source.get('live.follow') !== false,
    followSeconds: Math.max(1, positive(source.get('live.interval')) ?? SETTING_DEFAULTS['live.interval']),
  };
}

/** Fields to set; those that are undefined are taken away. */
export type HostSettingsChange = { readonly [K in keyof HostSettings]?: HostSettings[K] | undefined };

/** `keepsake.hosts` with `change` put into the settings of `host`; what else stands there, known or not, stays. */
export function withHostSettings(hosts: unknown, host: string, change: HostSettingsChange): Record<string, unknown> {
  const all = isRecord(hosts) ? hosts : {};
  const own = Object.hasOwn(all, host) ? all[host] : undefined;
  const fields = Object.entries({ ...(isRecord(own) ? own : {}), ...change }).filter(([, value]) => value !== undefined);
  return { ...all, [host]: Object.fromEntries(fields) };
}

function readHosts(value: unknown): Record<string, HostSettings> {
  if (!isRecord(value)) return {};
  const entries = Object.entries(value).map(([host, raw]): [string, HostSettings] => {
    if (!isRecord(raw)) return [host, {}];
    const fields = HOST_SETTING_NAMES.flatMap((name): [string, string | boolean][] => {
      const field = hostField(name, raw[name]);
      return field === undefined ? [] : [[name, field]];
    });
    return [host, Object.fromEntries(fields)];
  });
  // Without a prototype, so that a host called `constructor` has no settings that nobody wrote.
  return Object.assign(Object.create(null) as Record<string, HostSettings>, Object.fromEntries(entries));
}

function hostField(name: keyof HostSettings, value: unknown): string | boolean | undefined {
  if (name === 'sudo' || name === 'local') return value === true || undefined;
  const written = text(value);
  if (written === undefined) return undefined;
  if (name === 'backend') return BACKENDS.includes(written) ? written : undefined;
  return name !== 'baseline' || BASELINES.includes(written) ? written : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function positive(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
}
