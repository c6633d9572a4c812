import type { ProblemDto } from '../protocol.ts';
import type { ExitReport } from './childOutput.ts';
import type { ParseProblems } from './changeRecord.ts';
import { replaceUnseen } from '../text/printable.ts';
import { quoteWord } from './quote.ts';

/** Whom and what a run asked, for the sentences. */
export interface Asked {
  readonly destination: string;
  readonly dataset: string;
  readonly snapshot: string;
  readonly connectTimeoutSeconds: number;
  readonly runTimeoutSeconds: number;
  /** The account over there, once it has told us. */
  readonly user: string | null;
}

/** The other side's words as a person can read them: without control characters, cut to a few lines. */
export function detailOf(text: Buffer | string): string {
  const lines = (typeof text === 'string' ? text : text.toString('utf8'))
    .split(/\r?\n/)
    .map((line) => replaceUnseen(line, (character) => (character === '\t' ? character : '\uFFFD')).trimEnd())
    .filter((line) => line !== '' && !/^@+$/.test(line));
  const shown = lines.slice(0, 6).map((line) => (line.length > 300 ? `${line.slice(0, 300)}…` : line));
  if (lines.length > shown.length) shown.push(`… and ${lines.length - shown.length} more lines`);
  return shown.join('\n');
}

function problem(code: string, message: string, nextStep: string, detail: Buffer | string): ProblemDto {
  return { code, message, nextStep, detail: detailOf(detail) };
}

interface Known {
  readonly pattern: RegExp;
  readonly code: string;
  readonly message: (asked: Asked) => string;
  readonly nextStep: (asked: Asked) => string;
}

/** A word as one would type it. */
function typed(word: string): string {
  return /^[\w./:@-]+$/.test(word) ? word : (quoteWord(word) ?? word);
}

/** What ssh itself says, in English whatever the locale; the first that matches is the cause. */
const sshProblems: readonly Known[] = [
  {
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED|Host key for \S+ has changed/,
    code: 'host-key-changed',
    message: ({ destination }) => `${destination} shows another host key than before.`,
    nextStep: ({ destination }) =>
      `If you reinstalled it, or its host key is not persisted, run: ssh-keygen -R HOSTNAME (the name ssh -G ${typed(destination)} prints as "hostname"), then connect once in a terminal. Otherwise somebody may be in between: do not connect.`,
  },
  {
    pattern: /Host key verification failed|No \S+ host key is known/,
    code: 'host-key-unknown',
    message: ({ destination }) => `The host key of ${destination} is not known here.`,
    nextStep: ({ destination }) => `Connect once in a terminal and compare the key: ssh ${typed(destination)}`,
  },
  {
    pattern: /Could not resolve hostname/,
    code: 'host-unknown',
    message: ({ destination }) => `There is no host called ${destination}.`,
    nextStep: () => 'Set the ssh destination of this host (user@name, an address, or an alias of your ssh configuration).',
  },
  {
    pattern: /Connection refused/,
    code: 'connection-refused',
    message: ({ destination }) => `${destination} is up but nothing answers on its ssh port.`,
    nextStep: () => 'Check services.openssh.enable and the port on that host, or the Port in your ssh configuration.',
  },
  {
    pattern: /Connection timed out|Operation timed out|Connection timeout|banner exchange/,
    code: 'connection-timeout',
    message: ({ destination, connectTimeoutSeconds }) => `${destination} did not answer within ${connectTimeoutSeconds} s.`,
    nextStep: () => 'Check that the host is on and that no firewall or missing VPN is in between; then refresh.',
  },
  {
    pattern: /No route to host|Network is unreachable|Network is down/,
    code: 'network-unreachable',
    message: ({ destination }) => `There is no way through the network to ${destination}.`,
    nextStep: () => 'Check the network or VPN of this machine, then refresh.',
  },
  {
    pattern: /Permission denied \(|Too many authentication failures|Permission denied, please try again/,
    code: 'key-refused',
    message: ({ destination }) => `${destination} does not accept any of your ssh keys.`,
    nextStep: ({ destination }) =>
      `Try in a terminal: ssh -o BatchMode=yes ${typed(destination)} true. Load the key with ssh-add, or set User and IdentityFile in your ssh configuration.`,
  },
  {
    pattern: /Bad configuration option|no such identity|command-line: line|Bad owner or permissions/,
    code: 'ssh-configuration',
    message: () => 'ssh does not accept its configuration.',
    nextStep: () => 'Correct the ssh arguments in the settings, or the file that ssh names.',
  },
];

/** What zfs, sudo or the shell over there say. */
const listingProblems: readonly Known[] = [
  {
    pattern: /\.zfs\/shares/,
    code: 'dataset-root-hidden',
    message: ({ dataset }) =>
      `The top directory of ${dataset} can't be read there: another mount lies over it, or its mode shuts the user out.`,
    nextStep: ({ dataset }) =>
      `On the host: findmnt --source ${typed(dataset)} shows what lies over it; chmod 755 the mount point if it is only readable for root, or connect as root.`,
  },
  {
    pattern: /delegated permission is needed|sys_mount privilege/,
    code: 'permission-diff',
    message: ({ user, dataset }) => `${user ?? 'The user'} may not run zfs diff on ${dataset}.`,
    nextStep: ({ user, dataset }) => `As root on the host: zfs allow ${typed(user ?? 'USER')} diff ${typed(dataset)}`,
  },
  {
    pattern: /sudo: .*(password|not allowed|may not|terminal)|not in the sudoers/i,
    code: 'permission-sudo',
    message: () => 'sudo wants a password there.',
    nextStep: ({ user, dataset }) =>
      `Switch sudo off for this host and allow the listing instead, as root: zfs allow ${typed(user ?? 'USER')} diff ${typed(dataset)}`,
  },
  {
    pattern: /ZFS utilities must be run as root|Permission denied.*\/dev\/zfs|\/dev\/zfs.*Permission denied/,
    code: 'permission-device',
    message: ({ user }) => `${user ?? 'The user'} may not open /dev/zfs there.`,
    nextStep: () => 'Connect as root, or make /dev/zfs accessible (mode 0666 is the default of OpenZFS).',
  },
  {
    pattern: /Key must be loaded/,
    code: 'key-not-loaded',
    message: ({ dataset }) => `${dataset} is encrypted and its key is not loaded.`,
    nextStep: ({ dataset }) => `As root on the host: zfs load-key ${typed(dataset)}, and mount it.`,
  },
  {
    pattern: /Cannot diff an unmounted snapshot/,
    code: 'not-mounted',
    message: ({ dataset }) => `${dataset} is not mounted there (or its encryption key is not loaded).`,
    nextStep: ({ dataset }) =>
      `Mount it on the host, or give the dataset that is mounted: zfs list -o name,mounted,mountpoint ${typed(dataset)}`,
  },
  {
    pattern: /dataset does not exist/,
    code: 'dataset-missing',
    message: ({ dataset }) => `There is no dataset ${dataset} on that host.`,
    nextStep: () =>
      'See what there is with: zfs list -o name,mountpoint; then correct the dataset in the settings or in the rollback script.',
  },
  {
    pattern: /Unable to obtain diffs: No such file or directory|snapshot does not exist/,
    code: 'snapshot-missing',
    message: ({ dataset, snapshot }) => `${dataset} has no snapshot @${snapshot}.`,
    nextStep: ({ dataset }) => `See what there is with: zfs list -t snapshot ${typed(dataset)}; then correct the snapshot's name.`,
  },
  {
    pattern: /Not an earlier snapshot/,
    code: 'snapshot-order',
    message: ({ dataset, snapshot }) => `@${snapshot} is no earlier state of ${dataset}.`,
    nextStep: () => 'Choose the snapshot that the root is rolled back to at boot.',
  },
  {
    pattern: /not applicable to datasets of this type/,
    code: 'not-a-filesystem',
    message: ({ dataset }) => `${dataset} is a volume, not a file system.`,
    nextStep: () => 'Choose the dataset that is mounted on /.',
  },
  {
    pattern: /pool is read-only/,
    code: 'pool-read-only',
    message: () => 'The pool is imported read-only, so that zfs diff cannot make its temporary snapshot.',
    nextStep: () => 'Import the pool writable, then refresh.',
  },
  {
    pattern: /ZFS modules? .*not loaded|\/dev\/zfs and \/proc\/self\/mounts are required|Failed to initialize the libzfs/i,
    code: 'zfs-module-missing',
    message: () => 'ZFS is not loaded there.',
    nextStep: () => 'Check boot.supportedFilesystems of that host, or run: modprobe zfs',
  },
  {
    pattern: /invalid option|^usage:/m,
    code: 'zfs-too-old',
    message: () => 'The zfs there does not know the options that Keepsake uses.',
    nextStep: () => 'Update ZFS there, or capture with: zfs diff DATASET@SNAPSHOT > FILE and open that file.',
  },
];

function known(list: readonly Known[], text: Buffer, asked: Asked): ProblemDto | null {
  const words = text.toString('utf8');
  const found = list.find(({ pattern }) => pattern.test(words));
  return found === undefined ? null : problem(found.code, found.message(asked), found.nextStep(asked), text);
}

/** Why ssh did not get to the listing: it never said its first mark. `stdout` is the beginning of what came instead. */
export function connectionProblem(exit: ExitReport, stdout: Buffer, asked: Asked, sshPath: string): ProblemDto {
  if (exit.startError !== null) {
    const nextStep = 'Install OpenSSH (nixpkgs: openssh), or set the path of ssh in the settings.';
    if (exit.startError === 'ENOENT') return problem('ssh-missing', `There is no program ${sshPath}.`, nextStep, exit.startError);
    return problem('ssh-unusable', `${sshPath} can't be started.`, nextStep, exit.startError);
  }
  const fromSsh = known(sshProblems, exit.stderr, asked);
  if (fromSsh !== null && exit.status === 255) return fromSsh;
  if (exit.status === 127) {
    const message = `${asked.destination} lets you in but runs no POSIX shell.`;
    return problem('shell-missing', message, 'The account there needs sh in its PATH and a login shell.', exit.stderr);
  }
  if (exit.status === 255 || exit.signal !== null) {
    const nextStep = `Try in a terminal: ssh ${typed(asked.destination)} true`;
    return problem('connection-failed', `The connection to ${asked.destination} could not be made.`, nextStep, exit.stderr);
  }
  return problem(
    'not-a-shell',
    `${asked.destination} answers, but not with the listing that was asked for.`,
    'A forced command, a restricted shell or a greeting that ends the session is in the way: use an account that may run commands.',
    Buffer.concat([stdout, exit.stderr]),
  );
}

/** Why the connection ended inside the listing: its end mark never came. */
export function interruptedProblem(exit: ExitReport, asked: Asked): ProblemDto {
  const message = `The connection to ${asked.destination} broke while the changes were listed.`;
  return problem('connection-lost', message, 'Refresh when the host is reachable again; what came until then is shown.', exit.stderr);
}

/** What the listing's own end means: null when it said nothing and ended well. `status` is its exit status over there. */
export function listingProblem(status: number, stderr: Buffer, asked: Asked): ProblemDto | null {
  const complained = stderr.toString('utf8').trim() !== '';
  if (status === 124) {
    return problem(
      'time-limit',
      `The listing took longer than ${asked.runTimeoutSeconds} s and was ended.`,
      'zfs diff is slow in directories with very many files. Allow it more time in the settings, or capture overnight into a file.',
      stderr,
    );
  }
  if (status === 127 && /not found|No such file|failed to run/.test(stderr.toString('utf8'))) {
    const nextStep =
      'Is its root on ZFS? Otherwise name no dataset for it: then it is walked. If it is, put zfs into environment.systemPackages.';
    return problem('zfs-missing', `There is no zfs command on ${asked.destination}.`, nextStep, stderr);
  }
  const said = known(listingProblems, stderr, asked);
  if (said !== null) return said;
  if (status > 128) {
    const message = `The listing was ended over there by signal ${status - 128}${status === 137 ? ': it ran out of memory or time' : ''}.`;
    return problem('listing-killed', message, 'Refresh; what came until then is shown.', stderr);
  }
  if (status !== 0) {
    return problem('listing-failed', `zfs diff failed with status ${status}.`, 'Run the same command on the host to see more.', stderr);
  }
  if (!complained) return null;
  return problem(
    'incomplete',
    'zfs diff could not name every changed file.',
    'It loses files with several names (hard links) whose last directory is gone; rename such a file there and back, or look with find / -xdev.',
    stderr,
  );
}

/** What is wrong with a listing that ended well but could not all be read; null when all could. */
export function parseProblem(problems: ParseProblems, rows: number): ProblemDto | null {
  const samples = problems.samples.map(({ line, text }) => `line ${line}: ${text}`).join('\n');
  if (problems.malformed > 0 && rows === 0) {
    const nextStep = 'It has to be what zfs diff DATASET@SNAPSHOT prints; best with -H -F -t, and never with -h.';
    return problem('not-zfs-diff', 'This is no output of zfs diff.', nextStep, samples);
  }
  if (problems.malformed > 0) {
    const lines = problems.malformed === 1 ? 'One line is' : `${problems.malformed} lines are`;
    return problem(
      'unreadable-lines',
      `${lines} no output of zfs diff.`,
      'The other lines are shown. Capture again if the file was cut or edited.',
      samples,
    );
  }
  if (problems.unescaped > 0) {
    const message = `${problems.unescaped} names are not escaped: the listing was made with -h.`;
    return problem('unescaped-names', message, 'Names with tabs or newlines may be wrong. Capture again without -h.', '');
  }
  return null;
}

/** A listing that was given up because it would not fit. */
export function tooMuchProblem(shown: number): ProblemDto {
  return problem(
    'too-many-changes',
    `Only the first ${shown} changes are shown: there are more than can be kept in memory, so the listing was ended.`,
    'Look for a directory that should not be on the root (a container store, a build tree) and give it its own dataset.',
    '',
  );
}

/** A request that can't even be tried: `reason` says what is wrong with it. */
export function requestProblem(reason: string): ProblemDto {
  return problem('bad-request', reason, 'Correct it in the settings of this host.', '');
}

/** A capture that can't be read. */
export function captureProblem(label: string, error: unknown): ProblemDto {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const message = code === 'ENOENT' ? `There is no file ${label}.` : `${label} can't be read.`;
  return problem('capture-unreadable', message, 'Choose a file with the output of zfs diff.', code === '' ? String(error) : code);
}
