import { printable } from './printable.ts';

/** What ssh puts as it is into the commands of `ProxyCommand` and `Match exec`; OpenSSH refuses these itself since 9.6. */
const SHELL_CHARACTERS = /['"`$;&<>|(){}]|\\(?![^@]*@)/;

/** What is wrong with an ssh destination, as a sentence, or null: one word, which neither ssh takes for an option nor a shell for a command. */
export function destinationProblem(destination: string): string | null {
  if (destination === '') return 'No ssh destination is given: name the host as ssh knows it, for example web or root@192.0.2.7.';
  if (destination.startsWith('-') || destination.includes('@-')) return 'An ssh destination cannot begin with "-".';
  if (/[\s\p{Cc}]/u.test(destination)) return 'An ssh destination cannot hold spaces or control characters.';
  if (SHELL_CHARACTERS.test(destination)) return 'An ssh destination cannot hold quotes, brackets or what else means something to a shell.';
  return null;
}

/** Longest name of a dataset or snapshot (ZFS_MAX_DATASET_NAME_LEN less its end). */
const longestName = 255;
/** The characters zfsprops(7) and zfs(8) allow in a component. A space is allowed inside. */
const component = /^[A-Za-z0-9_.:-](?:[A-Za-z0-9_.: -]*[A-Za-z0-9_.:-])?$/;

/** What is wrong with a dataset and one of its snapshots, as a sentence, or null. */
export function snapshotProblem(dataset: string, snapshot: string): string | null {
  if (dataset === '' || snapshot === '') return 'A dataset and a snapshot are needed, like rpool/local/root and blank.';
  if (`${dataset}@${snapshot}`.length > longestName) return `A snapshot's full name has at most ${longestName} characters.`;
  const parts = dataset.split('/');
  if (!/^[A-Za-z]/.test(dataset)) return `"${shown(dataset)}" is no dataset: a pool's name begins with a letter.`;
  const bad = parts.find((part) => !component.test(part) || part === '.' || part === '..');
  if (bad !== undefined) return `"${shown(dataset)}" is no dataset: "${shown(bad)}" is no name ZFS allows.`;
  return component.test(snapshot) ? null : `"${shown(snapshot)}" is no snapshot name ZFS allows.`;
}

/** Of a text that may be a whole file, as much as a message can hold. */
function shown(text: string): string {
  return printable(text.slice(0, 80));
}
