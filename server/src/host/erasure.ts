import type { Configuration } from '../module/configuration.ts';
import type { Evaluation } from '../nix/evaluation.ts';
import type { NixSource } from '../syntax/nixSource.ts';
import type { Location } from '../syntax/source.ts';
import type { Erasure, Mount } from './hostModel.ts';
import { VOLATILE } from './mountFacts.ts';
import type { InitrdScript } from './initrdScripts.ts';

/** What a script that replaces a root runs (zfs-rollback(8), btrfs-subvolume(8), bcachefs(8), mkfs(8), rm(1)). */
const ERASES = /\brollback\b|\bsubvolume\s+(delete|snapshot|create)\b|\bmkfs\b|\brm\s+-\w*[rf]|\bold_roots\b/;
/** A line from its first `find` on: looked for from each, a long line of them would take for ever. */
const FIND = /^(?:(?!\bfind\b)[^\n])*\bfind\b[^\n]*-delete\b/m;

/** Whether a text holds a command that erases what a root holds. */
export function erases(text: string): boolean {
  return ERASES.test(text) || FIND.test(text);
}

/** Nothing of the kind in the scripts means something only when all of them, and all files, could be read. */
export function findErasure(
  configuration: Configuration,
  evaluation: Evaluation,
  facts: { readonly mounts: readonly Mount[]; readonly scripts: readonly InitrdScript[]; readonly isRead: boolean },
): Erasure {
  const root = facts.mounts.find(({ mountPoint }) => mountPoint === '/');
  if (root?.fsType && VOLATILE.has(root.fsType)) return { kind: 'memory', mount: root };
  const script = facts.scripts.find(({ text }) => erases(text));
  if (script) return { kind: 'script', script };
  // A script that can't be read whole may be put together elsewhere in its file, which need not be a module's own.
  const files = [...configuration.modules.files, ...facts.scripts.map(({ location }) => location.file)];
  if (!root?.fsType || !facts.isRead || files.some((file) => mayErase(evaluation, file))) return { kind: 'unknown' };
  return { kind: 'never', mount: root };
}

/** The text of a file, without its comments, holds such a command: it may be run in a way that is not known here. */
function mayErase(evaluation: Evaluation, file: string): boolean {
  return evaluation.fact(file, holdsErasing);
}

function holdsErasing(source: NixSource | string): boolean {
  if (typeof source === 'string') return false;
  if (!erases(source.text)) return false;
  let code = '';
  let at = 0;
  for (const { start, end } of source.comments) {
    code += source.text.slice(at, start);
    at = end;
  }
  return erases((code + source.text.slice(at)).replace(/(^|[\s"'])#[^\n]*/g, '$1'));
}

/** Where a host's modules say that it is no machine of its own, or starts from an image; null for a machine. */
export function guestSign(
  configuration: Configuration,
  evaluation: Evaluation,
  host: { readonly name: string; readonly location: Location },
): Location | null {
  if (IMAGE_NAME.test(host.name)) return host.location;
  const on = (path: readonly string[]): Location | null => {
    const value = configuration.value(path);
    const { definitions } = configuration.tree.at(path);
    return value.type === 'bool' && value.value ? (definitions[0]?.binding ?? definitions[0]?.thunk.location ?? null) : null;
  };
  const image = ['isoImage', 'netboot', 'sdImage'].flatMap((name) => configuration.tree.at([name]).definitions)[0];
  const outside = configuration.modules.outside.find(({ location }) => location && INSTALLERS.test(evaluation.textAt(location) ?? ''));
  // The root of a WSL machine is a disk image that nothing erases.
  return on(['boot', 'isContainer']) ?? on(['wsl', 'enable']) ?? image?.binding ?? image?.thunk.location ?? outside?.location ?? null;
}

/** What people call machines that install others. */
const IMAGE_NAME = /(^|[-_])(installer|iso|live-?(cd|usb)?|netboot|kexec)([-_]|$)/i;

/** Modules of nixpkgs that make an image. */
const INSTALLERS = /installer\/|netboot|iso-image|qemu-vm|lxc-container|docker-container/;
