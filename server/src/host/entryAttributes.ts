import type { Mechanism } from '../persistence/entry.ts';

/** What a file or directory is on the running machine (stat(1)). */
export interface RealFile {
  readonly kind: 'directory' | 'file' | 'link' | 'other';
  /** Permission bits, octal, four digits: `0755`. */
  readonly mode: string;
  readonly user: string;
  readonly group: string;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Seconds since the epoch. */
  readonly modified: number;
}

/** What a path is on a running host: null when it is not there, undefined when that is not known. */
export type RealFiles = (host: string, path: string) => RealFile | null | undefined;

/** Users that systemd makes up while a service runs (systemd.exec(5), DynamicUser=): the name means nothing at the next boot. */
const dynamicIds = { first: 61_184, last: 65_519 };

/**
 * Attributes that an entry needs so that what is made in storage is like the real thing: owner and mode, where they differ from what
 * the mechanism gives by itself. impermanence takes them for directories (nixos.nix: `user` root, `group` root, `mode` 0755; of a user:
 * that user and its group), preservation for files too (options.nix: mode 0644).
 *
 * @param home the user whose entry it is and that user's group (null: not known); null for a system entry
 */
export function attributesFor(
  mechanism: Mechanism,
  kind: 'directory' | 'file',
  real: RealFile,
  home: { readonly user: string; readonly group: string | null } | null,
): Readonly<Record<string, string>> {
  const takesThem = mechanism === 'preservation' || (mechanism === 'impermanence' && kind === 'directory');
  if (!takesThem || real.kind !== kind) return {};
  const attributes: Record<string, string> = {};
  const user = home?.user ?? 'root';
  const group = home === null ? 'root' : home.group;
  if (isLasting(real.uid, real.user) && real.user !== user) attributes['user'] = real.user;
  if (isLasting(real.gid, real.group) && group !== null && real.group !== group) attributes['group'] = real.group;
  if (real.mode !== (kind === 'directory' ? '0755' : '0644')) attributes['mode'] = real.mode;
  return attributes;
}

function isLasting(id: number, name: string): boolean {
  return (id < dynamicIds.first || id > dynamicIds.last) && /^[A-Za-z_][A-Za-z0-9_.-]*\$?$/.test(name) && name !== 'UNKNOWN';
}
