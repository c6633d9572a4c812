/**
 * Directories in which many have their things, NixOS itself among them: kept whole they hide what activation makes there, or keep
 * what nobody asked for. They stand for what would be lost below them.
 */
const SHARED =
  /^\/(etc(\/ssh|\/systemd)?|var(\/lib(\/private|\/systemd)?|\/db|\/spool|\/cache)?|usr|srv|opt|home(\/[^/]+(\/\.config|\/\.cache|\/\.local(\/share|\/state)?)?)?)?$/;

/** Whether an absolute directory is a usual parent of things that have nothing to do with each other; never worth keeping whole. */
export function isSharedDirectory(path: string): boolean {
  return SHARED.test(path === '/' ? '' : path);
}
