import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const fleet = join(import.meta.dirname, '../../../examples/fleet');

/** What `fleet.nix` makes of one host; lists in the order of the modules. */
export interface HostFacts {
  readonly hostName: string;
  readonly sshd: boolean;
  readonly hostKeys: readonly string[];
  readonly persistence: Record<string, { directories: string[]; files: string[]; users: Record<string, string[]> }>;
  readonly etc: Record<string, string>;
  readonly tmpfiles: readonly string[];
  readonly fileSystems: Record<string, { device: string; fsType: string; neededForBoot: boolean }>;
  readonly rollback: Record<string, string>;
  readonly systemdInitrd: boolean;
  readonly stateVersion: string;
}

/** The Nix files of the fleet and its workshop, relative to its root. */
export function nixFiles(): string[] {
  return readdirSync(fleet, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.nix'))
    .sort();
}

/** Whether the real Nix is here. */
export function hasNix(): boolean {
  return spawnSync('nix-instantiate', ['--version']).error === undefined;
}

/** Every host of the fleet, or of a copy of it, as the real Nix reads it; throws with Nix's own words. */
export function evaluateFleet(directory = fleet): Record<string, HostFacts> {
  const run = spawnSync(
    'nix-instantiate',
    ['--eval', '--strict', '--json', join(import.meta.dirname, 'fleet.nix'), '--arg', 'directory', directory],
    { encoding: 'utf8' },
  );
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Record<string, HostFacts>;
}

export interface ExpectedFinding {
  readonly host: string;
  readonly code: string;
  readonly file: string;
  readonly line: number;
  readonly missing: readonly string[];
}

export interface KeptPath {
  readonly host: string;
  readonly path: string;
  readonly file: string;
  readonly line: number;
}

/** The cells of the rows below a heading of EXPECTED.md, without the table's own head. */
function rows(heading: string): string[][] {
  const text = readFileSync(join(fleet, 'EXPECTED.md'), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

function place(cell: string | undefined): { file: string; line: number } {
  const [file = '', line = ''] = (cell ?? '').split(':');
  return { file, line: Number(line) };
}

/** The planted mistakes, as EXPECTED.md lists them. */
export function expectedFindings(): ExpectedFinding[] {
  return rows('Findings').map(([host = '', code = '', where, missing = '']) => ({
    host,
    code,
    ...place(where),
    missing: missing.split(', '),
  }));
}

/** All findings of the tables, as `hosts code file:line`. */
export function allFindings(): string[] {
  const further = rows('Further findings').map(([hosts = '', code = '', where = '']) => `${hosts} ${code} ${where}`);
  return [...expectedFindings().map(({ host, code, file, line }) => `${host} ${code} ${file}:${line}`), ...further];
}

/** What is kept instead, and by which line. */
export function keptPaths(): KeptPath[] {
  return rows('What keeps the rest').map(([host = '', path = '', where]) => ({ host, path, ...place(where) }));
}

/** Text of one line of a file of the fleet, counted from 1. */
export function lineOf(file: string, line: number): string {
  return readFileSync(join(fleet, file), 'utf8').split('\n')[line - 1] ?? '';
}
