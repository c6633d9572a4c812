import { readdirSync, readFileSync } from 'node:fs';
import { LineIndex } from '../../server/src/syntax/source.ts';
import type { Finding } from '../../server/src/findings/finding.ts';
import { Workspace } from '../../server/src/workspace/workspace.ts';
import { MemoryFiles } from './coreFiles.ts';
import { grammarOnce } from './coreGrammar.ts';

/** Where the files of a fixture stand. */
export const FIXTURE_ROOT = '/fleet';

/** One expected finding: `# ^^^^ error missing-critical-state: web: /var/log 💡` below the line it is on. */
export interface Marker {
  readonly file: string;
  /** Zero-based, as columns are. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly severity: string;
  readonly code: string;
  /** The message contains it. */
  readonly text: string;
  /** 💡: there is a fix. */
  readonly fix: boolean;
}

/** Files with the findings that they must give: all of them, and no others. */
export interface Fixture {
  readonly name: string;
  /** Texts by absolute path; `/fleet/flake.nix` is made from the `host=` of the files when the fixture has none. */
  readonly files: ReadonlyMap<string, string>;
  readonly markers: readonly Marker[];
}

const HEADER = /^#- (\/\S+)((?: +\w+=\S+)*) *$/;
const MARKER = /^\s*#[ ]*(\^+) (error|warning|information|hint) ([a-z-]+): (.*?)( 💡)?$/u;

/**
 * Reads a fixture: `#- /path  host=a,b` begins a file, which is a module of each of these hosts (in the order they are written); text
 * before the first one is the only file, `/web.nix` of the host `web`.
 */
export function readFixture(text: string, name = 'fixture'): Fixture {
  const files = new Map<string, string>();
  const modules = new Map<string, string[]>();
  let lines: string[] = [];
  let file: string | null = null;
  const finish = (): void => {
    if (file !== null) files.set(file, `${lines.join('\n').trimEnd()}\n`);
    lines = [];
  };
  const begin = (path: string, hosts: readonly string[]): void => {
    finish();
    file = `${FIXTURE_ROOT}${path}`;
    if (files.has(file)) throw new Error(`${name}: ${path} is there twice`);
    for (const host of hosts) modules.set(host, [...(modules.get(host) ?? []), `.${path}`]);
  };
  for (const line of text.split('\n')) {
    const [, path, options = ''] = HEADER.exec(line) ?? [];
    if (path !== undefined) begin(path, /host=(\S+)/.exec(options)?.[1]?.split(',') ?? []);
    else {
      if (file === null && line.trim() !== '') begin('/web.nix', ['web']);
      lines.push(line);
    }
  }
  finish();
  const flake = `${FIXTURE_ROOT}/flake.nix`;
  if (!files.has(flake)) files.set(flake, flakeOf(modules));
  return { name, files, markers: [...files].flatMap(([path, content]) => markersOf(path, content)) };
}

/**
 * Reads all `*.fixture` of a directory. In each, `=== name` begins a fixture; what stands before the first one belongs to all of them.
 */
export function readFixtures(directory: URL): readonly Fixture[] {
  const names = readdirSync(directory).filter((name) => name.endsWith('.fixture'));
  return names.toSorted().flatMap((name) => {
    const [shared = '', ...sections] = readFileSync(new URL(name, directory), 'utf8').split(/^=== /m);
    return sections.map((section) => {
      const [title = '', ...lines] = section.split('\n');
      return readFixture(`${lines.join('\n')}\n${shared}`, `${name.replace('.fixture', '')}: ${title}`);
    });
  });
}

function flakeOf(modules: ReadonlyMap<string, readonly string[]>): string {
  const hosts = [...modules].map(([name, paths]) => `      "${name}" = nixpkgs.lib.nixosSystem { modules = [ ${paths.join(' ')} ]; };\n`);
  return `{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.11";
  outputs = { nixpkgs, ... }: {
    nixosConfigurations = {
${hosts.join('')}    };
  };
}
`;
}

function markersOf(file: string, text: string): readonly Marker[] {
  const markers: Marker[] = [];
  let marked = -1;
  for (const [index, line] of text.split('\n').entries()) {
    const [, carets, severity, code, message, fix] = MARKER.exec(line) ?? [];
    if (carets === undefined || severity === undefined || code === undefined || message === undefined) {
      if (/^\s*#[ ]*\^/.test(line)) throw new Error(`${file}:${index + 1} is no marker: ${line}`);
      marked = index;
      continue;
    }
    const start = line.indexOf('^');
    markers.push({ file, line: marked, start, end: start + carets.length, severity, code, text: message, fix: fix !== undefined });
  }
  return markers;
}

/** A workspace over the files of a fixture. */
export async function fixtureWorkspace(fixture: Fixture): Promise<{ readonly workspace: Workspace; readonly disk: MemoryFiles }> {
  const disk = new MemoryFiles(fixture.files);
  return { workspace: new Workspace({ grammar: await grammarOnce, fileSystem: disk, roots: [FIXTURE_ROOT] }), disk };
}

/** Findings that no marker expects, and markers that no finding answers, as lines for people. Both empty: the fixture holds. */
export function compareFindings(fixture: Fixture, findings: readonly Finding[]): { unexpected: string[]; missing: string[] } {
  const open = [...fixture.markers];
  const unexpected: string[] = [];
  for (const finding of findings) {
    const text = fixture.files.get(finding.location.file) ?? '';
    const lines = new LineIndex(text);
    const start = lines.position(finding.location.start);
    const end = lines.position(finding.location.end);
    const endColumn = end.line === start.line ? end.character : (text.split('\n')[start.line]?.length ?? 0);
    const at = open.findIndex(
      (marker) =>
        marker.file === finding.location.file &&
        marker.line === start.line &&
        marker.start === start.character &&
        marker.end === endColumn &&
        marker.severity === finding.severity &&
        marker.code === finding.code &&
        marker.fix === finding.fixes.length > 0 &&
        finding.message.includes(marker.text),
    );
    if (at >= 0) open.splice(at, 1);
    else {
      const place = `${finding.location.file}:${start.line + 1}:${start.character}-${endColumn}`;
      unexpected.push(`${place} ${finding.severity} ${finding.code}: ${finding.message}${finding.fixes.length > 0 ? ' 💡' : ''}`);
    }
  }
  const missing = open.map(
    ({ file, line, start, end, severity, code, text, fix }) =>
      `${file}:${line + 1}:${start}-${end} ${severity} ${code}: ${text}${fix ? ' 💡' : ''}`,
  );
  return { unexpected, missing };
}
