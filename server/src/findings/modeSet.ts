import type { HostModel } from '../host/hostModel.ts';
import { isInActivation } from './handled.ts';
import { namesAt, stringsAt } from './options.ts';

const SETTINGS = ['systemd', 'tmpfiles', 'settings'];

/**
 * Whether the host sets the mode of a directory by itself, there or at its place in a storage: by a rule of systemd-tmpfiles, which does so
 * even for one that exists (tmpfiles.d(5), `d`), or by a script of activation that names it. `path`: absolute.
 */
export function setsMode(host: HostModel, path: string): boolean {
  const rules = stringsAt(host, ['systemd', 'tmpfiles', 'rules']).map(({ text }) => text.trim().split(/\s+/)[1] ?? '');
  const settings = namesAt(host, SETTINGS).flatMap((group) => namesAt(host, [...SETTINGS, group]));
  return [...rules, ...settings].some((named) => named.replaceAll('"', '').endsWith(path)) || isInActivation(host, path);
}
