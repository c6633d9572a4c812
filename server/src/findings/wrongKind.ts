import type { RuleContext, SureEntry } from './context.ts';
import type { HostFinding } from './finding.ts';
import type { Rule } from './rule.ts';

/** Endings that name a format of single files. */
const FILE_NAME = /^(?!.*\.d$).+\.(conf|toml|json|ya?ml|xml|xbel|sqlite3?|db|pem|ini|desktop)$/;

/** `wrong-kind`: a file in `directories`, or a directory in `files`. */
export const wrongKind: Rule = {
  code: 'wrong-kind',
  severity: 'warning',
  page: {
    title: 'A file is listed as a directory, or a directory as a file',
    what: `A path of which the catalogue knows that it is a file stands in \`directories\`, or a known directory in \`files\`; or the name of a
path in \`directories\` ends like a file's (\`config.toml\`).`,
    why: `A path in \`directories\` is made as an empty directory when it is not there, and the program that wants to write its file there fails. A
directory in \`files\` is made as a link or an empty file.`,
    fix: `Take the quick fix: it moves the entry to the other list. Then remove what was made by mistake, in the storage too.`,
    silence: `A directory may well be called like a file; then say so.`,
    sources: ['impermanence `create-directories.bash`, `mount-file.bash`', 'the [catalogue](../catalogue.md)'],
  },
  check(context) {
    return context.entries.flatMap((entry) => mistake(context, entry) ?? []);
  },
};

function mistake(context: RuleContext, entry: SureEntry): HostFinding | null {
  const known = context.knowledge.byPath.lookup(entry.path);
  const isPlace = known !== null && known.depth === entry.path.split('/').length - 1 && known.value.entry.verified;
  const other = entry.kind === 'file' ? 'directory' : 'file';
  if (isPlace && known.value.place.kind === entry.kind) return null;
  const looks = entry.kind === 'directory' && FILE_NAME.test(entry.path.split('/').at(-1) ?? '');
  if (!isPlace && !looks) return null;
  const list = other === 'file' ? 'files' : 'directories';
  return {
    subject: `${entry.kind} ${entry.path} ${context.refer(entry).nth}`,
    severity: isPlace ? 'warning' : 'information',
    location: entry.location,
    message: isPlace
      ? `${entry.path} is a ${other} (${known.value.entry.title}), but stands in ${entry.kind === 'file' ? 'files' : 'directories'}. Move it to ${list}.`
      : `${entry.path} is called like a file, but stands in directories. Move it to files if it is one.`,
    related: [],
    fixes: [
      { title: `Move ${entry.path} to ${list}`, safe: isPlace, change: { kind: 'move-to-list', entry: context.refer(entry), to: other } },
    ],
  };
}
