import { parseArgs } from 'node:util';
import type { BackendName, BaselineName } from '../protocol/live.ts';
import type { Severity } from '../findings/finding.ts';
import { EVALUATION_SECONDS } from '../workspace/evaluateHost.ts';
import { FORMATS, SEVERITIES, type CheckFormat } from './check.ts';

const BACKENDS: readonly BackendName[] = ['walk', 'zfs-diff'];
const BASELINES: readonly BaselineName[] = ['blank', 'empty', 'old-root', 'boot'];

/** A command line, understood. */
export type Command =
  | { readonly command: 'help' }
  | { readonly command: 'version' }
  | { readonly command: 'hosts'; readonly directory: string; readonly json: boolean }
  | {
      readonly command: 'entries';
      readonly directory: string;
      readonly json: boolean;
      readonly host: string | null;
      readonly file: string | null;
      /** Seconds that the real Nix may take for one host; null: it is not asked. */
      readonly evaluate: number | null;
    }
  | {
      readonly command: 'check';
      readonly directory: string;
      readonly format: CheckFormat;
      readonly host: string | null;
      readonly file: string | null;
      readonly failOn: Severity | null;
      readonly fix: boolean;
      /** Seconds that the real Nix may take for one host; null: it is not asked. */
      readonly evaluate: number | null;
    }
  | {
      readonly command: 'explain';
      readonly path: string;
      readonly directory: string;
      readonly json: boolean;
      readonly host: string | null;
    }
  | {
      readonly command: 'diff';
      readonly host: string;
      readonly directory: string;
      readonly json: boolean;
      readonly from: string | null;
      readonly all: boolean;
      readonly watch: boolean;
      readonly ssh: string | null;
      readonly sshConfig: string | null;
      readonly dataset: string | null;
      readonly snapshot: string | null;
      readonly local: boolean;
      readonly sudo: boolean;
      readonly backend: BackendName | null;
      readonly baseline: BaselineName | null;
    };

export const USAGE = `usage: keepsake COMMAND

  hosts [DIR]                      the hosts found
  entries [DIR]                    everything that is kept, and every place that could not be read
      --host H  --file F           only of one host; of one file read on its own
      --evaluate                   as the real Nix evaluates the hosts (needs nix; may fetch inputs)
  check [DIR]                      findings
      --host H  --file F
      --format text|json|sarif|github                    (default: text)
      --fail-on error|warning|information|hint|never     (default: warning)
      --evaluate                   with what the real Nix evaluates, and where it disagrees
      --fix                        make the fixes that are safe, then say what is left
  explain PATH [DIR]               what a path is, who writes it, what its loss means, and what keeps it
      --host H                     only on one host
  diff HOST [DIR]                  what the host would lose at its next boot
      --from CAPTURE|-             read captured \`zfs diff\` output instead of connecting
      --ssh DESTINATION            where ssh connects to (default: the host's name)
      --ssh-config FILE            configuration file for ssh
      --local                      this machine, without ssh
      --sudo                       list as root, through sudo without a password
      --dataset D  --snapshot S    (default: what the host's rollback script says)
      --backend walk|zfs-diff      (default: what is best there)
      --baseline blank|empty|old-root|boot               what it is compared with
      --all                        also what is kept, and noise
      --watch                      list again when something has changed

  --evaluate-timeout SECONDS       that Nix may take for one host (default: 600)
  --json                           for programs
  --version  --help

Exit status: 0 nothing to report; 1 findings, or state would be lost; 2 wrong usage or failure.`;

const OPTIONS = {
  json: { type: 'boolean' },
  host: { type: 'string' },
  file: { type: 'string' },
  format: { type: 'string' },
  'fail-on': { type: 'string' },
  fix: { type: 'boolean' },
  evaluate: { type: 'boolean' },
  'evaluate-timeout': { type: 'string' },
  from: { type: 'string' },
  all: { type: 'boolean' },
  watch: { type: 'boolean' },
  ssh: { type: 'string' },
  'ssh-config': { type: 'string' },
  dataset: { type: 'string' },
  snapshot: { type: 'string' },
  local: { type: 'boolean' },
  sudo: { type: 'boolean' },
  backend: { type: 'string' },
  baseline: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/** Options of `diff` that say how a host is reached and listed. */
const OF_LIVE_HOSTS = ['ssh', 'ssh-config', 'dataset', 'snapshot', 'local', 'sudo', 'backend', 'baseline'] as const;

/** Which options each command takes. */
const TAKES: ReadonlyMap<string, readonly string[]> = new Map([
  ['hosts', ['json']],
  ['entries', ['json', 'host', 'file', 'evaluate', 'evaluate-timeout']],
  ['check', ['json', 'host', 'file', 'format', 'fail-on', 'fix', 'evaluate', 'evaluate-timeout']],
  ['explain', ['json', 'host']],
  ['diff', ['json', 'from', 'all', 'watch', ...OF_LIVE_HOSTS]],
]);

/** What comes before the directory. */
const FIRST: ReadonlyMap<string, string> = new Map([
  ['diff', 'host'],
  ['explain', 'path'],
]);

/** Reads a command line (without program name); a sentence when it can't be understood. */
export function parseCommand(argv: readonly string[]): Command | string {
  let parsed;
  try {
    parsed = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return (error as Error).message.split('. ')[0] ?? 'the options could not be read';
  }
  const { values, positionals } = parsed;
  if (values.help) return { command: 'help' };
  if (values.version) return { command: 'version' };
  const [command, ...rest] = positionals;
  if (command === undefined) return 'a command is missing';
  const takes = TAKES.get(command);
  if (!takes) return `there is no command ${command}`;
  const foreign = Object.keys(values).find((name) => !takes.includes(name));
  if (foreign) return `${command} does not take --${foreign}`;
  const first = FIRST.get(command);
  if (rest.length > (first ? 2 : 1)) return `${command} takes ${first ? `a ${first} and a directory` : 'one directory'} at most`;
  const json = values.json ?? false;
  if (command === 'diff') {
    const [host, directory = '.'] = rest;
    if (host === undefined) return 'diff needs a host';
    if (values.from !== undefined && values.watch) return '--watch needs a live host, not --from';
    const ignored = values.from === undefined ? undefined : OF_LIVE_HOSTS.find((name) => values[name] !== undefined);
    if (ignored !== undefined) return `--from reads what was captured, so that it does not go with --${ignored}`;
    const ofSsh = (['ssh', 'ssh-config'] as const).find((name) => values[name] !== undefined);
    if (values.local && ofSsh !== undefined) return `--local is without ssh, so that it does not go with --${ofSsh}`;
    const backend = BACKENDS.find((each) => each === values.backend);
    if (values.backend !== undefined && backend === undefined) return `--backend is ${BACKENDS.join(' or ')}, not ${values.backend}`;
    const baseline = BASELINES.find((each) => each === values.baseline);
    if (values.baseline !== undefined && baseline === undefined) return `--baseline is ${BASELINES.join(', ')}, not ${values.baseline}`;
    return {
      command,
      host,
      directory,
      json,
      local: values.local ?? false,
      sudo: values.sudo ?? false,
      backend: backend ?? null,
      baseline: baseline ?? null,
      from: values.from ?? null,
      all: values.all ?? false,
      watch: values.watch ?? false,
      ssh: values.ssh ?? null,
      sshConfig: values['ssh-config'] ?? null,
      dataset: values.dataset ?? null,
      snapshot: values.snapshot ?? null,
    };
  }
  if (command === 'explain') {
    const [path, directory = '.'] = rest;
    if (path === undefined) return 'explain needs a path';
    if (!path.startsWith('/') && !path.startsWith('~/')) return 'explain needs an absolute path, or one below a home (~/…)';
    return { command, path, directory, json, host: values.host ?? null };
  }
  const [directory = '.'] = rest;
  const seconds = Number(values['evaluate-timeout'] ?? EVALUATION_SECONDS);
  if (!(seconds > 0)) return `--evaluate-timeout is a number of seconds, not ${values['evaluate-timeout']}`;
  const evaluate = values.evaluate === true ? seconds : null;
  if (evaluate === null && values['evaluate-timeout'] !== undefined) return '--evaluate-timeout goes with --evaluate';
  if (evaluate !== null && values.file !== undefined) return '--evaluate is of hosts, and does not go with --file';
  const common = { directory, host: values.host ?? null, file: values.file ?? null, evaluate };
  if (command === 'hosts') return { command, directory, json };
  if (command === 'entries') return { command, ...common, json };
  const wanted = values.format ?? (json ? 'json' : 'text');
  const format = FORMATS.find((each) => each === wanted);
  if (!format) return `--format is text, json, sarif or github, not ${wanted}`;
  const fix = values.fix ?? false;
  if (fix && evaluate !== null) return '--fix changes what --evaluate was told; use them one after the other';
  if (fix && values.file !== undefined) return '--fix has to know all hosts that a file is part of, so that it does not go with --file';
  const failOn = values['fail-on'] ?? 'warning';
  const severity = SEVERITIES.find((each) => each === failOn);
  if (!severity && failOn !== 'never') return `--fail-on is ${SEVERITIES.join(', ')} or never, not ${failOn}`;
  return { command: 'check', ...common, format, failOn: severity ?? null, fix };
}
