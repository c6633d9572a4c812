import { fileURLToPath } from 'node:url';

/** VS Code's command line, as far as it matters here. Options may stand several times. */
export interface CommandLine {
  readonly options: ReadonlyMap<string, readonly string[]>;
  /** Files and folders. */
  readonly paths: readonly string[];
}

/** Options whose value may stand in the next argument. */
const WITH_VALUE: ReadonlySet<string> = new Set([
  'extensionDevelopmentPath',
  'extensionTestsPath',
  'extensionDevelopmentKind',
  'user-data-dir',
  'extensions-dir',
  'folder-uri',
  'file-uri',
  'install-extension',
  'uninstall-extension',
  'disable-extension',
  'locale',
  'profile',
  'log',
]);

/** Splits VS Code's arguments. An option without value reads as the empty string. */
export function readCommandLine(commandLine: readonly string[]): CommandLine {
  const options = new Map<string, string[]>();
  const paths: string[] = [];
  for (let at = 0; at < commandLine.length; at += 1) {
    const argument = commandLine[at] ?? '';
    if (argument === '--') {
      paths.push(...commandLine.slice(at + 1));
      break;
    }
    const option = /^--?([^=]+)(?:=([\s\S]*))?$/.exec(argument);
    if (!option) {
      paths.push(argument);
      continue;
    }
    const name = option[1] ?? '';
    const inNext = option[2] === undefined && WITH_VALUE.has(name) && at + 1 < commandLine.length;
    if (inNext) at += 1;
    const value = inNext ? (commandLine[at] ?? '') : (option[2] ?? '');
    options.set(name, [...(options.get(name) ?? []), value]);
  }
  return { options, paths: paths.map(asPath) };
}

/** `file:` URIs as paths; anything else unchanged. */
export function asPath(text: string): string {
  return text.startsWith('file://') ? fileURLToPath(text) : text;
}
