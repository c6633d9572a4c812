/** What is wrong with an ssh destination, as a sentence, or null: it must not be taken for an option, and be one word without control characters. */
export function destinationProblem(destination: string): string | null {
  if (destination === '') return 'No ssh destination is given.';
  if (destination.startsWith('-') || destination.includes('@-')) return 'An ssh destination cannot begin with "-".';
  // eslint-disable-next-line no-control-regex
  if (/[\s\u0000-\u001f\u007f-\u009f]/u.test(destination)) return 'An ssh destination cannot hold spaces or control characters.';
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
  if (!/^[A-Za-z]/.test(dataset)) return `"${printable(dataset)}" is no dataset: a pool's name begins with a letter.`;
  const bad = parts.find((part) => !component.test(part) || part === '.' || part === '..');
  if (bad !== undefined) return `"${printable(dataset)}" is no dataset: "${printable(bad)}" is no name ZFS allows.`;
  return component.test(snapshot) ? null : `"${printable(snapshot)}" is no snapshot name ZFS allows.`;
}

function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/gu, '?').slice(0, 80);
}
