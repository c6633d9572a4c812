import { printable } from '../workspace/printable.ts';

/** A text for a notification, where `[text](command:…)` would be a button: a name in a file must not become one. */
export function notice(text: string): string {
  return printable(text).replaceAll('](', '] (');
}
