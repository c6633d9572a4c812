import type { ProblemDto } from '../protocol.ts';
import { snapshotDirectory } from './hostFacts.ts';
import { detailOf } from './problems.ts';
import type { Asked } from './problems.ts';
import { findArguments } from './walkScript.ts';

/** What a walk cannot do without, as the far side names it. */
export function lacksProblem(lacks: string, { snapshot, dataset }: Asked): ProblemDto {
  if (lacks === 'root') {
    return {
      code: 'permission-subvolume',
      message: `Only root can look at the blank subvolume ${snapshot}: it is not mounted.`,
      nextStep: 'Connect as root, allow sudo without a password for this user, or compare with the time of boot.',
      detail: '',
    };
  }
  return {
    code: 'snapshot-missing',
    message: `${dataset} has no snapshot @${snapshot} that can be looked into.`,
    nextStep: `Look at what there is, and set the snapshot of this host: zfs list -t snapshot, or btrfs subvolume list /`,
    detail: '',
  };
}

/** A baseline that would not fit. */
export function baselineTooLarge(): ProblemDto {
  return {
    code: 'baseline-too-large',
    message: 'The snapshot to compare with holds too much to be a blank one.',
    nextStep: 'Choose the snapshot that the root is rolled back to at boot, or list with zfs diff.',
    detail: '',
  };
}

/** A thing that was gone before find came to it, which is no failure. */
const vanished = /: No such file or directory$/;
const denied = /: Permission denied$/;

/**
 * What the end of a walk means; null when it saw everything.
 *
 * @param status exit status of the script; find's own complaints are in `stderr`
 * @param ended the live tree was walked to its end
 */
export function walkProblem(
  status: number,
  ended: boolean,
  malformed: number,
  stderr: Buffer,
  asked: Asked,
  top: string,
): ProblemDto | null {
  const lines = stderr
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !vanished.test(line));
  const detail = detailOf(lines.join('\n'));
  if (status === 124) {
    return {
      code: 'time-limit',
      message: `The walk took longer than ${asked.runTimeoutSeconds} s and was ended.`,
      nextStep: 'Allow it more time in the settings.',
      detail,
    };
  }
  if (!ended || status !== 0) {
    const message = status > 128 ? `The walk was ended over there by signal ${status - 128}.` : `The walk failed with status ${status}.`;
    return { code: 'listing-failed', message, nextStep: 'Refresh; what came until then is shown.', detail };
  }
  const refused = lines.filter((line) => denied.test(line)).length;
  if (refused > 0) {
    const walked = [top, ...(isZfsSnapshot(asked) ? [`${snapshotDirectory(top, asked.snapshot)}/.`] : [])];
    const allowed = walked.map(
      (each) => `{ command = "/run/current-system/sw/bin/find ${sudoersArguments(each)}"; options = [ "NOPASSWD" ]; }`,
    );
    return {
      code: 'permission-walk',
      message: `${asked.user ?? 'The user'} may not read ${refused === 1 ? 'one directory' : `${refused} directories`} of ${asked.destination}; what is in there is not shown.`,
      nextStep: `Connect as root, or let this account list and nothing else, with sudo for this host switched on here and this on the host: security.sudo.extraRules = [ { users = [ "${asked.user ?? 'USER'}" ]; commands = [ ${allowed.join(' ')} ]; } ];`,
      detail,
    };
  }
  if (lines.length > 0 || malformed > 0) {
    const message = 'The walk could not see everything.';
    return { code: 'incomplete', message, nextStep: 'Refresh; if it stays so, look at the complaint.', detail };
  }
  return null;
}

/** Whether it is compared with a directory that can be walked by its own path, which a subvolume of another device has not. */
function isZfsSnapshot({ dataset, snapshot }: Asked): boolean {
  return snapshot !== '' && dataset !== '' && !dataset.startsWith('/') && !snapshot.startsWith('/');
}

/** As sudoers(5) wants them, inside a Nix string: `,`, `:`, `=` and `\` escaped. */
function sudoersArguments(top: string): string {
  return findArguments(top)
    .map((word) => word.replace(/[,:=\\*?[\]]/g, String.raw`\$&`).replace(/[\\"]|\$\{/g, String.raw`\$&`))
    .join(' ');
}
